// Package route53 publishes the TXT records of ACME's DNS-01 challenges in Route 53, through any role.
//
// It does three jobs: it finds where the TXT record of a domain goes, as a CA will see it (CNAME delegation, the
// zone that the public DNS really leads to); it adds values to TXT record sets and removes them by compare and swap,
// all names in one change batch; and it gives every error its kind. It deliberately does not wait until a change is
// served, does not touch a value that it was not given, does not create zones, and does not change a record set with
// a routing policy.
//
// Zones are chosen by the public DNS, not by their length alone: the zone whose name servers answer for the name is the
// one that the CA will ask. A longer hosted zone that nothing leads to is passed over, a private one never counts, and
// of two zones of one name the delegated one is taken.
//
// IAM, least privilege. In the account of the zones:
//
//   - route53:ListHostedZonesByName on *, where records do not name their zone (it has no resources)
//   - route53:GetHostedZone, route53:ListResourceRecordSets, route53:ChangeResourceRecordSets on
//     arn:aws:route53:::hostedzone/<ID>
//   - route53:GetChange on arn:aws:route53:::change/*
//
// and sts:AssumeRole on the role of a zone in another account. ChangeResourceRecordSets may be narrowed by the condition
// keys route53:ChangeResourceRecordSetsRecordTypes (TXT), …Actions (CREATE, DELETE) and …NormalizedRecordNames; the
// last one has to allow the targets of CNAMEs besides _acme-challenge.*.
//
// Route 53 accepts five requests a second from an account (Route 53 Developer Guide, "Quotas"). A Resolve makes two for
// each zone that it has not seen in the last minute; a Publish or Remove one for each 300 record sets that lie between
// its first name and its last, never more than its names, and one for the change.
package route53

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/route53"

	"certloop/providers/internal/awsrole"
	"certloop/providers/internal/publicdns"
	"certloop/reconciler/api"
	"certloop/reconciler/ports"
)

// Config is what a Client is made of.
type Config struct {
	// AWS holds credentials, retryer, HTTP client and endpoints; its region is that of the STS which assumes the roles.
	AWS aws.Config
	// Resolvers are the recursive resolvers, host:port, that the public DNS is seen through; empty: those of
	// /etc/resolv.conf. In a VPC with private zones of the same names the system's own show those: name others then.
	Resolvers []string
}

var _ ports.DNS = (*Client)(nil)

// Client is Route 53 through any role, and the public DNS. It is safe for concurrent use.
type Client struct {
	public   publicdns.Resolver
	accounts *awsrole.Clients[api.Role, *account]
}

// account is Route 53 seen through one role.
type account struct {
	role  api.Role
	api   *route53.Client
	zones zoneCache
}

// New makes a Client; it sends nothing.
func New(c Config) *Client {
	return &Client{public: publicdns.Resolver{Servers: c.Resolvers}, accounts: awsrole.NewClients(awsrole.Config[api.Role, *account]{
		AWS: c.AWS, Role: func(r api.Role) api.Role { return r },
		New: func(r api.Role, config aws.Config) *account {
			return &account{role: r, api: route53.NewFromConfig(config), zones: zoneCache{now: time.Now}}
		},
	})}
}

// through returns the account of a role, with the zones seen lately.
func (c *Client) through(r api.Role) *account { return c.accounts.Get(r) }
