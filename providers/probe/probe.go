// Package probe sees which certificates TLS endpoints serve. It implements ports.Prober.
//
// The handshake accepts every certificate, because a wrong one must be seen too. Whether clients trust what was served is
// decided afterwards, from the served certificates alone. A sighting is Answered only after the server proved that it has
// the certificate's key.
//
// Whoever runs an endpoint may be hostile, and so may the DNS that leads to it. Time, bytes, lines and certificates of
// each connection are bounded, the sockets of the whole process too. No address is asked that the network does not
// include. Besides the handshake, only the lines before it are sent where a protocol has them.
package probe

import (
	"cmp"
	"context"
	"crypto/x509"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"certloop/reconciler/api"
)

// Config is what a Prober is made of. Its zero value probes the public internet.
type Config struct {
	// Network bounds the addresses that are asked; empty: api.NetworkPublic. A function in a VPC can probe inside with
	// api.NetworkPrivate.
	Network api.Network
	// Resolvers are the recursive resolvers, host:port, through which hosts are resolved; empty: the system's.
	Resolvers []string
	// Roots are the certificates that clients trust; nil: the system's.
	Roots *x509.CertPool
	// MaxSockets is how many sockets are open at one time, those to the DNS included; 0: 128.
	MaxSockets int
	// ConnectTimeout bounds how long one address is waited for; 0: 5 s. Timeout bounds the connection with the handshake;
	// 0: 10 s.
	ConnectTimeout, Timeout time.Duration
	// Now is the clock for the dates of certificates; nil: time.Now.
	Now func() time.Time
}

const (
	defaultSockets        = 128
	defaultConnectTimeout = 5 * time.Second
	defaultTimeout        = 10 * time.Second
	// lookupTimeout is enough for a second resolver after the first did not answer.
	lookupTimeout = 11 * time.Second
)

// Prober is safe for concurrent use.
type Prober struct {
	config Config
	// probes has an entry for each endpoint that is being probed, sockets one for each open socket. Those who wait get one
	// in the order in which they came. An endpoint that waits costs no more than its caller's goroutine.
	probes, sockets gate
	resolver        *net.Resolver
	// routed returns why there is no route to an address; nil: there is one.
	routed func(context.Context, netip.Addr) error
}

// New returns a Prober. It sends nothing.
func New(c Config) *Prober {
	c.MaxSockets = cmp.Or(c.MaxSockets, defaultSockets)
	c.ConnectTimeout = cmp.Or(c.ConnectTimeout, defaultConnectTimeout)
	c.Timeout = cmp.Or(c.Timeout, defaultTimeout)
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Prober{config: c, probes: make(gate, c.MaxSockets), sockets: make(gate, c.MaxSockets),
		resolver: newResolver(c.Resolvers), routed: routed}
}

// Probe implements ports.Prober.
func (p *Prober) Probe(ctx context.Context, e api.Endpoint) []api.Sighting {
	e = e.WithDefaults()
	if problem := unusable(e); problem != "" {
		return []api.Sighting{unknown(problem)}
	}
	if !p.probes.enter(ctx) {
		return []api.Sighting{interrupted()}
	}
	defer p.probes.leave()
	addresses, sightings := p.resolve(ctx, e.Host)
	for i, s := range p.seeAll(ctx, addresses, e) {
		s.Family, s.Address = familyOf(addresses[i]), addresses[i].String()
		if !isRepeated(sightings, s) {
			sightings = append(sightings, s)
		}
	}
	// Those of one family stay in the order of their addresses.
	slices.SortStableFunc(sightings, func(a, b api.Sighting) int { return cmp.Compare(a.Family, b.Family) })
	return sightings
}

// seeAll asks the addresses, those of one family one after another. So an endpoint needs two sockets at a time, and one with many
// addresses takes none from the others.
func (p *Prober) seeAll(ctx context.Context, addresses []netip.Addr, e api.Endpoint) []api.Sighting {
	seen := make([]api.Sighting, len(addresses))
	var both sync.WaitGroup
	for _, family := range []api.Family{api.IPv4, api.IPv6} {
		both.Go(func() {
			for i, a := range addresses {
				if familyOf(a) == family {
					seen[i] = p.see(ctx, a, e)
				}
			}
		})
	}
	both.Wait()
	return seen
}

// isRepeated reports whether s states of its family what a sighting before it does.
func isRepeated(before []api.Sighting, s api.Sighting) bool {
	return (s.State == api.SightingPrivate || s.State == api.SightingNoRoute) &&
		slices.ContainsFunc(before, func(b api.Sighting) bool { return b.State == s.State && b.Family == s.Family })
}

// unusable returns why e is not an endpoint; empty: it is one.
func unusable(e api.Endpoint) string {
	switch {
	case e.Host == "" || len(e.Host) > api.MaxDNSName+1 || !api.Clean(e.Host):
		return "host " + api.Quote(e.Host) + " is neither a DNS name nor an IP address"
	case len(e.SNI) > api.MaxDNSName+1 || !api.Clean(e.SNI):
		return "sni " + api.Quote(e.SNI) + " is not a DNS name"
	case e.Port < 1 || e.Port > 65535:
		return "port is not from 1 to 65535"
	case !api.IsKnownProtocol(e.Protocol):
		return "protocol " + api.Quote(string(e.Protocol)) + " is not known"
	}
	return ""
}

func familyOf(a netip.Addr) api.Family {
	if a.Is4() {
		return api.IPv4
	}
	return api.IPv6
}

func unknown(message string) api.Sighting {
	return api.Sighting{State: api.SightingUnknown, Message: api.Message(message)}
}

func unreachable(message string) api.Sighting {
	return api.Sighting{State: api.SightingUnreachable, Message: api.Message(message)}
}

// interrupted is the sighting of what was not asked until the caller's time ended.
func interrupted() api.Sighting {
	return unknown("the time of this probe ended before the endpoint answered")
}
