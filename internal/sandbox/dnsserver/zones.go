package dnsserver

import (
	"context"

	"github.com/miekg/dns"
)

// delegate sets the name servers of a zone in place of its delegation set.
func (z *zones) delegate(name string, servers ...string) {
	z.mu.Lock()
	defer z.mu.Unlock()
	z.delegated[name] = servers
}

// serversOf returns the name servers that a zone was given; nil: its delegation set.
func (z *zones) serversOf(name string) []string {
	z.mu.Lock()
	defer z.mu.Unlock()
	return z.delegated[name]
}

// found is what exists at one name.
type found struct {
	exists  bool
	records map[uint16][]dns.RR
	// authority is the start of authority of the zone that answers. A negative answer carries it (RFC 2308 section 3).
	authority *dns.SOA
}

// lookup returns the records of name in its longest public zone. name is canonical: lower-case, with a final dot.
func (z *zones) lookup(ctx context.Context, name string) (found, error) {
	list, err := z.current(ctx)
	if err != nil {
		return found{}, err
	}
	return z.in(list, name)
}

// in returns the records of name in a copy of the zones.
func (z *zones) in(list []*zone, name string) (found, error) {
	if zone := zoneOf(list, name); zone != nil {
		return zone.at(name, z.serversOf(zone.name))
	}
	return inRoot(name), nil
}

// zoneOf returns the longest zone that contains name, or nil.
func zoneOf(list []*zone, name string) (best *zone) {
	for _, one := range list {
		if (best == nil || len(one.name) > len(best.name)) && dns.IsSubDomain(one.name, name) {
			best = one
		}
	}
	return best
}

// rootServer is the only root server here.
const rootServer = "a.root-servers.net."

// inRoot answers for a name that is in no hosted zone: the root has a name server and no names.
func inRoot(name string) found {
	f := found{records: map[uint16][]dns.RR{}, authority: startOfAuthority(".", rootServer)}
	if name == "." {
		f.exists = true
		f.records[dns.TypeSOA] = []dns.RR{f.authority}
		f.records[dns.TypeNS] = []dns.RR{&dns.NS{Hdr: dns.RR_Header{Name: ".", Rrtype: dns.TypeNS, Class: dns.ClassINET, Ttl: 60}, Ns: rootServer}}
	}
	return f
}

// startOfAuthority returns an SOA with the numbers of a new hosted zone. The emulator's own record cannot be parsed.
func startOfAuthority(zone, server string) *dns.SOA {
	return &dns.SOA{
		Hdr: dns.RR_Header{Name: zone, Rrtype: dns.TypeSOA, Class: dns.ClassINET, Ttl: 900},
		Ns:  server, Mbox: "awsdns-hostmaster.amazon.com.", Serial: 1, Refresh: 7200, Retry: 900, Expire: 1209600, Minttl: 60,
	}
}
