// Package dnsserver is the public DNS of the sandbox. It answers from the emulated Route 53, so that a CA validates
// what the controller published.
//
// The server keeps a copy of the hosted zones, and reads from Route 53 what Changed names. Every change must pass the
// gateway (gateway.Config.Changed), or be followed by Changed; a change that the server does not learn of is not
// answered.
package dnsserver

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/miekg/dns"

	"certloop/internal/sandbox/dnstest"
)

// Server answers on UDP and TCP. It is recursive resolver and authoritative server in one.
type Server struct {
	*dnstest.Listener
	zones    *zones
	settings settings
}

// Start listens on a free loopback port and answers from the hosted zones that client can read. The first query, or the
// first call of Changed, reads them.
func Start(client *route53.Client) (*Server, error) {
	return start(newZones(client))
}

func start(z *zones) (*Server, error) {
	s := &Server{zones: z, settings: newSettings()}
	var err error
	if s.Listener, err = dnstest.Listen(dns.HandlerFunc(s.serve)); err != nil {
		return nil, fmt.Errorf("start the DNS server: %w", err)
	}
	return s, nil
}

// Add makes the server answer from the hosted zones of another account as well. A server of StartHosted does from the
// start.
func (s *Server) Add(client *route53.Client) { s.zones.add(client) }

// Changed reads the hosted zone with that ID again; "" stands for zones that were created or deleted. It is called after
// the change and before whoever made it learns of its success: queries that come later see the change, and none of them
// waits for Route 53.
func (s *Server) Changed(zone string) { s.zones.refresh(zoneID(zone)) }

// Undelegate lets the NS records of that zone name the servers of another provider, as after a change at the registrar.
func (s *Server) Undelegate(zone string) {
	s.zones.delegate(dns.CanonicalName(zone), "ns1.registrar.example")
}

// maxAliases bounds a chain of CNAME records, which may be a loop.
const maxAliases = 8

func (s *Server) serve(w dns.ResponseWriter, query *dns.Msg) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	reply := new(dns.Msg)
	reply.SetReply(query)
	reply.Authoritative, reply.RecursionAvailable = true, true
	if len(query.Question) == 1 {
		s.resolve(ctx, reply, query)
	} else {
		reply.Rcode = dns.RcodeFormatError
	}
	_ = w.WriteMsg(reply)
}

// resolve answers as a recursive resolver that validates DNSSEC.
func (s *Server) resolve(ctx context.Context, reply, query *dns.Msg) {
	q := query.Question[0]
	if s.settings.answerHost(reply, q) || s.settings.answerKeys(reply, q) {
		return
	}
	s.answer(ctx, reply, q)
	if s.settings.validating() && !query.CheckingDisabled && s.isBogus(ctx, reply, q) {
		bogus(reply, query)
	}
}

// answer follows aliases and puts the whole chain into the reply: some resolvers do not query the target again.
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
