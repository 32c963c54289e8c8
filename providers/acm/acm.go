// Package acm installs certificates in AWS Certificate Manager, in any region and through any role.
//
// It does two jobs: it calls ACM (and the Resource Groups Tagging API, which alone finds a certificate by its tags),
// and it gives every error its kind. It deliberately does not decide whether an import is wanted or allowed, does not
// remember what it saw, does not repeat a first import whose reply was lost, and does not trust what DescribeCertificate
// says of a certificate that it can read itself.
package acm

import (
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/sts"

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
)

// Client is ACM wherever a location says. It is safe for concurrent use.
type Client struct {
	aws aws.Config
	sts *sts.Client

	rates Rates

	mu     sync.Mutex
	places map[api.Location]*place
	paces  map[account]*pace
}

// place is one region seen through one role.
type place struct {
	acm     *acm.Client
	tagging *resourcegroupstaggingapi.Client
}

// New makes a Client; it sends nothing.
func New(c Config) *Client {
	if c.AWS.HTTPClient == nil {
		// The SDK would make one per client: a connection pool for every place.
		c.AWS.HTTPClient = awshttp.NewBuildableClient()
	}
	return &Client{aws: c.AWS, sts: sts.NewFromConfig(c.AWS), rates: c.Rates,
		places: map[api.Location]*place{}, paces: map[account]*pace{}}
}

// at returns the clients of a location, made on the first call: with them live the credentials of its role, which last
// an hour.
func (c *Client) at(l api.Location) *place {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p, ok := c.places[l]; ok {
		return p
	}
	config := c.aws.Copy()
	config.Region = l.Region
	if l.RoleARN != "" {
		config.Credentials = awsrole.Credentials(c.sts, l.Role)
	}
	turns := c.paces[accountOf(l)]
	if turns == nil {
		turns = newPace(c.rates)
		c.paces[accountOf(l)] = turns
	}
	p := &place{
		acm: acm.NewFromConfig(config, func(o *acm.Options) {
			o.Retryer = neverForQuota(o.Retryer)
			o.HTTPClient = paced{o.HTTPClient, turns}
		}),
		tagging: resourcegroupstaggingapi.NewFromConfig(config),
	}
	c.places[l] = p
	return p
}
