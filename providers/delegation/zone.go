package delegation

import (
	"context"
	"net"
	"net/netip"
	"slices"

	"github.com/miekg/dns"
	"golang.org/x/sync/errgroup"

	"certloop/providers/internal/network"
	"certloop/providers/internal/publicdns"
	"certloop/reconciler/api"
)

// zone is one zone whose servers are asked.
type zone struct {
	name    string
	steps   []step
	servers []*server
	// signers are the DS records of the parent; none: the zone is not signed.
	signers []*dns.DS
}

// server is one name server of a zone.
type server struct {
	name string
	// addresses are those that may be asked; refused is why the others may not.
	addresses []netip.Addr
	refused   string
	answers   []answer
}

// zones returns the zones of the steps with their servers.
func (a *asking) zones(ctx context.Context, steps []step) ([]*zone, error) {
	var zones []*zone
	for _, s := range steps {
		at := slices.IndexFunc(zones, func(z *zone) bool { return z.name == s.Zone })
		if at < 0 {
			at, zones = len(zones), append(zones, &zone{name: s.Zone})
		}
		zones[at].steps = append(zones[at].steps, s)
	}
	var all errgroup.Group
	all.SetLimit(together)
	for _, z := range zones {
		all.Go(func() error { return a.complete(ctx, z) })
	}
	return zones, all.Wait()
}

// complete finds the servers of the zone, their addresses, and the DS records.
func (a *asking) complete(ctx context.Context, z *zone) error {
	switch reply, err := a.view.Query(ctx, z.name, dns.TypeDS); {
	case err == nil:
		z.signers = signers(reply, z.name)
	case api.ReasonOf(err, "") == api.ReasonDNSSECBogus:
		return err
	default: // some resolvers do not know DS records: the zone counts as unsigned
	}
	delegated := a.delegation(ctx, z.name)
	names := append(delegated.servers, z.steps[0].Servers...)
	slices.Sort(names)
	names = slices.Compact(names)
	for _, name := range names[:min(len(names), mostServers)] {
		s := &server{name: name}
		z.servers = append(z.servers, s)
		a.locate(ctx, s, delegated.glue[name])
	}
	return nil
}

// referral is the delegation of a zone as its parent has it.
type referral struct {
	servers []string
	glue    map[string][]netip.Addr
}

// mostParents bounds how many addresses of the parent's servers are asked for the delegation: one answers as well as another.
const mostParents = 3

// delegation asks the parent's servers for the delegation of the zone. It returns none where they do not respond: the zone's
// own NS records are then all that is known.
func (a *asking) delegation(ctx context.Context, name string) referral {
	if name == "" {
		return referral{}
	}
	parent, err := a.view.Cut(ctx, publicdns.Parent(name))
	if err != nil {
		return referral{}
	}
	asked := 0
	for _, host := range parent.Servers {
		s := &server{name: host}
		a.locate(ctx, s, nil)
		for _, address := range s.addresses {
			if asked++; asked > mostParents {
				return referral{}
			}
			reply, err := publicdns.AskServer(ctx, a.at(address), name, dns.TypeNS)
			if err != nil {
				continue
			}
			servers := publicdns.NameServers(slices.Concat(reply.Answer, reply.Ns), name)
			if len(servers) > 0 {
				return referral{servers, glue(reply)}
			}
		}
	}
	return referral{}
}

func glue(reply *dns.Msg) map[string][]netip.Addr {
	found := map[string][]netip.Addr{}
	for _, rr := range reply.Extra {
		if address, ok := addressOf(rr); ok && len(found) <= publicdns.MostServers {
			found[publicdns.Owner(rr)] = append(found[publicdns.Owner(rr)], address)
		}
	}
	return found
}

// locate finds the addresses of the server. Those of the delegation count only where resolvers find none.
func (a *asking) locate(ctx context.Context, s *server, glued []netip.Addr) {
	var found []netip.Addr
	for _, kind := range []uint16{dns.TypeA, dns.TypeAAAA} {
		reply, err := a.view.Query(ctx, s.name, kind)
		if err != nil {
			continue
		}
		var of []netip.Addr
		for _, rr := range reply.Answer {
			if address, ok := addressOf(rr); ok && len(of) < mostAddresses/2 {
				of = append(of, address)
			}
		}
		found = append(found, of...)
	}
	if len(found) == 0 {
		found = glued[:min(len(glued), mostAddresses)]
	}
	for _, address := range found {
		if err := network.Check(a.Network, address); err != nil {
			s.refused = err.Error()
			continue
		}
		s.addresses = append(s.addresses, address)
	}
}

func addressOf(rr dns.RR) (netip.Addr, bool) {
	switch rr := rr.(type) {
	case *dns.A:
		address, ok := netip.AddrFromSlice(rr.A)
		return address.Unmap(), ok
	case *dns.AAAA:
		return netip.AddrFromSlice(rr.AAAA)
	}
	return netip.Addr{}, false
}

func (a *asking) at(address netip.Addr) string { return net.JoinHostPort(address.String(), a.Port) }
