// Package txtserver is a DNS server in memory that knows TXT records and nothing else: what a CA asks for DNS-01, for
// tests in which no Route 53 takes part.
package txtserver

import (
	"errors"
	"fmt"
	"net"
	"sync"
	"testing"

	"github.com/miekg/dns"
)

// Server answers on UDP and TCP.
type Server struct {
	// Addr is host:port, the same for both protocols.
	Addr    string
	servers []*dns.Server
	running sync.WaitGroup

	mu      sync.Mutex
	records map[string][]string
	asked   map[string]int
}

// Start listens on a free loopback port.
func Start() (*Server, error) {
	udp, tcp, err := listen()
	if err != nil {
		return nil, fmt.Errorf("start the TXT server: %w", err)
	}
	s := &Server{Addr: udp.LocalAddr().String(), records: map[string][]string{}, asked: map[string]int{}}
	handler := dns.HandlerFunc(s.serve)
	s.servers = []*dns.Server{{PacketConn: udp, Handler: handler}, {Listener: tcp, Handler: handler}}
	for _, server := range s.servers {
		started := make(chan struct{})
		server.NotifyStartedFunc = func() { close(started) }
		s.running.Go(func() { _ = server.ActivateAndServe() })
		<-started
	}
	return s, nil
}

// ForTest starts a server for one test and its subtests.
func ForTest(t testing.TB) *Server {
	t.Helper()
	s, err := Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// listen finds a port that is free for both protocols.
func listen() (net.PacketConn, net.Listener, error) {
	var problems error
	for range 20 {
		udp, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			return nil, nil, err
		}
		tcp, err := net.Listen("tcp", udp.LocalAddr().String())
		if err == nil {
			return udp, tcp, nil
		}
		problems = errors.Join(problems, err, udp.Close())
	}
	return nil, nil, problems
}

// Close ends both listeners.
func (s *Server) Close() {
	for _, server := range s.servers {
		_ = server.Shutdown()
	}
	s.running.Wait()
}

// Add puts values beside those that are at name.
func (s *Server) Add(name string, values ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name = dns.CanonicalName(name)
	s.records[name] = append(s.records[name], values...)
}

// Clear takes all values at name away; the name is then unknown.
func (s *Server) Clear(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.records, dns.CanonicalName(name))
}

// Asked is how often somebody asked for name.
func (s *Server) Asked(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[dns.CanonicalName(name)]
}

func (s *Server) serve(w dns.ResponseWriter, query *dns.Msg) {
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

func (s *Server) answer(reply *dns.Msg, q dns.Question) {
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
