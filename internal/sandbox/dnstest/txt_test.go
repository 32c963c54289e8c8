package dnstest

import (
	"strings"
	"testing"

	"github.com/miekg/dns"
)

func TestTXT(t *testing.T) {
	s := TXTForTest(t)
	s.Add("_acme-challenge.example.com", "one")
	s.Add("_acme-challenge.EXAMPLE.com.", "two")
	s.Add("deleted.example.com", "three")
	s.Clear("deleted.example.com")
	for sentence, c := range map[string]struct {
		name  string
		qtype uint16
		rcode int
		want  string
	}{
		"all values of a name are returned":           {"_acme-challenge.example.com.", dns.TypeTXT, dns.RcodeSuccess, "one two"},
		"names are compared without case":             {"_ACME-challenge.example.com.", dns.TypeTXT, dns.RcodeSuccess, "one two"},
		"another type is an empty reply":              {"_acme-challenge.example.com.", dns.TypeA, dns.RcodeSuccess, ""},
		"a name never added is NXDOMAIN":              {"www.example.com.", dns.TypeTXT, dns.RcodeNameError, ""},
		"a name whose values are deleted is NXDOMAIN": {"deleted.example.com.", dns.TypeTXT, dns.RcodeNameError, ""},
	} {
		for _, network := range []string{"udp", "tcp"} {
			t.Run(sentence+" over "+network, func(t *testing.T) {
				query := new(dns.Msg)
				query.SetQuestion(c.name, c.qtype)
				reply, _, err := (&dns.Client{Net: network}).Exchange(query, s.Addr)
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, rr := range reply.Answer {
					got = append(got, strings.Join(rr.(*dns.TXT).Txt, ""))
				}
				if reply.Rcode != c.rcode || strings.Join(got, " ") != c.want {
					t.Errorf("%s %q, want %s %q", dns.RcodeToString[reply.Rcode], got, dns.RcodeToString[c.rcode], c.want)
				}
			})
		}
	}
	if n := s.Asked("deleted.example.com"); n != 2 {
		t.Errorf("asked %d times, want 2", n)
	}
}
