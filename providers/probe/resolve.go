package probe

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"certloop/reconciler/api"
)

// newResolver returns a resolver that asks servers in turn; the system's, if there are none.
func newResolver(servers []string) *net.Resolver {
	if len(servers) == 0 {
		return &net.Resolver{PreferGo: true}
	}
	var turn atomic.Uint64
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, network, servers[(turn.Add(1)-1)%uint64(len(servers))])
	}}
}

// resolve returns the addresses of host in order, and the sightings of what has none. The families are asked apart: that
// the DNS answers about one must not hide that it fails for the other.
func (p *Prober) resolve(ctx context.Context, host string) ([]netip.Addr, []api.Sighting) {
	if literal, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{literal.Unmap()}, nil
	}
	families := []api.Family{api.IPv4, api.IPv6}
	answers, failures := make([][]netip.Addr, len(families)), make([]*api.Sighting, len(families))
	var both sync.WaitGroup
	for i, f := range families {
		both.Go(func() { answers[i], failures[i] = p.lookUp(ctx, host, f) })
	}
	both.Wait()
	if len(answers[0])+len(answers[1]) > 0 {
		return slices.Concat(answers...), failed(failures, families)
	}
	for _, f := range failures {
		if f != nil {
			return nil, []api.Sighting{*f}
		}
	}
	return nil, []api.Sighting{unreachable(api.Quote(host) + " does not resolve: the DNS has no address of that name")}
}

// failed returns the sightings of the families that the DNS did not answer about.
func failed(failures []*api.Sighting, families []api.Family) (all []api.Sighting) {
	for i, f := range failures {
		if f != nil {
			f.Family = families[i]
			all = append(all, *f)
		}
	}
	return all
}

// lookUp returns the addresses of one family in order, at most api.MaxAddresses; none if there is none. What is not known
// is a sighting.
func (p *Prober) lookUp(ctx context.Context, host string, family api.Family) ([]netip.Addr, *api.Sighting) {
	if !p.sockets.enter(ctx) {
		s := interrupted()
		return nil, &s
	}
	defer p.sockets.leave()
	bounded, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	// The dot keeps the search list of the system out of it.
	found, err := p.resolver.LookupNetIP(bounded, map[api.Family]string{api.IPv4: "ip4", api.IPv6: "ip6"}[family],
		strings.TrimSuffix(host, ".")+".")
	var answer *net.DNSError
	switch {
	case ctx.Err() != nil:
		s := interrupted()
		return nil, &s
	case errors.As(err, &answer) && answer.IsNotFound:
		return nil, nil
	case err != nil:
		s := unknown("the " + string(family) + " addresses of " + api.Quote(host) + " are not known: " + lookupProblem(answer))
		return nil, &s
	}
	for i := range found {
		found[i] = found[i].Unmap().WithZone("")
	}
	found = slices.DeleteFunc(found, func(a netip.Addr) bool { return familyOf(a) != family })
	slices.SortFunc(found, netip.Addr.Compare)
	found = slices.Compact(found)
	return found[:min(len(found), api.MaxAddresses)], nil
}

// lookupProblem returns why a lookup has no answer. The error itself has ports and times that differ each time.
func lookupProblem(e *net.DNSError) string {
	switch {
	case e == nil:
		return "the lookup failed"
	case e.IsTimeout:
		return "no DNS resolver answered in time"
	case e.Err == "server misbehaving":
		return "the DNS resolver reports a failure, as it does for a zone with wrong DNSSEC signatures or name servers that do not answer"
	}
	return "the DNS resolver could not be asked"
}
