package publicdns

import (
	"context"
	"errors"
	"strings"

	"github.com/miekg/dns"
)

// AskServer asks one name server, given as address and port, without recursion and with DNSSEC records. It returns the reply
// whatever its code is. An error means that no reply came to the question, in two tries.
func AskServer(ctx context.Context, server, name string, kind uint16) (reply *dns.Msg, err error) {
	query := new(dns.Msg)
	query.SetQuestion(dns.Fqdn(name), kind)
	query.RecursionDesired = false
	query.SetEdns0(udpSize, true)
	for range rounds {
		if reply, err = exchange(ctx, "udp", server, query); err == nil && reply.Truncated {
			reply, err = exchange(ctx, "tcp", server, query)
		}
		if err == nil && reply.Rcode == dns.RcodeFormatError && query.IsEdns0() != nil {
			query.Extra = nil // the server does not know EDNS (RFC 6891 section 7)
			continue
		}
		if err == nil && !answers(reply, query) {
			err = errors.New(server + " replied to another question")
		}
		if err == nil || ctx.Err() != nil {
			return reply, err
		}
	}
	return reply, err
}

// answers reports whether the reply is to that question. A server that cannot read a query may leave the question out.
func answers(reply, query *dns.Msg) bool {
	if len(reply.Question) == 0 {
		return reply.Rcode != dns.RcodeSuccess
	}
	asked, got := query.Question[0], reply.Question[0]
	return reply.Response && len(reply.Question) == 1 && strings.EqualFold(got.Name, asked.Name) && got.Qtype == asked.Qtype
}
