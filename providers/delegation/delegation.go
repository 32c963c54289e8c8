// Package delegation asks the authoritative name servers of a zone themselves, as the resolvers of a CA do.
//
// A CA validates from several places, each through a resolver of its own, and each resolver picks one of the zone's name
// servers. So every server must have the TXT record. Package delegation finds the servers (those of the parent's delegation
// and those of the zone's own NS records), asks each at every address, checks the DNSSEC signatures of its answers where the
// parent has a DS record, and returns one finding for each server. It does not judge what the findings mean; package plan
// does.
//
// It is no validating resolver: it does not prove that a zone is unsigned or that a name does not exist.
package delegation

import (
	"cmp"
	"context"
	"slices"
	"time"

	"certloop/providers/internal/publicdns"
	"certloop/reconciler/api"
	"certloop/reconciler/ports"
)

const (
	// together is how many questions are asked at once.
	together = 40
	// mostResolved bounds the questions to resolvers, mostDirect those to name servers. 100 names at four servers with two
	// addresses each take 800.
	mostResolved = 1000
	mostDirect   = 2000
	// askWithin bounds the time of one AskServers.
	askWithin = 25 * time.Second
	// mostServers bounds the servers of a zone that are asked, mostAddresses the addresses of each.
	mostServers   = 16
	mostAddresses = 4
	// mostAliases bounds a chain of CNAMEs; public resolvers give up between 8 and 16.
	mostAliases = 8
	// dnsPort is where name servers listen.
	dnsPort = "53"
)

// Config is what a Client is made of.
type Config struct {
	// Resolvers are the recursive resolvers, host:port; empty: those of /etc/resolv.conf.
	Resolvers []string
	// Network bounds the addresses of name servers; empty: api.NetworkPublic.
	Network api.Network
	// Port is where name servers listen; empty: 53.
	Port string
	// Now returns the time by which signatures are valid; nil: time.Now.
	Now func() time.Time
}

var _ ports.NameServers = (*Client)(nil)

// Client asks name servers. It is safe for concurrent use.
type Client struct {
	public publicdns.Resolver
	Config
}

// New makes a Client; it sends nothing.
func New(c Config) *Client {
	c.Network, c.Port = cmp.Or(c.Network, api.NetworkPublic), cmp.Or(c.Port, dnsPort)
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Client{public: publicdns.Resolver{Servers: c.Resolvers}, Config: c}
}

// AskServers implements ports.NameServers.
func (c *Client) AskServers(ctx context.Context, questions []api.ServerQuestion) ([]api.ServerFinding, error) {
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	a := &asking{Client: c, view: &publicdns.View{Resolver: c.public, Most: mostResolved}}
	steps, err := a.steps(ctx, questions)
	if err != nil {
		return nil, err
	}
	zones, err := a.zones(ctx, steps)
	if err != nil {
		return nil, err
	}
	a.askAll(ctx, zones)
	return findings(zones), nil
}

// asking is one AskServers.
type asking struct {
	*Client
	view *publicdns.View
}

// findings returns what is known of each server, sorted by zone and server.
func findings(zones []*zone) []api.ServerFinding {
	all := []api.ServerFinding{}
	for _, z := range zones {
		for _, s := range z.servers {
			if f, known := s.finding(z); known {
				all = append(all, f)
			}
		}
	}
	slices.SortFunc(all, func(a, b api.ServerFinding) int {
		return cmp.Or(cmp.Compare(a.Zone, b.Zone), cmp.Compare(a.Server, b.Server))
	})
	return all
}
