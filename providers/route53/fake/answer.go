package fake

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"
)

// maxAliases bounds a chain of CNAME records, which may be a ring.
const maxAliases = 12

func (d *DNS) serve(w dns.ResponseWriter, query *dns.Msg) {
	if len(query.Question) != 1 {
		return
	}
	d.mu.Lock()
	d.queries++
	d.asked++
	d.busiest = max(d.busiest, d.asked)
	rcode, overTCP, slow := d.faults[dns.CanonicalName(query.Question[0].Name)], d.overTCP, d.slow
	bogus := d.bogus[dns.CanonicalName(query.Question[0].Name)] && !query.CheckingDisabled
	d.mu.Unlock()
	time.Sleep(slow)
	d.set(func() { d.asked-- })
	reply := d.answer(query)
	udp := w.RemoteAddr().Network() == "udp"
	switch {
	case rcode == Silent:
		return
	case bogus:
		reply.Answer, reply.Ns, reply.Rcode = nil, nil, dns.RcodeServerFailure
		reply.SetEdns0(1232, false)
		reply.IsEdns0().Option = append(reply.IsEdns0().Option, &dns.EDNS0_EDE{InfoCode: dns.ExtendedErrorCodeDNSBogus})
	case rcode != dns.RcodeSuccess:
		reply.Answer, reply.Ns, reply.Rcode = nil, nil, rcode
	case udp && overTCP:
		reply.Answer, reply.Ns, reply.Truncated = nil, nil, true
	case udp:
		reply.Truncate(room(query))
	}
	_ = w.WriteMsg(reply)
}

// room returns how many bytes the client accepts over UDP.
func room(query *dns.Msg) int {
	if options := query.IsEdns0(); options != nil {
		return int(options.UDPSize())
	}
	return dns.MinMsgSize
}

// answer follows CNAMEs, as a recursive resolver does.
func (d *DNS) answer(query *dns.Msg) *dns.Msg {
	d.mu.Lock()
	defer d.mu.Unlock()
	reply := new(dns.Msg)
	reply.SetReply(query)
	reply.RecursionAvailable = true
	name, qtype := dns.CanonicalName(query.Question[0].Name), query.Question[0].Qtype
	for range maxAliases {
		zone := d.cutOf(name)
		records, exists := d.at(zone, name)
		var alias *dns.CNAME
		matching := 0
		for _, rr := range records {
			if rr.Header().Rrtype == qtype {
				reply.Answer = append(reply.Answer, rr)
				matching++
			} else if c, ok := rr.(*dns.CNAME); ok {
				alias = c
			}
		}
		if matching > 0 {
			return reply
		}
		if alias == nil {
			if !exists {
				reply.Rcode = dns.RcodeNameError
			}
			if !d.withoutNS {
				reply.Ns = []dns.RR{startOfAuthority(zone)}
			}
			return reply
		}
		reply.Answer = append(reply.Answer, alias)
		name = dns.CanonicalName(alias.Target)
	}
	reply.Answer, reply.Rcode = nil, dns.RcodeServerFailure
	return reply
}

func startOfAuthority(zone string) dns.RR {
	return &dns.SOA{Hdr: dns.RR_Header{Name: zone, Rrtype: dns.TypeSOA, Class: dns.ClassINET, Ttl: 900},
		Ns: "ns.invalid.", Mbox: "hostmaster.invalid.", Serial: 1, Refresh: 7200, Retry: 900, Expire: 1209600, Minttl: 60}
}

// cutOf is the zone that answers for a name.
func (d *DNS) cutOf(name string) string {
	for ; ; name = parent(name) {
		if _, ok := d.cuts[name]; ok {
			return name
		}
	}
}

func parent(name string) string {
	_, rest, _ := strings.Cut(name, ".")
	if rest == "" {
		return "."
	}
	return rest
}

// at are the records at a name of a zone, and whether the name is there; a name above others is, without records.
func (d *DNS) at(zone, name string) (records []dns.RR, exists bool) {
	all := d.zoneRecords(zone)
	if records, exists = all[name]; exists {
		return records, true
	}
	for other := range all {
		if strings.HasSuffix(other, "."+name) {
			return nil, true
		}
	}
	// A wildcard stands for what is below the nearest name that is there (RFC 4592 section 3.3.1).
	encloser := parent(name)
	for encloser != zone && !slices.ContainsFunc(slices.Collect(maps.Keys(all)), func(n string) bool { return within(n, encloser) }) {
		encloser = parent(encloser)
	}
	for _, rr := range all["*."+encloser] {
		rr = dns.Copy(rr)
		rr.Header().Name = name
		records, exists = append(records, rr), true
	}
	return records, exists
}

// zoneRecords are all records of a zone by name.
func (d *DNS) zoneRecords(zone string) map[string][]dns.RR {
	all := map[string][]dns.RR{}
	for _, server := range d.cuts[zone] {
		all[zone] = append(all[zone], &dns.NS{Hdr: dns.RR_Header{Name: zone, Rrtype: dns.TypeNS, Class: dns.ClassINET, Ttl: 60}, Ns: server})
	}
	for _, set := range d.service.servedTo(zone, d.cuts[zone]) {
		for _, rr := range set.records() {
			name := dns.CanonicalName(rr.Header().Name)
			all[name] = append(all[name], rr)
		}
	}
	for name, records := range d.records {
		if d.cutOf(name) == zone {
			all[name] = append(all[name], records...)
		}
	}
	return all
}

// servedTo are the sets that the public zone of that name serves whose name servers are among those.
func (s *Service) servedTo(name string, servers []string) []Set {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, z := range s.zones {
		if z.private || z.name != name || !slices.ContainsFunc(z.servers, func(n string) bool { return slices.Contains(servers, n+".") }) {
			continue
		}
		return slices.Collect(maps.Values(s.served(z)))
	}
	return nil
}

// The DNS library holds character strings as a zone file has them.
var (
	toZoneFile   = strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	fromZoneFile = strings.NewReplacer(`\\`, `\`, `\"`, `"`)
)

// records are the set's as the DNS library has them; those of the apex that the delegation stands for are left out.
func (s Set) records() []dns.RR {
	var records []dns.RR
	for _, value := range s.Values {
		if s.Type == "NS" || s.Type == "SOA" {
			continue
		}
		if s.Type == "TXT" {
			parts, _ := characterStrings(value)
			for i, part := range parts {
				parts[i] = toZoneFile.Replace(part)
			}
			records = append(records, &dns.TXT{Hdr: dns.RR_Header{Name: plain(s.Name), Rrtype: dns.TypeTXT, Class: dns.ClassINET, Ttl: uint32(*s.TTL)}, Txt: parts})
			continue
		}
		rr, err := dns.NewRR(fmt.Sprintf("%s %d IN %s %s", plain(s.Name), *s.TTL, s.Type, value))
		if err == nil {
			records = append(records, rr)
		}
	}
	return records
}
