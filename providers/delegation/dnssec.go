package delegation

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"

	"certloop/providers/internal/publicdns"
)

// signers returns the DS records of the zone with an algorithm and a digest that certloop can check. A zone that has no such
// record counts as unsigned (RFC 4035 section 5.2).
func signers(reply *dns.Msg, zone string) []*dns.DS {
	var all []*dns.DS
	for _, rr := range reply.Answer {
		ds, ok := rr.(*dns.DS)
		if ok && publicdns.Owner(ds) == zone && slices.Contains(algorithms, ds.Algorithm) && slices.Contains(digests, ds.DigestType) {
			all = append(all, ds)
		}
	}
	return all
}

// RFC 8624 sections 3.1 and 3.3, as far as the library goes.
var (
	algorithms = []uint8{dns.RSASHA1, dns.RSASHA1NSEC3SHA1, dns.RSASHA256, dns.RSASHA512, dns.ECDSAP256SHA256, dns.ECDSAP384SHA384, dns.ED25519}
	digests    = []uint8{dns.SHA1, dns.SHA256, dns.SHA384}
)

// keys are the DNSKEY records of a zone as one server returns them.
type keys struct {
	zone string
	all  []*dns.DNSKEY
	// problem is why they do not count; empty: a DS record of the parent signs them.
	problem string
}

// readKeys reads the keys and checks that a DS record of the parent leads to them.
func (a *asking) readKeys(ctx context.Context, z *zone, server string) *keys {
	k := &keys{zone: z.name}
	reply, err := publicdns.AskServer(ctx, server, z.name, dns.TypeDNSKEY)
	if err != nil {
		k.problem = "it does not respond to questions for the DNSKEY records"
		return k
	}
	var set []dns.RR
	for _, rr := range reply.Answer {
		if key, ok := rr.(*dns.DNSKEY); ok && publicdns.Owner(key) == z.name && len(set) < mostKeys {
			set, k.all = append(set, key), append(k.all, key)
		}
	}
	trusted := slices.DeleteFunc(slices.Clone(k.all), func(key *dns.DNSKEY) bool { return !matches(key, z.signers) })
	switch {
	case len(set) == 0:
		k.problem = "it has no DNSKEY records, but the parent zone has DS records"
	case len(trusted) == 0:
		k.problem = "none of its DNSKEY records matches the DS records of the parent zone"
	default:
		k.problem = signed(set, reply.Answer, trusted, z.name, a.Now())
	}
	return k
}

// mostKeys bounds the DNSKEY records of a zone, mostSignatures the signatures that are tried: each costs a verification
// (CVE-2023-50387).
const mostKeys, mostSignatures = 20, 20

func matches(key *dns.DNSKEY, signers []*dns.DS) bool {
	return slices.ContainsFunc(signers, func(ds *dns.DS) bool {
		own := key.ToDS(ds.DigestType)
		return own != nil && own.KeyTag == ds.KeyTag && own.Algorithm == ds.Algorithm && strings.EqualFold(own.Digest, ds.Digest)
	})
}

// check returns why the signatures of the reply to the step do not validate; empty: they do. Of a negative answer it checks
// the SOA record.
func (k *keys) check(reply *dns.Msg, s step, now time.Time) string {
	if k.problem != "" {
		return k.problem
	}
	kind := dns.TypeTXT
	if s.target != "" {
		kind = dns.TypeCNAME
	}
	section, owner := reply.Answer, s.name
	set := recordsOf(section, owner, kind)
	if len(set) == 0 {
		section, owner = reply.Ns, k.zone
		set = recordsOf(section, owner, dns.TypeSOA)
	}
	if len(set) == 0 {
		return "" // nothing is there that a signature could be about
	}
	return signed(set, section, k.all, k.zone, now)
}

func recordsOf(section []dns.RR, owner string, kind uint16) []dns.RR {
	var set []dns.RR
	for _, rr := range section {
		if rr.Header().Rrtype == kind && publicdns.Owner(rr) == owner {
			set = append(set, rr)
		}
	}
	return set
}

// signed returns why no signature of the set is valid; empty: one is.
func signed(set, section []dns.RR, keys []*dns.DNSKEY, zone string, now time.Time) string {
	head := set[0].Header()
	what := dns.TypeToString[head.Rrtype] + " records"
	why, tried := "its "+what+" have no DNSSEC signature", 0
	for _, rr := range section {
		sig, ok := rr.(*dns.RRSIG)
		if !ok || sig.TypeCovered != head.Rrtype || publicdns.Owner(sig) != publicdns.Owner(set[0]) || publicdns.Bare(sig.SignerName) != zone {
			continue
		}
		for _, key := range keys {
			if key.KeyTag() != sig.KeyTag || key.Algorithm != sig.Algorithm {
				continue
			}
			if tried++; tried > mostSignatures {
				return why
			}
			switch {
			case sig.Verify(key, set) != nil:
				why = "the DNSSEC signature of its " + what + " is wrong"
			case !sig.ValidityPeriod(now):
				why = "the DNSSEC signature of its " + what + " has expired or is not valid yet"
			default:
				return ""
			}
		}
		if tried == 0 {
			why = "the DNSSEC signature of its " + what + " is by a key that the zone does not have"
		}
	}
	return why
}
