package delegation

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/miekg/dns"
	"golang.org/x/sync/errgroup"

	"certloop/providers/internal/publicdns"
	"certloop/reconciler/api"
)

// answer is what one address of a server answered to one step.
type answer struct {
	address netip.Addr
	name    string
	state   api.ServerState
	message string
}

// askAll asks every server about every step: the first step of each address at first, so that a server that does not respond
// is waited for once.
func (a *asking) askAll(ctx context.Context, zones []*zone) {
	var (
		all  errgroup.Group
		left atomic.Int64
		mu   sync.Mutex
	)
	left.Store(mostDirect)
	all.SetLimit(together)
	for _, z := range zones {
		for _, s := range z.servers {
			for _, address := range s.addresses {
				all.Go(func() error {
					answers := a.askAddress(ctx, z, address, &left)
					mu.Lock()
					defer mu.Unlock()
					s.answers = append(s.answers, answers...)
					return nil
				})
			}
		}
	}
	_ = all.Wait() // what went wrong is in the answers
}

// askAddress asks one address about the steps, until the time or the number of questions is over.
func (a *asking) askAddress(ctx context.Context, z *zone, address netip.Addr, left *atomic.Int64) []answer {
	var (
		answers []answer
		keys    *keys
	)
	for _, s := range z.steps {
		if ctx.Err() != nil || left.Add(-1) < 0 {
			break
		}
		reply, err := publicdns.AskServer(ctx, a.at(address), s.name, dns.TypeTXT)
		if ctx.Err() != nil {
			break // the time is over, which says nothing about the server
		}
		one := answer{address: address, name: s.name}
		if err != nil {
			one.state, one.message = noReply(err)
			return append(answers, one) // it would not respond to the others either
		}
		one.state, one.message = judge(s, reply)
		if one.state == api.ServerServes && len(z.signers) > 0 {
			if keys == nil {
				keys = a.readKeys(ctx, z, a.at(address))
			}
			if why := keys.check(reply, s, a.Now()); why != "" {
				one.state, one.message = api.ServerBogus, why
			}
		}
		answers = append(answers, one)
	}
	return answers
}

// noWay are the errors of a system without a way to the address, such as one without IPv6.
var noWay = []error{syscall.ENETUNREACH, syscall.EHOSTUNREACH, syscall.EADDRNOTAVAIL, syscall.EAFNOSUPPORT, syscall.EACCES, syscall.EPERM}

func noReply(err error) (api.ServerState, string) {
	if slices.ContainsFunc(noWay, func(e error) bool { return errors.Is(err, e) }) {
		return api.ServerUnreachable, "certloop has no route to it"
	}
	return api.ServerSilent, "no response"
}

// judge returns how the reply answers the step.
func judge(s step, reply *dns.Msg) (api.ServerState, string) {
	switch {
	case reply.Rcode != dns.RcodeSuccess && reply.Rcode != dns.RcodeNameError:
		return api.ServerLame, "it returned " + rcode(reply)
	case !reply.Authoritative:
		return api.ServerLame, "it is not authoritative for the zone"
	case s.target != "":
		return judgeAlias(s, reply)
	case s.value == "" || slices.Contains(texts(reply, s.name), s.value):
		return api.ServerServes, ""
	case reply.Rcode == dns.RcodeNameError:
		return api.ServerLacks, "it returned NXDOMAIN"
	case len(texts(reply, s.name)) > 0:
		return api.ServerLacks, "it has other TXT records"
	}
	return api.ServerLacks, "it has no TXT record"
}

func judgeAlias(s step, reply *dns.Msg) (api.ServerState, string) {
	switch target := publicdns.Alias(reply, s.name); target {
	case s.target:
		return api.ServerServes, ""
	case "":
		return api.ServerLacks, "it has no CNAME record to " + s.target
	}
	return api.ServerLacks, "it has another CNAME record"
}

func rcode(reply *dns.Msg) string {
	if name, ok := dns.RcodeToString[reply.Rcode]; ok {
		return name
	}
	return "an unknown code"
}

func texts(reply *dns.Msg, name string) []string {
	var values []string
	for _, rr := range reply.Answer {
		if txt, ok := rr.(*dns.TXT); ok && publicdns.Owner(txt) == name {
			values = append(values, strings.Join(txt.Txt, ""))
		}
	}
	return values
}

// order is how much attention a state needs among the answers of one server. One address that does not respond counts for
// nothing where another does: a resolver goes on to the next (RFC 1035 section 7.2).
var order = []api.ServerState{api.ServerLacks, api.ServerBogus, api.ServerLame, api.ServerServes, api.ServerSilent, api.ServerUnreachable}

// finding returns the worst answer of the server; false: it was not asked.
func (s *server) finding(z *zone) (api.ServerFinding, bool) {
	f := api.ServerFinding{Zone: z.name, Server: s.name, Name: z.steps[0].name}
	switch {
	case len(s.addresses) == 0 && s.refused != "":
		f.State, f.Message = api.ServerUnreachable, s.refused
		return f, true
	case len(s.addresses) == 0:
		f.State, f.Message = api.ServerSilent, "its name has no address"
		return f, true
	case len(s.answers) == 0:
		return f, false
	}
	worst := slices.MinFunc(s.answers, func(a, b answer) int {
		if d := slices.Index(order, a.state) - slices.Index(order, b.state); d != 0 {
			return d
		}
		if d := a.address.Compare(b.address); d != 0 {
			return d
		}
		return strings.Compare(a.name, b.name)
	})
	f.Address, f.State, f.Name, f.Message = worst.address.String(), worst.state, worst.name, worst.message
	return f, true
}
