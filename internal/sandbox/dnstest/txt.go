package dnstest

import (
	"fmt"
	"sync"
	"testing"

	"github.com/miekg/dns"
)

// TXT is a DNS server in memory that knows TXT records and nothing else: what a CA asks for DNS-01, for tests in which
// no Route 53 takes part.
type TXT struct {
	*Listener

	mu      sync.Mutex
	records map[string][]string
	asked   map[string]int
}

// StartTXT listens on a free loopback port.
func StartTXT() (*TXT, error) {
	s := &TXT{records: map[string][]string{}, asked: map[string]int{}}
	var err error
	if s.Listener, err = Listen(dns.HandlerFunc(s.serve)); err != nil {
		return nil, fmt.Errorf("start the TXT server: %w", err)
	}
	return s, nil
}

// TXTForTest starts a server for one test and its subtests.
func TXTForTest(t testing.TB) *TXT {
	t.Helper()
	s, err := StartTXT()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// Add adds values to those at name.
func (s *TXT) Add(name string, values ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name = dns.CanonicalName(name)
	s.records[name] = append(s.records[name], values...)
}

// Clear deletes all values at name. The name is then unknown.
func (s *TXT) Clear(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.records, dns.CanonicalName(name))
}

// Asked returns how many queries there were for name.
func (s *TXT) Asked(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[dns.CanonicalName(name)]
}

func (s *TXT) serve(w dns.ResponseWriter, query *dns.Msg) {
	reply := new(dns.Msg)
	reply.SetReply(query)
	reply.Authoritative, reply.RecursionAvailable = true, true
	if len(query.Question) != 1 {
		reply.Rcode = dns.RcodeFormatError
	} else {
		s.answer(reply, query.Question[0])
	}
	_ = w.WriteMsg(reply)
}

func (s *TXT) answer(reply *dns.Msg, q dns.Question) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := dns.CanonicalName(q.Name)
	s.asked[name]++
	values, known := s.records[name]
	if !known {
		reply.Rcode = dns.RcodeNameError
		return
	}
	if q.Qtype != dns.TypeTXT {
		return
	}
	header := dns.RR_Header{Name: q.Name, Rrtype: dns.TypeTXT, Class: dns.ClassINET, Ttl: 1}
	for _, v := range values {
		reply.Answer = append(reply.Answer, &dns.TXT{Hdr: header, Txt: []string{v}})
	}
}
