package sandbox

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/route53"

	"certloop/reconciler/api"
)

// Another AWS account with a zone of its own, and the roles through which certloop may use it.
const (
	otherAccount = "222222222222"
	otherZone    = "elsewhere.example"
	roleACM      = "arn:aws:iam::" + otherAccount + ":role/certloop-acm"
	roleDNS      = "arn:aws:iam::" + otherAccount + ":role/certloop-dns"
)

// zoneElsewhere is the ID of otherZone.
var zoneElsewhere string

var _ = add(map[string]scenario{
	"a zone and a second target in another AWS account": {
		put: func(b *box) {
			b.makeZoneElsewhere()
			b.certificate("elsewhere", []string{"www." + otherZone}, "dns", map[string]any{"role_arn": roleDNS, "external_id": "dns-1"},
				"targets", []map[string]any{{"region": Region}, {"region": "eu-west-1", "role_arn": roleACM, "external_id": "acm-1"}})
			b.certificate("stranger", []string{"stranger." + otherZone}, "zone", zoneElsewhere)
		},
		check: func(b *box) {
			s := b.installed("elsewhere", b.CA, "www."+otherZone)
			b.eventually("the TXT values there are deleted", func() string {
				return strings.Join(b.txtIn(b.As(roleDNS).Route53, zoneElsewhere, "_acme-challenge.www."+otherZone+"."), " ")
			})
			if len(s.Targets) != 2 {
				b.t.Fatalf("the targets are %+v", s.Targets)
			}
			for i, account := range []string{"123456789012", otherAccount} {
				c, ok := b.ACM.Certificate(s.Targets[i].Region, s.Targets[i].ARN)
				if !ok || c.Account != account || !strings.Contains(c.ARN, ":"+account+":") || c.Tags[api.TagOwner] != api.Owner(b.TableARN, "elsewhere") {
					b.t.Errorf("target %d is %s in account %s with the tags %v", i, c.ARN, c.Account, c.Tags)
				}
			}
			// Route 53 does not say of a zone in another account whether there is one.
			message := b.condition("stranger", api.ConditionAccepted, api.ConditionFalse, api.ReasonDNSAccessDenied)
			if !strings.Contains(message, zoneElsewhere) {
				b.t.Errorf("a zone of another account, without its role: %s", message)
			}
			b.assumed(roleACM, "acm-1")
			b.assumed(roleDNS, "dns-1")
		},
	},
})

func (b *box) makeZoneElsewhere() {
	b.t.Helper()
	there := b.As(roleDNS).Route53
	out, err := there.CreateHostedZone(b.t.Context(), &route53.CreateHostedZoneInput{Name: aws.String(otherZone), CallerReference: aws.String(otherZone)})
	if err != nil {
		b.t.Fatal(err)
	}
	zoneElsewhere = strings.TrimPrefix(aws.ToString(out.HostedZone.Id), "/hostedzone/")
	b.DNS.Add(there)
}

// assumed checks that the function assumed the role with that external ID, and never without it.
func (b *box) assumed(role, externalID string) {
	b.t.Helper()
	var with, without int
	for _, body := range b.wire.of("AssumeRole") {
		switch {
		case !strings.Contains(body, role) || !strings.Contains(body, "RoleSessionName=certloop"):
		case strings.Contains(body, "ExternalId="+externalID):
			with++
		default:
			without++
		}
	}
	if with == 0 || without > 0 {
		b.t.Errorf("%s was assumed %d times with external ID %s and %d times without", role, with, externalID, without)
	}
}
