package route53

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"certloop/providers/internal/publicdns"
	"certloop/reconciler/api"
)

const (
	// together is how many domains the public DNS is asked about at once.
	together = 20
	// maxReported is how many domains without a zone are searched for and reported: each needs calls of its own.
	maxReported = 5
)

// Resolve implements ports.DNS. A name that the public DNS does not know is normal: it has no CNAME. An answer that does
// not come is Transient, and never taken for a zone that is not there. One message names the first five domains that have
// no zone.
func (c *Client) Resolve(ctx context.Context, r api.Role, domains []string, zone string) ([]api.ChallengeZone, error) {
	s := search{account: c.through(r), dns: &seen{publicdns.View{Resolver: c.public}}, only: zone, looked: map[string][]hostedZone{}}
	domains = identifiers(domains)
	s.lookAhead(ctx, domains)
	if zone == "" {
		if err := s.list(ctx, domains); err != nil {
			return nil, err
		}
	}
	var zones []api.ChallengeZone
	var problems []*api.Error
	for i, domain := range domains {
		found, err := s.find(ctx, domain)
		var problem *api.Error
		switch {
		case err == nil:
			zones = append(zones, found)
		case errors.As(err, &problem) && missing(problem):
			problems = append(problems, problem)
		default:
			return nil, err
		}
		if len(problems) == maxReported {
			return nil, allOf(problems, len(domains)-i-1)
		}
	}
	if len(problems) > 0 {
		return nil, allOf(problems, 0)
	}
	return zones, nil
}

// search is one Resolve.
type search struct {
	*account
	dns *seen
	// only is the zone that the record names; empty: any.
	only string
	// looked are the public zones by the names that were looked for, none too.
	looked map[string][]hostedZone
}

// lookAhead asks the public DNS about all domains at once, since each of them takes several questions in a row. What
// it answers, errors too, is then known.
func (s *search) lookAhead(ctx context.Context, domains []string) {
	var all errgroup.Group
	all.SetLimit(together)
	for _, domain := range domains {
		all.Go(func() error {
			for range s.dns.places(ctx, domain) {
			}
			return nil
		})
	}
	_ = all.Wait() // an error is known from then on, and found where the domain is
}

// list looks for the zones of all domains in the order of Route 53's listing, so that a page serves as many of them as
// there are on it. A domain that the public DNS does not answer for is left to find.
func (s *search) list(ctx context.Context, domains []string) error {
	var names []string
	for _, domain := range domains {
		for at, err := range s.dns.places(ctx, domain) {
			if err == nil {
				names = append(names, at.zone)
			}
			break
		}
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Compare(position(a), position(b)) })
	absent := 0
	for _, name := range slices.Compact(names) {
		zones, err := s.publicNamed(ctx, name)
		if err != nil {
			return err
		}
		if len(zones) == 0 {
			absent++
		}
		if absent == maxReported {
			return nil
		}
	}
	return nil
}

// find is the place of one domain. Where it may be several, the first one in a zone of ours is taken, and the error is
// the first one's.
func (s *search) find(ctx context.Context, domain string) (api.ChallengeZone, error) {
	var first *api.Error
	for at, err := range s.dns.places(ctx, domain) {
		var z hostedZone
		if err == nil {
			z, err = s.choose(ctx, domain, at)
		}
		if err == nil {
			return api.ChallengeZone{Domain: domain, FQDN: at.fqdn, Zone: z.id, Warning: s.splitWarning(ctx, domain, at, z)}, nil
		}
		var problem *api.Error
		if !errors.As(err, &problem) || !missing(problem) {
			return api.ChallengeZone{}, err
		}
		if first == nil {
			first = problem
		}
	}
	return api.ChallengeZone{}, first
}

// missing reports whether e is about a domain's zone, and not about Route 53 or the DNS.
func missing(e *api.Error) bool {
	return e.Reason == api.ReasonZoneNotFound || e.Reason == api.ReasonZoneNotDelegated || e.Reason == api.ReasonPrivateZoneSeen
}

// identifiers are domains without "*.", each once, in their order.
func identifiers(domains []string) []string {
	var out []string
	for _, domain := range domains {
		domain = canonical(strings.TrimPrefix(domain, "*."))
		if !slices.Contains(out, domain) {
			out = append(out, domain)
		}
	}
	return out
}

// allOf is one error for several domains, with the first one's reason: as many as a message holds whole, and how many
// more there are; left is how many were not checked.
func allOf(problems []*api.Error, left int) *api.Error {
	message := problems[0].Message
	for i, p := range problems[1:] {
		longer := message + "; " + p.Message
		if len(longer)+len(moreDomains(left+len(problems))) > api.MaxMessage {
			left += len(problems) - i - 1
			break
		}
		message = longer
	}
	if left > 0 {
		message += moreDomains(left)
	}
	return &api.Error{Kind: api.Terminal, Reason: problems[0].Reason, Message: message, Err: problems[0].Err}
}

func moreDomains(n int) string {
	return fmt.Sprintf("; %d more domains have no zone or were not checked", n)
}
