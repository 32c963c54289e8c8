// Package fake is a public DNS in memory, as a recursive resolver shows it: CAA and CNAME records, names that fail, and names
// whose signatures are wrong.
package fake

import (
	"sync"

	"github.com/miekg/dns"

	"certloop/internal/sandbox/dnstest"
)

// maxAliases bounds a chain of CNAME records, which may be a loop.
const maxAliases = 8

// DNS listens on UDP and TCP.
type DNS struct {
	*dnstest.Listener

	mu      sync.Mutex
	records map[string][]dns.RR
	faults  map[string]int
	bogus   map[string]bool
	// stays: the resolver returns a CNAME without what is at its target.
	stays bool
	asked int
}

// Start listens on a free loopback port.
func Start() (*DNS, error) {
	d := &DNS{records: map[string][]dns.RR{}, faults: map[string]int{}, bogus: map[string]bool{}}
	var err error
	d.Listener, err = dnstest.Listen(dns.HandlerFunc(d.serve))
	return d, err
}

// Put adds a record in the form of a zone file. It panics if the line is no record.
func (d *DNS) Put(line string) {
	rr, err := dns.NewRR(line)
	if err != nil {
		panic("fake: " + err.Error())
	}
	name := dns.CanonicalName(rr.Header().Name)
	d.set(func() { d.records[name] = append(d.records[name], rr) })
}

// Fail makes every question about a name get this response code.
func (d *DNS) Fail(name string, rcode int) {
	d.set(func() { d.faults[dns.CanonicalName(name)] = rcode })
}

// Bogus makes the signatures of a name wrong: the answer is SERVFAIL, unless the question asks not to check them.
func (d *DNS) Bogus(name string) { d.set(func() { d.bogus[dns.CanonicalName(name)] = true }) }

// KeepAliases makes the resolver return a CNAME without what is at its target.
func (d *DNS) KeepAliases() { d.set(func() { d.stays = true }) }

// Asked returns how many questions were asked.
func (d *DNS) Asked() (n int) {
	d.set(func() { n = d.asked })
	return n
}

func (d *DNS) set(f func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f()
}

func (d *DNS) serve(w dns.ResponseWriter, query *dns.Msg) {
	reply := new(dns.Msg)
	reply.SetReply(query)
	reply.RecursionAvailable = true
	d.set(func() { d.answer(reply, query) })
	_ = w.WriteMsg(reply)
}

func (d *DNS) answer(reply, query *dns.Msg) {
	d.asked++
	q := query.Question[0]
	name := dns.CanonicalName(q.Name)
	for range maxAliases {
		if d.bogus[name] && !query.CheckingDisabled {
			reply.Rcode = dns.RcodeServerFailure
			return
		}
		if reply.Rcode = d.faults[name]; reply.Rcode != dns.RcodeSuccess {
			return
		}
		target := ""
		for _, rr := range d.records[name] {
			if rr.Header().Rrtype == q.Qtype {
				reply.Answer = append(reply.Answer, rr)
			} else if alias, ok := rr.(*dns.CNAME); ok {
				reply.Answer, target = append(reply.Answer, rr), dns.CanonicalName(alias.Target)
			}
		}
		if target == "" || d.stays {
			return
		}
		name = target
	}
	if !d.stays {
		reply.Rcode = dns.RcodeServerFailure
	}
}
