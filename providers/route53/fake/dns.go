package fake

import (
	"strings"
	"sync"
	"time"

	"github.com/miekg/dns"

	"certloop/internal/sandbox/dnstest"
)

// Silent is the fault of a name that is never answered for; see DNS.Fail.
const Silent = -1

// DNS is the public DNS as a recursive resolver shows it, on UDP and TCP. A zone is there once it is delegated: to a
// hosted zone's name servers, then that answers what it serves, or to others, then what was put there answers.
type DNS struct {
	*dnstest.Listener
	service *Service

	mu        sync.Mutex
	cuts      map[string][]string
	records   map[string][]dns.RR
	faults    map[string]int
	bogus     map[string]bool
	queries   int
	asked     int // at this moment
	busiest   int
	slow      time.Duration
	withoutNS bool
	overTCP   bool
}

// StartDNS listens on a free loopback port.
func StartDNS(s *Service) (*DNS, error) {
	d := &DNS{service: s, records: map[string][]dns.RR{}, faults: map[string]int{}, bogus: map[string]bool{},
		cuts: map[string][]string{".": {"a.root-servers.net."}}}
	var err error
	if d.Listener, err = dnstest.Listen(dns.HandlerFunc(d.serve)); err != nil {
		return nil, err
	}
	return d, nil
}

// Delegate makes a zone whose name servers are these, in place of those of before.
func (d *DNS) Delegate(zone string, nameServers ...string) {
	d.set(func() {
		d.cuts[dns.CanonicalName(zone)] = nil
		for _, server := range nameServers {
			d.cuts[dns.CanonicalName(zone)] = append(d.cuts[dns.CanonicalName(zone)], dns.CanonicalName(server))
		}
	})
}

// Put adds a record, in the form of a zone file, to a zone that is not delegated to Route 53. It panics where the line
// is no record.
func (d *DNS) Put(line string) {
	rr, err := dns.NewRR(line)
	if err != nil {
		panic("fake: " + err.Error())
	}
	name := dns.CanonicalName(rr.Header().Name)
	d.set(func() { d.records[name] = append(d.records[name], rr) })
}

// Fail makes every question about a name get this response code, or no answer at all (Silent); NOERROR ends it.
func (d *DNS) Fail(name string, rcode int) {
	d.set(func() { d.faults[dns.CanonicalName(name)] = rcode })
}

// Bogus makes the signatures of a name wrong: the answer is SERVFAIL with an extended error, unless the question
// asks not to check them.
func (d *DNS) Bogus(name string) { d.set(func() { d.bogus[dns.CanonicalName(name)] = true }) }

// WithoutAuthority leaves the SOA out of negative answers, as some resolvers do.
func (d *DNS) WithoutAuthority() { d.set(func() { d.withoutNS = true }) }

// OverTCP cuts every answer over UDP off.
func (d *DNS) OverTCP() { d.set(func() { d.overTCP = true }) }

// ZoneOf is the zone that answers for a name, with a dot at the end.
func (d *DNS) ZoneOf(name string) (zone string) {
	d.set(func() { zone = d.cutOf(dns.CanonicalName(name)) })
	return zone
}

// Slow makes every answer take that long.
func (d *DNS) Slow(by time.Duration) { d.set(func() { d.slow = by }) }

// Queries is how many questions were asked.
func (d *DNS) Queries() (n int) {
	d.set(func() { n = d.queries })
	return n
}

// Busiest is how many questions were asked at one time, at most.
func (d *DNS) Busiest() (n int) {
	d.set(func() { n = d.busiest })
	return n
}

// TXT are the values that a CA would see at a name, its CNAMEs followed.
func (d *DNS) TXT(name string) []string {
	query := new(dns.Msg)
	query.SetQuestion(dns.Fqdn(name), dns.TypeTXT)
	var values []string
	for _, rr := range d.answer(query).Answer {
		if txt, ok := rr.(*dns.TXT); ok {
			values = append(values, fromZoneFile.Replace(strings.Join(txt.Txt, "")))
		}
	}
	return values
}

func (d *DNS) set(f func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f()
}
