package frontends

import (
	"cmp"
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"certloop/reconciler/api"
)

const (
	// pageSize is the most that API Gateway returns at once; maxPages bounds how many pages are read.
	pageSize = 500
	maxPages = 4
)

// describeDomains finds the custom domain names of API Gateway that use the certificate. ACM names load balancers or
// distributions of AWS's own accounts for them, which nobody else can describe.
func (s *search) describeDomains(ctx context.Context) {
	if len(s.elsewhere) == 0 {
		return
	}
	used, err := s.domainsOfCertificate(ctx)
	if err != nil {
		s.failed(s.elsewhere, err, "apigateway:GET on /domainnames")
		return
	}
	for _, d := range used {
		s.add(api.Frontend{
			ARN:   "arn:" + partition(s.certificate) + ":apigateway:" + s.at.Region + "::/domainnames/" + bounded(aws.ToString(d.DomainName)),
			Host:  cmp.Or(aws.ToString(d.RegionalDomainName), aws.ToString(d.DistributionDomainName)),
			Ports: []int{httpsPort}, Names: []string{aws.ToString(d.DomainName)},
		})
	}
	if len(used) > 0 {
		return
	}
	for _, r := range s.elsewhere {
		s.unknown(r.arn, "it belongs to AWS account "+api.Quote(r.account)+", which only that account can describe, and no custom domain name "+
			"of API Gateway in "+s.at.Region+" uses the certificate")
	}
}

func (s *search) domainsOfCertificate(ctx context.Context) (used []types.DomainName, err error) {
	in := &apigateway.GetDomainNamesInput{Limit: aws.Int32(pageSize)}
	for range maxPages {
		out, err := s.domains.GetDomainNames(ctx, in)
		if err != nil {
			return nil, err
		}
		for _, d := range out.Items {
			if aws.ToString(d.CertificateArn) == s.certificate || aws.ToString(d.RegionalCertificateArn) == s.certificate {
				used = append(used, d)
			}
		}
		if in.Position = out.Position; aws.ToString(in.Position) == "" {
			break
		}
	}
	return used[:min(len(used), api.MaxFrontends)], nil
}
