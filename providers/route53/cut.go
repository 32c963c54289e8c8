package route53

import (
	"context"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"certloop/providers/internal/publicdns"
	"certloop/reconciler/api"
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

// cut finds the zone of name: the nearest name above it, or itself, that has name servers. The SOA that comes with a
// negative answer (RFC 2308 section 3) names it at once; some resolvers leave it out, then it is looked for label by
// label.
func (d *seen) cut(ctx context.Context, name string) (cut, error) {
	for at := name; ; {
		reply, err := d.query(ctx, at, dns.TypeNS)
		if err != nil {
			return cut{}, err
		}
		if servers := nameServers(reply, at); len(servers) > 0 {
			return cut{at, servers}, nil
		}
		if at == "" {
			return cut{}, &api.Error{Kind: api.Transient, Reason: api.ReasonDNSFailed,
				Message: "the public DNS returned no name servers for " + name + " or any name above it"}
		}
		if apex, ok := authority(reply); ok && apex != at && within(at, apex) {
			at = apex
		} else {
			at = parent(at)
		}
	}
}

func nameServers(reply *dns.Msg, name string) []string {
	var servers []string
	for _, rr := range reply.Answer {
		if ns, ok := rr.(*dns.NS); ok && owner(ns) == name {
			servers = append(servers, canonical(ns.Ns))
		}
	}
	slices.Sort(servers)
	return servers[:min(len(servers), maxServers)]
}

// maxServers bounds the name servers of a zone, and the addresses that are asked for: a real zone has 13 at most.
const maxServers = 32

// authority is the zone that a negative answer comes from. After a CNAME it would be its target's.
func authority(reply *dns.Msg) (apex string, ok bool) {
	if len(reply.Answer) > 0 {
		return "", false
	}
	for _, rr := range reply.Ns {
		if soa, ok := rr.(*dns.SOA); ok {
			return owner(soa), true
		}
	}
	return "", false
}

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

func owner(rr dns.RR) string { return strings.ToLower(strings.TrimSuffix(rr.Header().Name, ".")) }
