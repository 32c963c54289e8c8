package frontends

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"

	"certloop/providers/internal/awserr"
	"certloop/reconciler/api"
)

const httpsPort = 443

// describeDistributions describes the distributions of CloudFront. For a name that is not among its aliases a distribution
// serves CloudFront's own certificate.
func (s *search) describeDistributions(ctx context.Context) {
	for _, r := range s.edges {
		out, err := s.distributions.GetDistribution(ctx, &cloudfront.GetDistributionInput{Id: &r.name})
		switch {
		case awserr.Code(err) == "NoSuchDistribution":
			s.deleted(r.arn)
			continue
		case err != nil:
			s.failed([]resource{r}, err, "cloudfront:GetDistribution")
			continue
		case out.Distribution == nil || out.Distribution.DistributionConfig == nil:
			s.unknown(r.arn, "CloudFront returned no configuration of the distribution")
			continue
		}
		config := out.Distribution.DistributionConfig
		switch {
		case !aws.ToBool(config.Enabled):
			s.unknown(r.arn, "the distribution is disabled, and serves nothing")
		case config.Aliases == nil || len(config.Aliases.Items) == 0:
			s.unknown(r.arn, "the distribution has no alternate domain name, and serves the certificate for none")
		default:
			s.add(api.Frontend{ARN: r.arn, Host: aws.ToString(out.Distribution.DomainName), Ports: []int{httpsPort}, Names: config.Aliases.Items})
		}
	}
}
