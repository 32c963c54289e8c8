// Package acm installs certificates in AWS Certificate Manager, in any region and through any role.
//
// It does two jobs: it calls ACM (and the Resource Groups Tagging API, which alone finds a certificate by its tags),
// and it gives every error its kind. It deliberately does not decide whether an import is wanted or allowed, does not
// remember what it saw, does not repeat a first import whose reply was lost, and does not trust what DescribeCertificate
// reports about a certificate that it can read itself.
package acm

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"

	"certloop/providers/internal/awsrole"
	"certloop/reconciler/api"
	"certloop/reconciler/ports"
)

// Config is what a Client is made of.
type Config struct {
	// AWS holds credentials, retryer, HTTP client and endpoints; its region is that of the STS which assumes the roles.
	// ACM's region is the location's.
	AWS aws.Config
	// Rates are how many requests of each operation are sent a second, per account and region; nil: ACM's quotas.
	Rates Rates
}

var (
	_ ports.ACM     = (*Client)(nil)
	_ ports.Sweeper = (*Client)(nil)
	_ ports.Users   = (*Client)(nil)
)

// Client is ACM wherever a location says. It is safe for concurrent use.
type Client struct {
	places *awsrole.Clients[api.Location, *place]
	// paces are shared by the roles of one account; places.New alone writes them.
	paces map[account]*pace
}

// place is one region seen through one role.
type place struct {
	acm     *acm.Client
	tagging *resourcegroupstaggingapi.Client
}

// New makes a Client; it sends nothing.
func New(c Config) *Client {
	paces := map[account]*pace{}
	return &Client{paces: paces, places: awsrole.NewClients(awsrole.Config[api.Location, *place]{
		AWS: c.AWS, Role: func(l api.Location) api.Role { return l.Role },
		New: func(l api.Location, config aws.Config) *place {
			turns := paces[accountOf(l)]
			if turns == nil {
				turns = newPace(c.Rates)
				paces[accountOf(l)] = turns
			}
			return newPlace(l, config, turns)
		},
	})}
}

// at returns the clients of a location.
func (c *Client) at(l api.Location) *place { return c.places.Get(l) }

func newPlace(l api.Location, config aws.Config, turns *pace) *place {
	config.Region = l.Region
	return &place{
		acm: acm.NewFromConfig(config, func(o *acm.Options) {
			o.Retryer = neverForQuota(o.Retryer)
			o.HTTPClient = paced{o.HTTPClient, turns}
		}),
		tagging: resourcegroupstaggingapi.NewFromConfig(config),
	}
}
