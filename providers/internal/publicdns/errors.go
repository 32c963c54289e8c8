package publicdns

import (
	"context"
	"errors"
	"fmt"

	"github.com/miekg/dns"

	"certloop/reconciler/api"
)

// badAnswer is an answer of a resolver that says nothing about a name, SERVFAIL above all.
type badAnswer struct {
	server string
	rcode  int
	// extended are the extended errors (RFC 8914) that the resolver gives, as "9 (DNSKEY Missing)".
	extended string
}

func (a *badAnswer) Error() string {
	text := fmt.Sprintf("%s returned %s", a.server, dns.RcodeToString[a.rcode])
	if a.extended != "" {
		text += ", extended error " + a.extended
	}
	return text
}

func newBadAnswer(server string, reply *dns.Msg) error {
	a := &badAnswer{server: server, rcode: reply.Rcode}
	if options := reply.IsEdns0(); options != nil {
		for _, o := range options.Option {
			if e, ok := o.(*dns.EDNS0_EDE); ok {
				a.extended = fmt.Sprintf("%d (%s)", e.InfoCode, dns.ExtendedErrorCodeToString[e.InfoCode])
				break
			}
		}
	}
	return a
}

// silent is the error of a question to which no resolver replied.
func silent(name string, qtype uint16, err error) error {
	return &api.Error{Kind: api.Transient, Reason: api.ReasonDNSFailed, Err: err, Message: fmt.Sprintf(
		"the public DNS did not respond for %s (%s): check its delegation if this lasts", name, dns.TypeToString[qtype])}
}

// unanswered is the error of a question that no resolver answered; err joins what each of them did. A SERVFAIL that
// goes away when the resolver is asked not to check (the CD bit, RFC 4035 section 3.2.2) comes of DNSSEC.
func unanswered(ctx context.Context, servers []string, name string, qtype uint16, err error) error {
	var bad *badAnswer
	if !errors.As(err, &bad) || bad.rcode != dns.RcodeServerFailure {
		return silent(name, qtype, err)
	}
	kind, extended := dns.TypeToString[qtype], ""
	if bad.extended != "" {
		extended = "; extended error of the resolver: " + bad.extended
	}
	for _, server := range servers {
		if _, unchecked := ask(ctx, server, name, qtype, true); unchecked == nil {
			return &api.Error{Kind: api.Transient, Reason: api.ReasonDNSSECBogus, Err: err, Message: fmt.Sprintf(
				"DNSSEC validation failed for %s (%s): correct the DS record at the registrar or the zone's signatures, or remove the DS record%s",
				name, kind, extended)}
		}
	}
	return &api.Error{Kind: api.Transient, Reason: api.ReasonDNSFailed, Err: err, Message: fmt.Sprintf(
		"the public DNS returned SERVFAIL for %s (%s), because the name servers of its zone fail or its delegation is wrong: check both%s",
		name, kind, extended)}
}

// IsServFail reports whether err is that of a question to which a resolver returned SERVFAIL.
func IsServFail(err error) bool {
	var bad *badAnswer
	return errors.As(err, &bad) && bad.rcode == dns.RcodeServerFailure
}
