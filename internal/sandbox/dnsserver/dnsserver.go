// Package dnsserver is the public DNS of the sandbox: it answers from what the emulated Route 53 holds, so that a CA
// validates what the controller really published.
package dnsserver

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/miekg/dns"

	"certloop/internal/sandbox/dnslisten"
)

// Server answers on UDP and TCP. It is recursive resolver and authoritative server at once.
type Server struct {
	*dnslisten.Listener
	zones *zones
}

// Start listens on a free loopback port and answers from the hosted zones that client sees.
func Start(client *route53.Client) (*Server, error) {
	s := &Server{zones: &zones{clients: []*route53.Client{client}}}
	var err error
	if s.Listener, err = dnslisten.Start(dns.HandlerFunc(s.serve)); err != nil {
		return nil, fmt.Errorf("start the DNS server: %w", err)
	}
	return s, nil
}

// Add has the server answer from the hosted zones of another account too.
func (s *Server) Add(client *route53.Client) { s.zones.add(client) }

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
