package fake_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"certloop/providers/route53/fake"
)

func publicDNS(t *testing.T, s *fake.Service) *fake.DNS {
	t.Helper()
	d, err := fake.StartDNS(s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

func ask(t *testing.T, d *fake.DNS, network, name string, qtype uint16) *dns.Msg {
	t.Helper()
	query := new(dns.Msg)
	query.SetQuestion(name, qtype)
	reply, _, err := (&dns.Client{Net: network}).ExchangeContext(t.Context(), query, d.Addr)
	if err != nil {
		t.Fatal(err)
	}
	return reply
}

// shown is an answer in few words: its code, its records, the zone of its SOA.
func shown(reply *dns.Msg) string {
	words := []string{dns.RcodeToString[reply.Rcode]}
	for _, rr := range reply.Answer {
		switch rr := rr.(type) {
		case *dns.TXT:
			words = append(words, rr.Txt...)
		case *dns.CNAME:
			words = append(words, "→"+rr.Target)
		case *dns.NS:
			words = append(words, rr.Ns)
		}
	}
	for _, rr := range reply.Ns {
		words = append(words, "SOA "+rr.Header().Name)
	}
	return strings.Join(words, " ")
}

func TestThePublicDNSAnswersFromWhatIsDelegated(t *testing.T) {
	s := fake.New(fake.Config{})
	zone, idle, twin := s.AddZone(fake.Zone{Name: "example.com"}), s.AddZone(fake.Zone{Name: "idle.example.com"}), s.AddZone(fake.Zone{Name: "example.com"})
	d := publicDNS(t, s)
	d.Delegate("example.com", s.NameServers(zone)...)
	d.Delegate("sub.example.com", "ns.elsewhere.example")
	d.Put("a.sub.example.com. 60 IN CNAME txt.example.com.")
	d.Put(`b.sub.example.com. 60 IN TXT "theirs"`)
	txt := func(id, name, value string) {
		s.Put(id, fake.Set{Name: name, Type: "TXT", TTL: fake.TTL(60), Values: []string{value}})
	}
	txt(zone, "txt.example.com", `"one" "part"`)
	txt(zone, "deep.below.example.com", `"deep"`)
	txt(zone, "*.wild.example.com", `"wild"`)
	txt(zone, "known.wild.example.com", `"known"`)
	txt(idle, "a.idle.example.com", `"idle"`)
	txt(twin, "twin.example.com", `"twin"`)
	s.Put(zone, fake.Set{Name: "ring.example.com", Type: "CNAME", TTL: fake.TTL(60), Values: []string{"ring.example.com"}})
	for sentence, c := range map[string]struct {
		name  string
		qtype uint16
		want  string
	}{
		"a set of a hosted zone":             {"TXT.example.com.", dns.TypeTXT, "NOERROR one part"},
		"a name that is not there":           {"none.example.com.", dns.TypeTXT, "NXDOMAIN SOA example.com."},
		"a name above others":                {"below.example.com.", dns.TypeTXT, "NOERROR SOA example.com."},
		"the name servers":                   {"example.com.", dns.TypeNS, "NOERROR ns-4.awsdns-01.com. ns-5.awsdns-01.net. ns-6.awsdns-01.org. ns-7.awsdns-01.co.uk."},
		"what a zone to which nothing leads": {"a.idle.example.com.", dns.TypeTXT, "NXDOMAIN SOA example.com."},
		"what the other zone of that name":   {"twin.example.com.", dns.TypeTXT, "NXDOMAIN SOA example.com."},
		"a zone of others":                   {"b.sub.example.com.", dns.TypeTXT, "NOERROR theirs"},
		"a CNAME followed":                   {"a.sub.example.com.", dns.TypeTXT, "NOERROR →txt.example.com. one part"},
		"a CNAME itself":                     {"a.sub.example.com.", dns.TypeCNAME, "NOERROR →txt.example.com."},
		"a ring":                             {"ring.example.com.", dns.TypeTXT, "SERVFAIL"},
		"a wildcard":                         {"a.b.wild.example.com.", dns.TypeTXT, "NOERROR wild"},
		"a name that hides the wildcard":     {"known.wild.example.com.", dns.TypeTXT, "NOERROR known"},
		"a name below one that hides it":     {"x.known.wild.example.com.", dns.TypeTXT, "NXDOMAIN SOA example.com."},
		"the root":                           {".", dns.TypeNS, "NOERROR a.root-servers.net."},
		"a name of no zone":                  {"example.org.", dns.TypeTXT, "NXDOMAIN SOA ."},
	} {
		for _, network := range []string{"udp", "tcp"} {
			t.Run(sentence+" over "+network, func(t *testing.T) {
				reply := ask(t, d, network, c.name, c.qtype)
				if got := shown(reply); got != c.want {
					t.Errorf("answered is %q, want %q", got, c.want)
				}
			})
		}
	}
}

func TestThePublicDNSShowsAChangeOnceItIsInSync(t *testing.T) {
	now := time.Now()
	s := fake.New(fake.Config{SyncAfter: time.Minute, Now: func() time.Time { return now }})
	zone := s.AddZone(fake.Zone{Name: "example.com"})
	d := publicDNS(t, s)
	d.Delegate("example.com", s.NameServers(zone)...)
	c := client(t, s, "AKID")
	for _, value := range []string{`"one"`, `"say \"two\" \\"`} {
		before := d.TXT("a.example.com")
		if _, err := change(t, c, zone, step{upsert, set("a.example.com", 60, value)}); err != nil {
			t.Fatal(err)
		}
		if got := d.TXT("a.example.com"); !slices.Equal(got, before) {
			t.Errorf("it shows %q before the time", got)
		}
		now = now.Add(time.Minute)
	}
	if got := d.TXT("a.example.com"); !slices.Equal(got, []string{`say "two" \`}) {
		t.Errorf("it shows %q", got)
	}
}

func TestThePublicDNSFailsAsItIsTold(t *testing.T) {
	d := publicDNS(t, fake.New(fake.Config{}))
	d.Delegate("example.com", "ns.elsewhere.example")
	d.Put(`a.example.com. 60 IN TXT "there"`)
	d.Fail("A.example.com", dns.RcodeServerFailure)
	if reply := ask(t, d, "udp", "a.example.com.", dns.TypeTXT); shown(reply) != "SERVFAIL" {
		t.Errorf("it shows %s", shown(reply))
	}
	d.Fail("a.example.com", dns.RcodeSuccess)
	d.OverTCP()
	if reply := ask(t, d, "udp", "a.example.com.", dns.TypeTXT); !reply.Truncated || len(reply.Answer) != 0 {
		t.Errorf("it shows %s", shown(reply))
	}
	if reply := ask(t, d, "tcp", "a.example.com.", dns.TypeTXT); shown(reply) != "NOERROR there" {
		t.Errorf("it shows %s", shown(reply))
	}
	d.WithoutAuthority()
	if reply := ask(t, d, "tcp", "b.example.com.", dns.TypeTXT); shown(reply) != "NXDOMAIN" {
		t.Errorf("it shows %s", shown(reply))
	}
	d.Fail("b.example.com", fake.Silent)
	query := new(dns.Msg)
	query.SetQuestion("b.example.com.", dns.TypeTXT)
	if reply, _, err := (&dns.Client{Timeout: 50 * time.Millisecond}).Exchange(query, d.Addr); err == nil {
		t.Errorf("it shows %s", shown(reply))
	}
	if n := d.Queries(); n != 5 {
		t.Errorf("%d questions", n)
	}
}
