package frontends

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"certloop/providers/internal/awserr"
	"certloop/reconciler/api"
)

// batch is how many load balancers one request may name (Elastic Load Balancing API Reference, DescribeLoadBalancers).
const batch = 20

const notFound = "LoadBalancerNotFound"

// describeBalancers describes the Application, Network and Gateway Load Balancers.
func (s *search) describeBalancers(ctx context.Context) {
	for group := range slices.Chunk(s.application, batch) {
		s.describeGroup(ctx, group)
	}
}

// describeGroup describes load balancers together. One that does not exist makes the request of all of them fail.
func (s *search) describeGroup(ctx context.Context, group []resource) {
	in := &elasticloadbalancingv2.DescribeLoadBalancersInput{}
	for _, r := range group {
		in.LoadBalancerArns = append(in.LoadBalancerArns, r.arn)
	}
	out, err := s.balancers.DescribeLoadBalancers(ctx, in)
	switch {
	case awserr.Code(err) == notFound && len(group) > 1:
		for _, r := range group {
			s.describeGroup(ctx, []resource{r})
		}
	case awserr.Code(err) == notFound:
		s.deleted(group[0].arn)
	case err != nil:
		s.failed(group, err, "elasticloadbalancing:DescribeLoadBalancers")
	default:
		s.addBalancers(ctx, group, out.LoadBalancers)
	}
}

func (s *search) addBalancers(ctx context.Context, group []resource, described []types.LoadBalancer) {
	for _, r := range group {
		i := slices.IndexFunc(described, func(b types.LoadBalancer) bool { return aws.ToString(b.LoadBalancerArn) == r.arn })
		if i < 0 {
			s.deleted(r.arn)
			continue
		}
		listening, err := s.listeners(ctx, r.arn)
		if err != nil {
			s.failed([]resource{r}, err, "elasticloadbalancing:DescribeListeners", "elasticloadbalancing:DescribeListenerCertificates")
			continue
		}
		s.add(api.Frontend{ARN: r.arn, Host: aws.ToString(described[i].DNSName), Ports: listening})
	}
}

// listeners returns the ports of the listeners that have the certificate, as the default or for a name. A load balancer has
// at most 50 listeners and a listener 25 certificates by default: further pages are not read.
func (s *search) listeners(ctx context.Context, arn string) (on []int, err error) {
	out, err := s.balancers.DescribeListeners(ctx, &elasticloadbalancingv2.DescribeListenersInput{LoadBalancerArn: &arn})
	if err != nil {
		return nil, err
	}
	asked := 0
	for _, l := range out.Listeners {
		if l.Protocol != types.ProtocolEnumHttps && l.Protocol != types.ProtocolEnumTls || len(on) == api.MaxFrontendPorts {
			continue
		}
		has := slices.ContainsFunc(l.Certificates, s.isOurs)
		if asked++; !has && asked <= api.MaxFrontendPorts {
			all, err := s.balancers.DescribeListenerCertificates(ctx, &elasticloadbalancingv2.DescribeListenerCertificatesInput{ListenerArn: l.ListenerArn})
			if err != nil {
				return nil, err
			}
			has = slices.ContainsFunc(all.Certificates, s.isOurs)
		}
		if has {
			on = append(on, int(aws.ToInt32(l.Port)))
		}
	}
	return on, nil
}

func (s *search) isOurs(c types.Certificate) bool {
	return aws.ToString(c.CertificateArn) == s.certificate
}
