package route53

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"certloop/providers/internal/publicdns"
	"certloop/reconciler/api"
)

// maxChain bounds a chain of CNAMEs; public resolvers give up between 8 and 16.
const maxChain = 8

// probe is a label beside _acme-challenge that nobody has: what it shows comes of a wildcard.
const probe = "_certloop-wildcard-probe."

// place is a name that the CA may be led to.
type place struct {
	fqdn string
	cut
}

// places are where the TXT record of domain may go, best first. There is more than one only where a CNAME comes of a
// wildcard: a record of the name's own hides a wildcard, so that the value goes there if the zone is ours, and else
// where the wildcard leads. An error ends them.
func (d *seen) places(ctx context.Context, domain string) iter.Seq2[place, error] {
	return func(yield func(place, error) bool) {
		way := []string{prefix + domain}
		for {
			name := way[len(way)-1]
			target, wild, err := d.alias(ctx, name)
			at := place{fqdn: name}
			if err == nil && (target == "" || wild) {
				at.cut, err = d.cut(ctx, name)
			}
			if err != nil {
				yield(place{}, err)
				return
			}
			if at.servers != nil && !yield(at, nil) || target == "" {
				return
			}
			if problem := wrongWay(way, target); problem != "" {
				yield(place{}, notFound("%s: %s", domain, problem))
				return
			}
			way = append(way, target)
		}
	}
}

// wrongWay returns why the CNAMEs along way, and on to target, lead nowhere.
func wrongWay(way []string, target string) string {
	chain := strings.Join(way, " → ") + " → " + target
	switch {
	case slices.Contains(way, target):
		return fmt.Sprintf("its CNAME records form a loop, %s: remove one of them", chain)
	case len(way) > maxChain:
		return fmt.Sprintf("its CNAME records form a chain of more than %d, %s: shorten it", maxChain, chain)
	case strings.ContainsAny(target, `\ `):
		return fmt.Sprintf("its CNAME records lead to a name that is not a host name, %s: correct the last one", chain)
	}
	return ""
}

// alias is where a CNAME at name points, empty where there is none, and whether it is a wildcard's.
func (d *seen) alias(ctx context.Context, name string) (target string, wild bool, err error) {
	if target, err = d.target(ctx, name); err != nil || target == "" {
		return target, false, err
	}
	beside, err := d.target(ctx, probe+parent(name))
	return target, beside == target, err
}

func (d *seen) target(ctx context.Context, name string) (string, error) {
	reply, err := d.query(ctx, name, dns.TypeCNAME)
	if err != nil {
		return "", err
	}
	return publicdns.Alias(reply, name), nil
}

func notFound(format string, args ...any) *api.Error {
	return &api.Error{Kind: api.Terminal, Reason: api.ReasonZoneNotFound, Message: fmt.Sprintf(format, args...)}
}

func notDelegated(format string, args ...any) *api.Error {
	return &api.Error{Kind: api.Terminal, Reason: api.ReasonZoneNotDelegated, Message: fmt.Sprintf(format, args...)}
}
