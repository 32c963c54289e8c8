package dnsserver

import (
	"context"
	"crypto"
	"time"

	"github.com/miekg/dns"
)

// Breakage is what is wrong with a signed zone.
type Breakage string

// These are the breakages; None repairs the zone.
const (
	None Breakage = ""
	// WrongSignatures are by a key that the zone does not have, under the tag of its own.
	WrongSignatures Breakage = "wrong signatures"
	// ExpiredSignatures ended yesterday.
	ExpiredSignatures Breakage = "expired signatures"
	// NoSignatures: the zone is not signed any more, and the parent has its DS record.
	NoSignatures Breakage = "no signatures"
	// NoKeys: the zone has no DNSKEY records any more.
	NoKeys Breakage = "no keys"
	// WrongDS is the DS record of another key.
	WrongDS Breakage = "wrong DS"
	// NoDS: the parent has no DS record, so that the zone counts as unsigned.
	NoDS Breakage = "no DS"
)

// signing is a zone with one key, which signs everything.
type signing struct {
	key, other   *dns.DNSKEY
	signer, fake crypto.Signer
	broken       Breakage
}

// Sign signs a zone. It panics if no key can be made.
func (s *Server) Sign(zone string) {
	zone = dns.CanonicalName(zone)
	made := &signing{}
	made.key, made.signer = newKey(zone)
	made.other, made.fake = newKey(zone)
	s.settings.set(func() { s.settings.signed[zone] = made })
}

// Break breaks a signed zone, or repairs it (None).
func (s *Server) Break(zone string, how Breakage) {
	s.settings.set(func() { s.settings.signed[dns.CanonicalName(zone)].broken = how })
}

func newKey(zone string) (*dns.DNSKEY, crypto.Signer) {
	key := &dns.DNSKEY{Hdr: header(zone, dns.TypeDNSKEY), Flags: dns.ZONE | dns.SEP, Protocol: 3, Algorithm: dns.ECDSAP256SHA256}
	private, err := key.Generate(256)
	if err != nil {
		panic("dnsserver: " + err.Error())
	}
	return key, private.(crypto.Signer)
}

// answerKeys answers for the DS and DNSKEY records of signed zones.
func (w *settings) answerKeys(reply *dns.Msg, q dns.Question) (known bool) {
	w.set(func() {
		z := w.signed[dns.CanonicalName(q.Name)]
		switch {
		case z == nil:
		case q.Qtype == dns.TypeDNSKEY:
			known = true
			if z.broken != NoKeys {
				reply.Answer = append(reply.Answer, z.key)
			}
		case q.Qtype == dns.TypeDS:
			known = true
			key := z.key
			if z.broken == WrongDS {
				key = z.other
			}
			if z.broken != NoDS {
				reply.Answer = append(reply.Answer, key.ToDS(dns.SHA256))
			}
		}
	})
	return known
}

// isBogus reports whether the answer comes from a signed zone that is broken.
func (s *Server) isBogus(ctx context.Context, reply *dns.Msg, q dns.Question) (broken bool) {
	names := []string{dns.CanonicalName(q.Name)}
	for _, rr := range reply.Answer {
		names = append(names, dns.CanonicalName(rr.Header().Name))
	}
	list, err := s.zones.current(ctx)
	if err != nil {
		return false
	}
	s.settings.set(func() {
		for _, name := range names {
			if zone := zoneOf(list, name); zone != nil && s.settings.signed[zone.name] != nil {
				how := s.settings.signed[zone.name].broken
				broken = broken || how != None && how != NoDS
			}
		}
	})
	return broken
}

// bogus turns the reply into that of a resolver which does not validate it (RFC 8914 section 4.7).
func bogus(reply, query *dns.Msg) {
	reply.Answer, reply.Ns, reply.Rcode = nil, nil, dns.RcodeServerFailure
	if query.IsEdns0() != nil {
		reply.SetEdns0(1232, false)
		reply.IsEdns0().Option = append(reply.IsEdns0().Option, &dns.EDNS0_EDE{InfoCode: dns.ExtendedErrorCodeDNSBogus})
	}
}

// sign adds signatures to the record sets of a section.
func (w *settings) sign(list []*zone, section []dns.RR) []dns.RR {
	signed := section
	for _, set := range setsOf(section) {
		zone := zoneOf(list, dns.CanonicalName(set[0].Header().Name))
		if zone == nil {
			continue
		}
		w.set(func() {
			if z := w.signed[zone.name]; z != nil && z.broken != NoSignatures {
				signed = append(signed[:len(signed):len(signed)], z.signature(zone.name, set))
			}
		})
	}
	return signed
}

func setsOf(section []dns.RR) [][]dns.RR {
	type key struct {
		name string
		kind uint16
	}
	var order []key
	sets := map[key][]dns.RR{}
	for _, rr := range section {
		k := key{dns.CanonicalName(rr.Header().Name), rr.Header().Rrtype}
		if sets[k] == nil {
			order = append(order, k)
		}
		sets[k] = append(sets[k], rr)
	}
	var all [][]dns.RR
	for _, k := range order {
		all = append(all, sets[k])
	}
	return all
}

func (z *signing) signature(zone string, set []dns.RR) dns.RR {
	from, until, signer := time.Now().Add(-time.Hour), time.Now().Add(24*time.Hour), z.signer
	switch z.broken {
	case WrongSignatures:
		signer = z.fake
	case ExpiredSignatures:
		from, until = from.Add(-240*time.Hour), until.Add(-48*time.Hour)
	case None, NoSignatures, NoKeys, WrongDS, NoDS:
	}
	sig := &dns.RRSIG{Hdr: header(set[0].Header().Name, dns.TypeRRSIG), Algorithm: z.key.Algorithm, KeyTag: z.key.KeyTag(), SignerName: zone,
		Inception: uint32(from.Unix()), Expiration: uint32(until.Unix())}
	if err := sig.Sign(signer, set); err != nil {
		panic("dnsserver: " + err.Error())
	}
	return sig
}
