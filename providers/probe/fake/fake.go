// Package fake is an internet in memory: hosts, their addresses, and what these serve. It is a ports.Prober for tests of
// what asks one.
package fake

import (
	"cmp"
	"context"
	"net/netip"
	"slices"
	"sync"

	"certloop/reconciler/api"
)

// Internet is safe for concurrent use. Its zero value has no host.
type Internet struct {
	mu    sync.Mutex
	hosts map[string][]netip.Addr
	sites map[netip.Addr]Site
	asked []api.Endpoint
}

// Site returns what an address shows to one probe. Family and Address are set by the caller.
type Site func(api.Endpoint) api.Sighting

// New returns an Internet without hosts.
func New() *Internet {
	return &Internet{hosts: map[string][]netip.Addr{}, sites: map[netip.Addr]Site{}}
}

// Host sets the addresses of a name; none: it does not resolve.
func (i *Internet) Host(name string, addresses ...string) {
	var parsed []netip.Addr
	for _, a := range addresses {
		parsed = append(parsed, netip.MustParseAddr(a))
	}
	slices.SortFunc(parsed, func(a, b netip.Addr) int {
		return cmp.Or(cmp.Compare(familyOf(a), familyOf(b)), a.Compare(b))
	})
	i.mu.Lock()
	defer i.mu.Unlock()
	i.hosts[name] = parsed
}

// Serve makes an address serve a certificate on every port and for every name; problem is why clients do not trust it,
// empty if they do.
func (i *Internet) Serve(address string, leaf api.Leaf, problem string) {
	i.Show(address, func(api.Endpoint) api.Sighting {
		return api.Sighting{State: api.SightingAnswered, Leaf: leaf, Trusted: problem == "", Message: problem}
	})
}

// Fail makes an address one of which no certificate is seen, such as SightingPrivate.
func (i *Internet) Fail(address string, state api.SightingState, message string) {
	i.Show(address, func(api.Endpoint) api.Sighting { return api.Sighting{State: state, Message: message} })
}

// Close makes an address refuse connections, as one does that nothing was set for.
func (i *Internet) Close(address string) { i.Show(address, nil) }

// Show makes site decide at each probe what an address shows.
func (i *Internet) Show(address string, site Site) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.sites[netip.MustParseAddr(address)] = site
}

// Asked returns the endpoints that were probed, in order and with defaults.
func (i *Internet) Asked() []api.Endpoint {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Clone(i.asked)
}

// Probe implements ports.Prober.
func (i *Internet) Probe(ctx context.Context, e api.Endpoint) []api.Sighting {
	i.mu.Lock()
	defer i.mu.Unlock()
	e = e.WithDefaults()
	i.asked = append(i.asked, e)
	addresses := i.hosts[e.Host]
	if literal, err := netip.ParseAddr(e.Host); err == nil {
		addresses = []netip.Addr{literal}
	}
	switch {
	case len(addresses) == 0 && ctx.Err() != nil:
		return []api.Sighting{{State: api.SightingUnknown, Message: ended}}
	case len(addresses) == 0:
		return []api.Sighting{{State: api.SightingUnreachable, Message: api.Quote(e.Host) + " does not resolve"}}
	}
	var all []api.Sighting
	asked := map[api.Family]int{}
	for _, a := range addresses {
		if asked[familyOf(a)]++; asked[familyOf(a)] > api.MaxAddresses {
			continue
		}
		if s := i.see(ctx, a, e); !isRepeated(all, s) {
			all = append(all, s)
		}
	}
	return all
}

const ended = "the time of this probe ended"

func (i *Internet) see(ctx context.Context, a netip.Addr, e api.Endpoint) api.Sighting {
	s := api.Sighting{State: api.SightingUnreachable, Message: "the connection was refused"}
	if site := i.sites[a]; ctx.Err() != nil {
		s = api.Sighting{State: api.SightingUnknown, Message: ended}
	} else if site != nil {
		s = site(e)
	}
	s.Family, s.Address = familyOf(a), a.String()
	return s
}

// isRepeated reports whether s states of its family what a sighting before it does.
func isRepeated(all []api.Sighting, s api.Sighting) bool {
	return (s.State == api.SightingPrivate || s.State == api.SightingNoRoute) &&
		slices.ContainsFunc(all, func(before api.Sighting) bool { return before.State == s.State && before.Family == s.Family })
}

func familyOf(a netip.Addr) api.Family {
	if a.Is4() || a.Is4In6() {
		return api.IPv4
	}
	return api.IPv6
}
