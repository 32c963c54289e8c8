// Package dnsserver is the public DNS of the sandbox: it answers from what the emulated Route 53 holds, so that a CA
// validates what the controller really published.
package dnsserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/miekg/dns"
)

// Server answers on UDP and TCP. It is recursive resolver and authoritative server at once.
type Server struct {
	// Addr is host:port, the same for both protocols.
	Addr    string
	zones   *zones
	servers []*dns.Server
	running sync.WaitGroup
}

// Start listens on a free loopback port and answers from the hosted zones that client sees.
func Start(client *route53.Client) (*Server, error) {
	udp, tcp, err := listen()
	if err != nil {
		return nil, fmt.Errorf("start the DNS server: %w", err)
	}
	s := &Server{Addr: udp.LocalAddr().String(), zones: &zones{client: client}}
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

// maxAliases bounds a chain of CNAME records, which may be a ring.
const maxAliases = 8

func (s *Server) serve(w dns.ResponseWriter, query *dns.Msg) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	reply := new(dns.Msg)
	reply.SetReply(query)
	reply.Authoritative, reply.RecursionAvailable = true, true
	if len(query.Question) == 1 {
		s.answer(ctx, reply, query.Question[0])
	} else {
		reply.Rcode = dns.RcodeFormatError
	}
	_ = w.WriteMsg(reply)
}

// answer follows aliases and puts the whole way into the reply: some resolvers do not ask again for the target.
func (s *Server) answer(ctx context.Context, reply *dns.Msg, q dns.Question) {
	name := dns.CanonicalName(q.Name)
	for range maxAliases {
		found, err := s.zones.lookup(ctx, name)
		if err != nil {
			reply.Rcode = dns.RcodeServerFailure
			return
		}
		if records := found.records[q.Qtype]; len(records) > 0 {
			reply.Answer = append(reply.Answer, records...)
			return
		}
		alias := found.records[dns.TypeCNAME]
		if len(alias) == 0 {
			if !found.exists {
				reply.Rcode = dns.RcodeNameError
			}
			reply.Ns = []dns.RR{found.authority}
			return
		}
		reply.Answer = append(reply.Answer, alias...)
		name = dns.CanonicalName(alias[0].(*dns.CNAME).Target)
	}
	reply.Rcode = dns.RcodeServerFailure
}
