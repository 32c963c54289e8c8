// Package caa reads CAA records from the public DNS as a CA does (RFC 8659 section 3).
//
// It climbs from the name to the first name that has CAA records, label by label, and follows CNAMEs at each of them. It does
// not judge what the records mean; package plan does. What cannot be read is an error in the record set, never an empty set: a
// CA refuses to issue where it cannot read.
package caa

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"
	"golang.org/x/sync/errgroup"

	"certloop/providers/internal/publicdns"
	"certloop/reconciler/api"
	"certloop/reconciler/ports"
)

const (
	// together is how many domains are asked about at once.
	together = 20
	// mostQuestions bounds one ReadCAA. 100 names of one zone take about 100.
	mostQuestions = 1000
	// readWithin bounds the time of one ReadCAA.
	readWithin = 30 * time.Second
	// mostAliases bounds a chain of CNAMEs; public resolvers give up between 8 and 16.
	mostAliases = 8
	// mostRecords bounds a record set. One with more is not judged, because a part of it could mean something else.
	mostRecords = 100
)

// Config is what a Client is made of.
type Config struct {
	// Resolvers are the recursive resolvers, host:port; empty: those of /etc/resolv.conf.
	Resolvers []string
}

var _ ports.CAA = (*Client)(nil)

// Client reads CAA records. It is safe for concurrent use.
type Client struct{ public publicdns.Resolver }

// New makes a Client; it sends nothing.
func New(c Config) *Client { return &Client{public: publicdns.Resolver{Servers: c.Resolvers}} }

// ReadCAA implements ports.CAA. Its error is always nil.
func (c *Client) ReadCAA(ctx context.Context, domains []string) ([]api.CAASet, error) {
	ctx, cancel := context.WithTimeout(ctx, readWithin)
	defer cancel()
	view := &reading{publicdns.View{Resolver: c.public, Most: mostQuestions}}
	names := bareNames(domains)
	sets := make([]api.CAASet, len(names))
	var all errgroup.Group
	all.SetLimit(together)
	for i, name := range names {
		all.Go(func() error {
			sets[i] = view.climb(ctx, name)
			return nil
		})
	}
	_ = all.Wait() // what went wrong is in the sets
	return sets, nil
}

// bareNames are domains without "*.", each once, in their order.
func bareNames(domains []string) []string {
	var out []string
	for _, domain := range domains {
		domain = canonical(strings.TrimPrefix(domain, "*."))
		if !slices.Contains(out, domain) {
			out = append(out, domain)
		}
	}
	return out
}

// reading is one ReadCAA.
type reading struct{ publicdns.View }

// climb returns the relevant record set of domain: that of the nearest name at or above it that has CAA records.
func (r *reading) climb(ctx context.Context, domain string) api.CAASet {
	for name := domain; name != ""; _, name, _ = strings.Cut(name, ".") {
		owner, records, err := r.recordsAt(ctx, name)
		switch {
		case err != nil:
			return api.CAASet{Domain: domain, Name: name, Owner: owner, Err: err, ServFail: publicdns.IsServFail(err)}
		case len(records) > 0:
			return api.CAASet{Domain: domain, Name: name, Owner: owner, Records: records}
		}
	}
	return api.CAASet{Domain: domain}
}

// recordsAt returns the CAA records of name, or of the end of its CNAMEs, with the name that they have. Some resolvers do not
// follow a CNAME themselves.
func (r *reading) recordsAt(ctx context.Context, name string) (owner string, records []api.CAARecord, err error) {
	owner = name
	reply, err := r.Query(ctx, name, dns.TypeCAA)
	if err != nil {
		return owner, nil, err
	}
	for range mostAliases + 1 {
		if records, err = recordsOf(reply, owner); err != nil || len(records) > 0 {
			return owner, records, err
		}
		target := aliasOf(reply, owner)
		if target == "" {
			return owner, nil, nil
		}
		owner = target
		if mentions(reply, owner) {
			continue
		}
		if reply, err = r.Query(ctx, owner, dns.TypeCAA); err != nil {
			return owner, nil, err
		}
	}
	return owner, nil, failed("the CNAME records of %s form a loop or a chain of more than %d: shorten it", name, mostAliases)
}

// recordsOf returns the CAA records of that name in the reply.
func recordsOf(reply *dns.Msg, name string) ([]api.CAARecord, error) {
	var records []api.CAARecord
	for _, rr := range reply.Answer {
		if r, ok := rr.(*dns.CAA); ok && canonical(r.Hdr.Name) == name {
			records = append(records, api.CAARecord{Flags: r.Flag, Tag: r.Tag, Value: r.Value})
		}
	}
	if len(records) > mostRecords {
		return nil, failed("%s has more than %d CAA records, which certloop does not compare: remove some", name, mostRecords)
	}
	return records, nil
}

func aliasOf(reply *dns.Msg, name string) string {
	for _, rr := range reply.Answer {
		if c, ok := rr.(*dns.CNAME); ok && canonical(c.Hdr.Name) == name {
			return canonical(c.Target)
		}
	}
	return ""
}

// mentions reports whether the reply has anything at name.
func mentions(reply *dns.Msg, name string) bool {
	return slices.ContainsFunc(reply.Answer, func(rr dns.RR) bool { return canonical(rr.Header().Name) == name })
}

func canonical(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }

func failed(format string, args ...any) error {
	message := fmt.Sprintf(format, args...)
	return &api.Error{Kind: api.Transient, Reason: api.ReasonDNSFailed, Message: message, Err: errors.New(message)}
}
