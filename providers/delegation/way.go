package delegation

import (
	"context"
	"fmt"
	"slices"

	"github.com/miekg/dns"
	"golang.org/x/sync/errgroup"

	"certloop/providers/internal/publicdns"
	"certloop/reconciler/api"
)

// prefix is where a CA queries the value (RFC 8555 section 8.4).
const prefix = "_acme-challenge."

// step is one name on the way of a CA to the value, and what the servers of its zone must answer there: a CNAME to target,
// or a TXT record with value. With neither, any answer for the zone will do.
type step struct {
	publicdns.Cut
	name, target, value string
}

// steps returns the steps of all questions, each once.
func (a *asking) steps(ctx context.Context, questions []api.ServerQuestion) ([]step, error) {
	ways := make([][]step, len(questions))
	var all errgroup.Group
	all.SetLimit(together)
	for i, q := range questions {
		all.Go(func() (err error) {
			ways[i], err = a.way(ctx, q)
			return err
		})
	}
	if err := all.Wait(); err != nil {
		return nil, err
	}
	var steps []step
	seen := map[[3]string]bool{}
	for _, s := range slices.Concat(ways...) {
		key := [3]string{s.name, s.target, s.value}
		if !seen[key] {
			seen[key] = true
			steps = append(steps, s)
		}
	}
	return steps, nil
}

// way follows the CNAMEs from the name that the CA queries, to the TXT record. A CNAME there is the answer of a wildcard that a
// resolver still remembers: the TXT record hides it.
func (a *asking) way(ctx context.Context, q api.ServerQuestion) ([]step, error) {
	var steps []step
	name := prefix + publicdns.Bare(q.Domain)
	for range mostAliases + 1 {
		reply, err := a.view.Query(ctx, name, dns.TypeCNAME)
		if err != nil {
			return nil, err
		}
		cut, err := a.view.Cut(ctx, name)
		if err != nil {
			return nil, err
		}
		s := step{Cut: cut, name: name, target: publicdns.Alias(reply, name)}
		if s.target == "" || name == publicdns.Bare(q.FQDN) {
			s.target = ""
			s.value = q.Value
			return append(steps, s), nil
		}
		steps, name = append(steps, s), s.target
	}
	return nil, &api.Error{Kind: api.Transient, Reason: api.ReasonDNSFailed, Message: fmt.Sprintf(
		"the CNAME records of %s%s form a loop or a chain of more than %d: shorten it", prefix, q.Domain, mostAliases)}
}
