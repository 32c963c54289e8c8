// Package many creates many records in one sandbox, waits until all are Ready, and counts what that left: at the CA, in
// ACM, in Route 53 and in the table. Programs that load or shake a sandbox share it.
package many

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	route53types "github.com/aws/aws-sdk-go-v2/service/route53/types"

	"certloop/internal/sandbox"
	"certloop/internal/sandbox/progress"
	"certloop/reconciler/api"
)

// Zone is the hosted zone of all names.
const Zone = "example.com"

// Fleet is the records in a sandbox.
type Fleet struct {
	*sandbox.Sandbox
	// wanted maps the name of each record to its targets' regions.
	wanted map[string][]string
}

// New creates the account and waits until it is Ready.
func New(ctx context.Context, s *sandbox.Sandbox) (*Fleet, error) {
	f := &Fleet{Sandbox: s, wanted: map[string][]string{}}
	if err := s.Put(ctx, sandbox.Record{"name": "default", "kind": "Account", "network": "private", "email": "ops@example.com",
		"directory": s.CA.DirectoryURL, "ca_certificates": s.CA.RootsPEM}); err != nil {
		return nil, err
	}
	return f, progress.Default.Until(ctx, func() string {
		if status, err := s.AccountStatus(ctx, "default"); err != nil || !status.IsReady() {
			return fmt.Sprint("the account is not ready: ", err)
		}
		return ""
	})
}

// Put creates a record for these names, with one target in each region.
func (f *Fleet) Put(ctx context.Context, name string, names, regions []string) error {
	var targets []map[string]any
	for _, region := range regions {
		targets = append(targets, map[string]any{"region": region})
	}
	f.wanted[name] = regions
	return f.Sandbox.Put(ctx, sandbox.Record{"name": name, "kind": "Certificate", "key_type": "EC_prime256v1", "domains": names, "targets": targets})
}

// Ready returns how many records are Ready and have nothing in progress.
func (f *Fleet) Ready(ctx context.Context) (n int, err error) {
	err = f.items(ctx, api.KindCertificateStatus, func(item map[string]types.AttributeValue) error {
		var s api.CertificateStatus
		if err := attributevalue.UnmarshalMapWithOptions(item, &s, func(o *attributevalue.DecoderOptions) { o.TagKey = "json" }); err != nil {
			return err
		}
		if api.IsTrue(s.Conditions, api.ConditionReady) && !api.IsTrue(s.Conditions, api.ConditionIssuing) {
			n++
		}
		return nil
	})
	return n, err
}

// Wait waits until all records are Ready, and shows how many are. It gives up if their number stays the same for idle.
func (f *Fleet) Wait(ctx context.Context, idle, most time.Duration, show func(ready, all int)) error {
	limits := progress.Limits{Idle: idle, Most: most, Poll: 500 * time.Millisecond}
	return limits.Until(ctx, func() string {
		n, err := f.Ready(ctx)
		if err != nil {
			return err.Error()
		}
		if show != nil {
			show(n, len(f.wanted))
		}
		if n < len(f.wanted) {
			return fmt.Sprintf("%d of %d records are Ready", n, len(f.wanted))
		}
		return ""
	})
}

// items calls each with every item of a kind.
func (f *Fleet) items(ctx context.Context, kind api.Kind, each func(map[string]types.AttributeValue) error) error {
	pages := dynamodb.NewScanPaginator(f.DynamoDB, &dynamodb.ScanInput{TableName: aws.String(sandbox.Table), ConsistentRead: aws.Bool(true),
		FilterExpression: aws.String("#kind = :kind"), ExpressionAttributeNames: map[string]string{"#kind": "kind"},
		ExpressionAttributeValues: map[string]types.AttributeValue{":kind": &types.AttributeValueMemberS{Value: string(kind)}}})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, item := range page.Items {
			if err := each(item); err != nil {
				return err
			}
		}
	}
	return nil
}

// Problems returns everything that is not as it must be at the end: the CA issued one certificate for each record, ACM has
// one for each target and no other, no TXT record and no key is left.
func (f *Fleet) Problems(ctx context.Context) (all []string) {
	say := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	if n := len(f.CA.Issued()); n != len(f.wanted) {
		say("the CA issued %d certificates, want %d", n, len(f.wanted))
	}
	want, have := map[string]int{}, map[string]int{}
	for _, regions := range f.wanted {
		for _, region := range regions {
			want[region]++
		}
	}
	for _, c := range f.ACM.All() {
		have[c.Region]++
	}
	for region, n := range have {
		if n != want[region] {
			say("ACM has %d certificates in %s, want %d", n, region, want[region])
		}
	}
	for region, n := range want {
		if have[region] == 0 {
			say("ACM has no certificates in %s, want %d", region, n)
		}
	}
	if names, err := f.challenges(ctx); err != nil || len(names) > 0 {
		say("TXT records are left: %v %s", err, strings.Join(names, " "))
	}
	err := f.items(ctx, api.KindIssuance, func(item map[string]types.AttributeValue) error {
		if sealed, ok := item["sealed_key"]; ok {
			say("a key of %v is left: %T", item["name"], sealed)
		}
		return nil
	})
	if err != nil {
		say("read the issuances: %v", err)
	}
	return all
}

// challenges returns the names of all TXT records.
func (f *Fleet) challenges(ctx context.Context) (names []string, err error) {
	for _, id := range f.ZoneIDs {
		pages := route53.NewListResourceRecordSetsPaginator(f.Route53, &route53.ListResourceRecordSetsInput{HostedZoneId: aws.String(id)})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for _, set := range page.ResourceRecordSets {
				if set.Type == route53types.RRTypeTxt {
					names = append(names, aws.ToString(set.Name))
				}
			}
		}
	}
	return names, nil
}

// Settle waits until Problems returns none, for as long as they change.
func (f *Fleet) Settle(ctx context.Context, idle time.Duration) error {
	limits := progress.Limits{Idle: idle, Most: 10 * idle, Poll: 500 * time.Millisecond}
	return limits.Until(ctx, func() string { return strings.Join(f.Problems(ctx), "; ") })
}
