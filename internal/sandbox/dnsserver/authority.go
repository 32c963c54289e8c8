package dnsserver

import (
	"context"
	"fmt"
	"net"
	"slices"
	"sync"

	"github.com/miekg/dns"

	"certloop/internal/sandbox/dnstest"
)

// Behaviour is how a name server answers.
type Behaviour string

// These are the behaviours.
const (
	// Answers: for the zones that are delegated to it, from the hosted zones.
	Answers Behaviour = ""
	// Refuses: with REFUSED, as a server that does not have the zone.
	Refuses Behaviour = "refuses"
	// Fails: with SERVFAIL, as a secondary server whose copy has expired.
	Fails Behaviour = "fails"
	// Forgets: without authority, as a resolver does.
	Forgets Behaviour = "forgets"
	// Silent: not at all.
	Silent Behaviour = "is silent"
	// Frozen: from the zones as they were at the call of Behave.
	Frozen Behaviour = "is frozen"
)

// Authority is one authoritative name server, on a loopback address of its own and on the port of the resolver.
type Authority struct {
	*dnstest.Listener
	server *Server
	name   string

	mu     sync.Mutex
	how    Behaviour
	frozen []*zone
}

// Authority starts the name server of that name. The resolver knows its address from then on. Zones are delegated to it by
// Delegate; the root always is, if its name is RootServer.
func (s *Server) Authority(name string) (*Authority, error) {
	a := &Authority{server: s, name: dns.CanonicalName(name)}
	_, port, err := net.SplitHostPort(s.Addr)
	if err != nil {
		return nil, err
	}
	// 127.0.0.0/8 is loopback as a whole.
	var problem error
	for last := byte(2); last < 250; last++ {
		address := net.IPv4(127, 0, 0, last)
		taken := false
		s.settings.set(func() {
			for _, known := range s.settings.hosts {
				taken = taken || known.Equal(address)
			}
		})
		if taken {
			continue
		}
		if a.Listener, problem = dnstest.ListenAt(net.JoinHostPort(address.String(), port), dns.HandlerFunc(a.serve)); problem == nil {
			s.settings.set(func() { s.settings.hosts[a.name] = address })
			return a, nil
		}
	}
	return nil, fmt.Errorf("start the name server %s: %w", name, problem)
}

// Behave changes how it answers.
func (a *Authority) Behave(how Behaviour) {
	list, err := a.server.zones.current(context.Background())
	if err != nil {
		panic("dnsserver: " + err.Error())
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.how, a.frozen = how, list
}

func (a *Authority) behaviour() (Behaviour, []*zone) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.how, a.frozen
}

func (a *Authority) serve(w dns.ResponseWriter, query *dns.Msg) {
	how, list := a.behaviour()
	if how == Silent {
		return
	}
	reply := new(dns.Msg)
	reply.SetReply(query)
	switch {
	case len(query.Question) != 1:
		reply.Rcode = dns.RcodeFormatError
	case how == Refuses:
		reply.Rcode = dns.RcodeRefused
	case how == Fails:
		reply.Rcode = dns.RcodeServerFailure
	default:
		if how != Frozen {
			list, _ = a.server.zones.current(context.Background()) // nil answers with REFUSED
		}
		a.answer(reply, query, list)
		reply.Authoritative = reply.Authoritative && how != Forgets
	}
	if options := query.IsEdns0(); options != nil {
		reply.SetEdns0(1232, options.Do())
	}
	reply.Truncate(sizeFor(w, query))
	_ = w.WriteMsg(reply)
}

func sizeFor(w dns.ResponseWriter, query *dns.Msg) int {
	if w.RemoteAddr().Network() == "tcp" {
		return dns.MaxMsgSize
	}
	if options := query.IsEdns0(); options != nil {
		return int(options.UDPSize())
	}
	return dns.MinMsgSize
}

// answer answers from the zone of the name if it is delegated to this server, with a referral if a zone above is, else with
// REFUSED.
func (a *Authority) answer(reply, query *dns.Msg, list []*zone) {
	name := dns.CanonicalName(query.Question[0].Name)
	zone := zoneOf(list, name)
	switch {
	case zone != nil && a.has(zone.name):
		a.fromZone(reply, query, list, name)
	case zone != nil && (a.name == rootServer || a.hasAbove(list, zone.name)):
		for _, server := range a.server.parentServers(context.Background(), zone.name) {
			reply.Ns = append(reply.Ns, &dns.NS{Hdr: header(zone.name, dns.TypeNS), Ns: server})
		}
	default:
		reply.Rcode = dns.RcodeRefused
	}
}

// RootServer is the name of the only root server.
const RootServer = rootServer

// has reports whether the zone is delegated to this server, by its own NS records or by its parent.
func (a *Authority) has(zone string) bool {
	ctx := context.Background()
	found, err := a.server.zones.lookup(ctx, zone)
	own := err == nil && slices.ContainsFunc(found.records[dns.TypeNS], func(rr dns.RR) bool { return dns.CanonicalName(rr.(*dns.NS).Ns) == a.name })
	return own || slices.Contains(a.server.parentServers(ctx, zone), a.name)
}

// hasAbove reports whether a zone above that one is delegated to this server.
func (a *Authority) hasAbove(list []*zone, name string) bool {
	return slices.ContainsFunc(list, func(z *zone) bool { return z.name != name && dns.IsSubDomain(z.name, name) && a.has(z.name) })
}

// fromZone answers with authority, and with signatures where they are asked for. It does not follow aliases out of the zone.
func (a *Authority) fromZone(reply, query *dns.Msg, list []*zone, name string) {
	reply.Authoritative = true
	q := query.Question[0]
	if !a.server.settings.answerKeys(reply, q) || len(reply.Answer) == 0 {
		found, err := a.server.zones.in(list, name)
		if err != nil {
			reply.Rcode = dns.RcodeServerFailure
			return
		}
		records := found.records[q.Qtype]
		if len(records) == 0 {
			records = found.records[dns.TypeCNAME]
		}
		switch {
		case len(records) > 0:
			reply.Answer = append(reply.Answer, records...)
		case !found.exists:
			reply.Rcode = dns.RcodeNameError
			fallthrough
		default:
			reply.Ns = []dns.RR{found.authority}
		}
	}
	if options := query.IsEdns0(); options != nil && options.Do() {
		reply.Answer = a.server.settings.sign(list, reply.Answer)
		reply.Ns = a.server.settings.sign(list, reply.Ns)
	}
}
