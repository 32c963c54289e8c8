package inventory

import (
	"context"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/acm/types"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"golang.org/x/sync/errgroup"

	"certloop/reconciler/api"
)

// attempts are those of one request. ListCertificates is allowed about once a second for an account and region, also for
// whoever else calls it there.
const attempts = 8

// sessionName is the name of sessions of assumed roles, which CloudTrail shows.
const sessionName = "certloop-cli"

// as returns the configuration with the credentials of a role.
func as(config aws.Config, role api.Role) aws.Config {
	there := config.Copy()
	there.Retryer = func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) { o.MaxAttempts = attempts })
	}
	if role.RoleARN != "" {
		there.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(config), role.RoleARN,
			func(o *stscreds.AssumeRoleOptions) {
				o.RoleSessionName = sessionName
				if role.ExternalID != "" {
					o.ExternalID = &role.ExternalID
				}
			}))
	}
	return there
}

// place is one region through one role.
type place struct {
	acm     *acm.Client
	tagging *resourcegroupstaggingapi.Client
	region  string
	role    api.Role
	// requests are those of the listing so far.
	requests int
}

func newPlace(config aws.Config, region string, role api.Role) *place {
	config.Region = region
	return &place{acm: acm.NewFromConfig(config), tagging: resourcegroupstaggingapi.NewFromConfig(config), region: region, role: role}
}

// find lists the certificates of a place. With an error, it returns what it found before.
func (p *place) find(ctx context.Context, s Scope) ([]Certificate, error) {
	all, err := p.list(ctx)
	if err != nil {
		return nil, err
	}
	tags, err := p.tagsOf(ctx, s, all)
	for i, c := range all {
		c.Tags = tags[c.ARN]
		_, read := tags[c.ARN]
		all[i].Tags, all[i].Manager = c.Tags, s.manager(c, read)
	}
	if err == nil && s.Users {
		err = p.users(ctx, all)
	}
	return all, err
}

// listPage is the most that ListCertificates returns at once.
const listPage = 1000

// keyTypes are all that ACM's API Reference names for ListCertificates. Without them it lists RSA of 1024 and 2048 bits.
var keyTypes = []types.KeyAlgorithm{
	types.KeyAlgorithmRsa1024, types.KeyAlgorithmRsa2048, types.KeyAlgorithmRsa3072, types.KeyAlgorithmRsa4096,
	types.KeyAlgorithmEcPrime256v1, types.KeyAlgorithmEcSecp384r1, types.KeyAlgorithmEcSecp521r1,
}

func (p *place) list(ctx context.Context) ([]Certificate, error) {
	pages := acm.NewListCertificatesPaginator(p.acm, &acm.ListCertificatesInput{
		Includes: &types.Filters{KeyTypes: keyTypes}, MaxItems: aws.Int32(listPage),
	})
	var all []Certificate
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		p.requests++
		if err != nil {
			return nil, err
		}
		for _, s := range page.CertificateSummaryList {
			all = append(all, p.certificate(s))
		}
	}
	return all, nil
}

func (p *place) certificate(s types.CertificateSummary) Certificate {
	c := Certificate{
		ARN: aws.ToString(s.CertificateArn), Region: p.region, Role: p.role, Names: s.SubjectAlternativeNameSummaries,
		MoreNames: aws.ToBool(s.HasAdditionalSubjectAlternativeNames), Type: string(s.Type), Status: string(s.Status),
		KeyType: keyType(s.KeyAlgorithm), InUse: aws.ToBool(s.InUse), service: string(s.ManagedBy),
	}
	if len(c.Names) == 0 && aws.ToString(s.DomainName) != "" {
		c.Names = []string{*s.DomainName}
	}
	if s.NotAfter != nil {
		c.NotAfter = s.NotAfter.UTC().Truncate(time.Second)
	}
	return c
}

// keyType returns the key type in the spelling of the API: some operations write RSA-2048.
func keyType(a types.KeyAlgorithm) api.KeyType {
	return api.KeyType(strings.ReplaceAll(string(a), "-", "_"))
}

// describing is how many certificates of a place are described at a time; ACM allows ten a second.
const describing = 5

// users asks what uses each certificate that is in use.
func (p *place) users(ctx context.Context, all []Certificate) error {
	var calls errgroup.Group
	calls.SetLimit(describing)
	for i := range all {
		if !all[i].InUse {
			continue
		}
		calls.Go(func() error {
			out, err := p.acm.DescribeCertificate(ctx, &acm.DescribeCertificateInput{CertificateArn: &all[i].ARN})
			if err != nil {
				return err
			}
			if out.Certificate != nil {
				all[i].Users = out.Certificate.InUseBy
			}
			return nil
		})
	}
	return calls.Wait()
}
