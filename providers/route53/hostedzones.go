package route53

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"
)

// hostedZone is a hosted zone of the account.
type hostedZone struct {
	id string
	// name is canonical.
	name    string
	private bool
	// servers are the name servers of its delegation set, of a zone that was read and is public; they never change.
	servers []string
}

func fromListing(z types.HostedZone) hostedZone {
	return hostedZone{
		id: strings.TrimPrefix(aws.ToString(z.Id), "/hostedzone/"), name: canonical(aws.ToString(z.Name)),
		private: z.Config != nil && z.Config.PrivateZone,
	}
}

// named returns all hosted zones of that name, private ones too. A page of the listing begins at the name; what else is
// on it answers for its neighbours.
func (a *account) named(ctx context.Context, name string) ([]hostedZone, error) {
	if zones, ok := a.zones.byName(name); ok {
		return zones, nil
	}
	in := &route53.ListHostedZonesByNameInput{DNSName: aws.String(escaped(name) + ".")}
	found := map[string][]hostedZone{}
	for {
		page, err := a.api.ListHostedZonesByName(ctx, in)
		if err != nil {
			return nil, call{action: "route53:ListHostedZonesByName", role: a.role}.classify(err)
		}
		last := ""
		for _, z := range page.HostedZones {
			zone := fromListing(z)
			found[zone.name] = append(found[zone.name], zone)
			last = zone.name
		}
		if !page.IsTruncated {
			break
		}
		if last != name {
			delete(found, last) // more of that name may be on the next page
			break
		}
		in.DNSName, in.HostedZoneId = page.NextDNSName, page.NextHostedZoneId
	}
	a.zones.keepNames(found)
	return found[name], nil
}

// zone reads one hosted zone with its delegation set.
func (a *account) zone(ctx context.Context, id string) (hostedZone, error) {
	if zone, ok := a.zones.byID(id); ok {
		return zone, nil
	}
	out, err := a.api.GetHostedZone(ctx, &route53.GetHostedZoneInput{Id: &id})
	if err != nil {
		return hostedZone{}, call{action: "route53:GetHostedZone", role: a.role, zone: id}.classify(err)
	}
	zone := hostedZone{id: id}
	if out.HostedZone != nil {
		zone = fromListing(*out.HostedZone)
	}
	if out.DelegationSet != nil {
		for _, server := range out.DelegationSet.NameServers {
			zone.servers = append(zone.servers, canonical(server))
		}
	}
	a.zones.keep(zone)
	return zone, nil
}

// zoneCache remembers zones for a minute: many records are reconciled in a row, and most lie in the same few zones.
// That a zone is not there it never remembers, so that one just made is seen.
type zoneCache struct {
	now func() time.Time

	mu    sync.Mutex
	names map[string]remembered[[]hostedZone]
	ids   map[string]remembered[hostedZone]
}

const rememberFor = time.Minute

type remembered[T any] struct {
	what  T
	until time.Time
}

func (c *zoneCache) byName(name string) ([]hostedZone, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.names[name]
	return r.what, c.now().Before(r.until)
}

func (c *zoneCache) keepNames(found map[string][]hostedZone) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.names == nil {
		c.names = map[string]remembered[[]hostedZone]{}
	}
	for name, zones := range found {
		c.names[name] = remembered[[]hostedZone]{zones, c.now().Add(rememberFor)}
	}
}

func (c *zoneCache) byID(id string) (hostedZone, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.ids[id]
	return r.what, c.now().Before(r.until)
}

func (c *zoneCache) keep(z hostedZone) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ids == nil {
		c.ids = map[string]remembered[hostedZone]{}
	}
	c.ids[z.id] = remembered[hostedZone]{z, c.now().Add(rememberFor)}
}
