package dnsserver

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/route53"

	"certloop/providers/route53/fake"
)

// zones is a copy of the public hosted zones of one or more accounts. It is read again after each change, not for each
// query: a CA gives up a query that waits for a busy emulator.
type zones struct {
	// reading is held by the one reader of Route 53.
	reading chan struct{}

	// hosted, if set, takes the place of clients and of the copy's upkeep.
	hosted *fake.Service

	mu      sync.Mutex
	clients []*route53.Client
	// delegated are the name servers of the zones that have others than their delegation set, by names with a final dot.
	delegated map[string][]string
	// list is the copy: the zones in the order of Route 53. Neither it nor a zone in it is changed once it is here.
	list []*zone
	// seen counts the changes so far, read is how many of them the copy contains. A query is answered from a copy that
	// contains at least required of them.
	seen, read, required uint64
	// changed are the IDs of the zones that the copy does not have as they are; everyZone stands for the list itself.
	changed map[string]bool
}

// everyZone stands for zones that were created or deleted.
const everyZone = ""

func newZones(client *route53.Client) *zones {
	z := &zones{reading: make(chan struct{}, 1), delegated: map[string][]string{}, changed: map[string]bool{}}
	if client != nil {
		z.add(client)
	}
	return z
}

func (z *zones) add(client *route53.Client) {
	if z.hosted != nil {
		return
	}
	z.mu.Lock()
	defer z.mu.Unlock()
	z.clients = append(z.clients, client)
	z.required = z.note(everyZone)
}

// note counts a change of a zone. The caller holds mu.
func (z *zones) note(id string) uint64 {
	z.seen++
	z.changed[id] = true
	return z.seen
}

// patience bounds how long a change waits for the copy. The next query then reads the zones itself.
const patience = time.Minute

// refresh reads a changed zone again. When it returns, queries are answered from what was there when it was called, or
// from something later.
func (z *zones) refresh(id string) {
	if z.hosted != nil {
		return
	}
	z.mu.Lock()
	change := z.note(id)
	z.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if z.readUpTo(ctx, change) == nil {
		return
	}
	z.mu.Lock()
	defer z.mu.Unlock()
	z.required = max(z.required, change)
}

// current returns a copy that contains every change whose refresh has returned. It reads Route 53 only if such a read
// has failed, or there was none.
func (z *zones) current(ctx context.Context) ([]*zone, error) {
	if z.hosted != nil {
		return z.served(), nil
	}
	z.mu.Lock()
	list, read, required := z.list, z.read, z.required
	z.mu.Unlock()
	if read >= required {
		return list, nil
	}
	if err := z.readUpTo(ctx, required); err != nil {
		return nil, err
	}
	z.mu.Lock()
	defer z.mu.Unlock()
	return z.list, nil
}

// readUpTo returns once the copy contains that change. Whoever waits for the reader meanwhile shares the next read.
func (z *zones) readUpTo(ctx context.Context, change uint64) error {
	select {
	case z.reading <- struct{}{}:
		defer func() { <-z.reading }()
	case <-ctx.Done():
		return ctx.Err()
	}
	z.mu.Lock()
	if z.read >= change {
		z.mu.Unlock()
		return nil
	}
	list, seen, changed, clients := z.list, z.seen, z.changed, slices.Clone(z.clients)
	z.changed = map[string]bool{}
	z.mu.Unlock()
	list, err := readChanged(ctx, clients, list, changed)
	z.mu.Lock()
	defer z.mu.Unlock()
	if err != nil {
		maps.Copy(z.changed, changed)
		return fmt.Errorf("read the hosted zones: %w", err)
	}
	z.list, z.read = list, seen
	return nil
}

// readChanged returns the list with the changed zones as Route 53 has them now.
func readChanged(ctx context.Context, clients []*route53.Client, list []*zone, changed map[string]bool) ([]*zone, error) {
	known := map[string]*zone{}
	for _, one := range list {
		known[one.id] = one
	}
	list = slices.Clone(list)
	if changed[everyZone] {
		var err error
		if list, err = readList(ctx, clients); err != nil {
			return nil, err
		}
	}
	for i, one := range list {
		if before := known[one.id]; before != nil && !changed[one.id] {
			list[i] = before
			continue
		}
		now, err := one.readSets(ctx)
		if err != nil {
			return nil, err
		}
		list[i] = now
	}
	return list, nil
}

// readList returns the public zones of all accounts, without their record sets.
func readList(ctx context.Context, clients []*route53.Client) (list []*zone, err error) {
	for _, client := range clients {
		pages := route53.NewListHostedZonesPaginator(client, &route53.ListHostedZonesInput{})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for _, found := range page.HostedZones {
				if found.Config == nil || !found.Config.PrivateZone {
					list = append(list, &zone{client: client, id: zoneID(aws.ToString(found.Id)), name: aws.ToString(found.Name)})
				}
			}
		}
	}
	return list, nil
}
