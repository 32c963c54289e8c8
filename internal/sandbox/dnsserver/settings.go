package dnsserver

import (
	"context"
	"net"
	"sync"

	"github.com/miekg/dns"
)

// settings are what the server knows besides the hosted zones: name servers with addresses, and signed zones.
type settings struct {
	mu sync.Mutex
	// hosts are the addresses of the name servers that were started, by name.
	hosts map[string]net.IP
	// signed are the zones with keys.
	signed map[string]*signing
	// parents are the delegations that differ from a zone's own NS records.
	parents map[string][]string
	// careless: the resolver does not validate.
	careless bool
}

func newSettings() settings {
	return settings{hosts: map[string]net.IP{}, signed: map[string]*signing{}, parents: map[string][]string{}}
}

func (w *settings) set(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f()
}

func (w *settings) validating() (yes bool) {
	w.set(func() { yes = !w.careless })
	return yes
}

// Validate makes the resolver validate signed zones, as it does from the start, or not.
func (s *Server) Validate(yes bool) { s.settings.set(func() { s.settings.careless = !yes }) }

// answerHost answers for a name server that was started.
func (w *settings) answerHost(reply *dns.Msg, q dns.Question) (known bool) {
	name := dns.CanonicalName(q.Name)
	w.set(func() {
		var address net.IP
		if address, known = w.hosts[name]; known && q.Qtype == dns.TypeA {
			reply.Answer = append(reply.Answer, &dns.A{Hdr: header(name, dns.TypeA), A: address})
		}
	})
	return known
}

func header(name string, kind uint16) dns.RR_Header {
	return dns.RR_Header{Name: name, Rrtype: kind, Class: dns.ClassINET, Ttl: 60}
}

// Delegate sets the name servers of a zone, in its own NS records and in its parent.
func (s *Server) Delegate(zone string, servers ...string) {
	s.zones.delegate(dns.CanonicalName(zone), canonical(servers)...)
}

// DelegateInParent sets the name servers of a zone in its parent only.
func (s *Server) DelegateInParent(zone string, servers ...string) {
	s.settings.set(func() { s.settings.parents[dns.CanonicalName(zone)] = canonical(servers) })
}

func canonical(names []string) []string {
	var out []string
	for _, name := range names {
		out = append(out, dns.CanonicalName(name))
	}
	return out
}

// parentServers returns the delegation of the zone in its parent.
func (s *Server) parentServers(ctx context.Context, zone string) []string {
	var servers []string
	s.settings.set(func() { servers = s.settings.parents[zone] })
	if servers != nil {
		return servers
	}
	found, err := s.zones.lookup(ctx, zone)
	if err != nil {
		return nil
	}
	for _, rr := range found.records[dns.TypeNS] {
		servers = append(servers, rr.(*dns.NS).Ns)
	}
	return servers
}
