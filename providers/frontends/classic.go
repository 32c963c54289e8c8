package frontends

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"

	"certloop/providers/internal/awserr"
	"certloop/reconciler/api"
)

// describeClassic describes the Classic Load Balancers one by one: one that does not exist makes the request of all fail,
// and few are left.
func (s *search) describeClassic(ctx context.Context) {
	for _, r := range s.classics {
		out, err := s.classic.DescribeLoadBalancers(ctx, &elasticloadbalancing.DescribeLoadBalancersInput{LoadBalancerNames: []string{r.name}})
		switch {
		case awserr.Code(err) == notFound, err == nil && len(out.LoadBalancerDescriptions) == 0:
			s.deleted(r.arn)
			continue
		case err != nil:
			s.failed([]resource{r}, err, "elasticloadbalancing:DescribeLoadBalancers")
			continue
		}
		described := out.LoadBalancerDescriptions[0]
		f := api.Frontend{ARN: r.arn, Host: aws.ToString(described.DNSName)}
		for _, l := range described.ListenerDescriptions {
			if l.Listener != nil && aws.ToString(l.Listener.SSLCertificateId) == s.certificate {
				f.Ports = append(f.Ports, int(l.Listener.LoadBalancerPort))
			}
		}
		s.add(f)
	}
}
