package route53

import (
	"context"
	"slices"

	"github.com/miekg/dns"

	"certloop/providers/internal/publicdns"
)

// seen is the public DNS during one Resolve: every question is asked once.
type seen struct{ publicdns.View }

func (d *seen) query(ctx context.Context, name string, kind uint16) (*dns.Msg, error) {
	return d.Query(ctx, name, kind)
}

// cut is the zone that the public DNS answers from for a name (RFC 9499, "zone cut").
type cut struct {
	// zone is the zone's name; servers are its name servers.
	zone    string
	servers []string
}

func (d *seen) cut(ctx context.Context, name string) (cut, error) {
	c, err := d.Cut(ctx, name)
	return cut{c.Zone, c.Servers}, err
}

// maxServers bounds the name servers of a zone, and the addresses that are asked for.
const maxServers = publicdns.MostServers

// sameServers reports whether the name servers of a zone are among those that the public DNS shows: by their names, or by
// their addresses, since a zone may be delegated under names of the owner's own (Route 53 Developer Guide, "white-label
// name servers").
func (d *seen) sameServers(ctx context.Context, public, zone []string) (bool, error) {
	if intersect(public, zone) {
		return true, nil
	}
	a, err := d.addresses(ctx, public)
	if err != nil || len(a) == 0 {
		return false, err
	}
	b, err := d.addresses(ctx, zone)
	return intersect(a, b), err
}

func (d *seen) addresses(ctx context.Context, hosts []string) ([]string, error) {
	var all []string
	for _, host := range hosts {
		reply, err := d.query(ctx, host, dns.TypeA)
		if err != nil {
			return nil, err
		}
		for _, rr := range reply.Answer {
			if a, ok := rr.(*dns.A); ok && len(all) < maxServers*maxServers {
				all = append(all, a.A.String())
			}
		}
	}
	return all, nil
}

func intersect(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}
