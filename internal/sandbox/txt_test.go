package sandbox

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/route53"
)

// noTXT checks that no value of a challenge is left in Route 53, except values that existed before.
func (b *box) noTXT(domains ...string) {
	b.t.Helper()
	for _, d := range domains {
		name := "_acme-challenge." + strings.TrimPrefix(d, "*.") + "."
		b.eventually("the TXT values of "+d+" are deleted", func() string {
			if values := without(b.txt(name), unmanagedTXT); len(values) > 0 {
				return fmt.Sprintf("%s has %v", name, values)
			}
			return ""
		})
	}
}

// unmanagedTXT is a value that is not ours.
const unmanagedTXT = `"somebody else's"`

func without(values []string, one string) []string {
	return slices.DeleteFunc(values, func(v string) bool { return v == one })
}

// txt returns the values of a TXT record set.
func (b *box) txt(name string) (values []string) {
	b.t.Helper()
	for zone, id := range b.ZoneIDs {
		if strings.HasSuffix(name, "."+zone+".") {
			values = append(values, b.txtIn(b.Route53, id, name)...)
		}
	}
	return values
}

// txtIn returns the values in one zone, read with that client.
func (b *box) txtIn(client *route53.Client, zone, name string) (values []string) {
	b.t.Helper()
	sets := route53.NewListResourceRecordSetsPaginator(client, &route53.ListResourceRecordSetsInput{HostedZoneId: aws.String(zone)})
	for sets.HasMorePages() {
		page, err := sets.NextPage(b.t.Context())
		if err != nil {
			b.t.Fatal(err)
		}
		for _, set := range page.ResourceRecordSets {
			if aws.ToString(set.Name) == name && set.Type == "TXT" {
				for _, r := range set.ResourceRecords {
					values = append(values, aws.ToString(r.Value))
				}
			}
		}
	}
	return values
}
