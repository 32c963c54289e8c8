// Package frontends finds where the AWS resources that use a certificate are reached: load balancers, distributions of
// CloudFront, custom domain names of API Gateway. It implements ports.Frontends.
//
// It only reads, and nothing depends on it: a role that may not describe these resources makes them Unknown. What AWS
// answers is bounded before it is returned.
package frontends

import (
	"cmp"
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"

	"certloop/providers/internal/awsrole"
	"certloop/reconciler/api"
	"certloop/reconciler/ports"
)

// Config is what a Client is made of.
type Config struct {
	// AWS holds credentials, retryer, HTTP client and endpoints; its region is that of the STS which assumes the roles.
	AWS aws.Config
}

var _ ports.Frontends = (*Client)(nil)

// Client is safe for concurrent use.
type Client struct {
	places *awsrole.Clients[api.Location, *place]
}

// place is one region seen through one role.
type place struct {
	at            api.Location
	balancers     *elasticloadbalancingv2.Client
	classic       *elasticloadbalancing.Client
	distributions *cloudfront.Client
	domains       *apigateway.Client
}

// New makes a Client; it sends nothing.
func New(c Config) *Client {
	return &Client{places: awsrole.NewClients(awsrole.Config[api.Location, *place]{
		AWS: c.AWS, Role: func(l api.Location) api.Role { return l.Role },
		New: func(l api.Location, config aws.Config) *place {
			config.Region = l.Region
			return &place{
				at: l, balancers: elasticloadbalancingv2.NewFromConfig(config), classic: elasticloadbalancing.NewFromConfig(config),
				distributions: cloudfront.NewFromConfig(config), domains: apigateway.NewFromConfig(config),
			}
		},
	})}
}

// Frontends implements ports.Frontends.
func (c *Client) Frontends(ctx context.Context, at api.Location, certificate string, inUseBy []string) []api.Frontend {
	s := search{place: c.places.Get(at), certificate: certificate}
	for i, text := range slices.Compact(slices.Sorted(slices.Values(inUseBy))) {
		if i >= api.MaxFrontends {
			s.unknown(text, "the certificate has more users than certloop describes")
			continue
		}
		s.sort(text)
	}
	s.describeBalancers(ctx)
	s.describeClassic(ctx)
	s.describeDistributions(ctx)
	s.describeDomains(ctx)
	slices.SortStableFunc(s.found, func(a, b api.Frontend) int { return cmp.Compare(a.ARN, b.ARN) })
	return s.found
}

// search is one call of Frontends.
type search struct {
	*place
	certificate string
	// These are the resources by how they are described: Application, Network and Gateway Load Balancers; Classic Load
	// Balancers; distributions of CloudFront; and those of other accounts, which are AWS's own in front of API Gateway.
	application, classics, edges, elsewhere []resource
	found                                   []api.Frontend
}

func (s *search) unknown(arn, why string) {
	s.found = append(s.found, api.Frontend{ARN: bounded(arn), State: api.FrontendUnknown, Message: api.Message(why)})
}

func (s *search) deleted(arn string) {
	s.found = append(s.found, api.Frontend{ARN: arn, State: api.FrontendDeleted, Message: "the resource does not exist any more"})
}

// add adds a frontend that AWS described, within bounds.
func (s *search) add(f api.Frontend) {
	f.State = api.FrontendFound
	if f.Host = hostName(f.Host); f.Host == "" {
		s.unknown(f.ARN, "AWS returned no host name for it")
		return
	}
	slices.Sort(f.Ports)
	f.Ports = slices.Compact(f.Ports)
	f.Ports = f.Ports[:min(len(f.Ports), api.MaxFrontendPorts)]
	if len(f.Ports) == 0 {
		s.unknown(f.ARN, "none of its listeners serves the certificate")
		return
	}
	names := f.Names
	f.Names = nil
	for _, n := range names[:min(len(names), api.MaxFrontendNames)] {
		if n = hostName(n); n != "" {
			f.Names = append(f.Names, n)
		}
	}
	s.found = append(s.found, f)
}
