package sandbox

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"certloop/reconciler/api"
)

// balancers is the zone of the names that the emulator gives to load balancers.
const balancers = "elb." + Region + ".amazonaws.com"

// aBalancerThatIsFound is probed without any endpoint in the record: ACM names the load balancer that uses the certificate, and
// AWS describes where it listens. The name of the record does not resolve yet.
func aBalancerThatIsFound(b *box) {
	front := b.open("127.0.0.1")
	b.certificate("found", []string{"found.example.com"})
	certificate := b.ready("found").ACMARN
	arn, host := b.balancer("found", front.Port, certificate)
	if err := b.PointTo(b.t.Context(), b.ZoneIDs[balancers], host, "127.0.0.1"); err != nil {
		b.t.Fatal(err)
	}
	front.Use(certificate)
	b.ACM.UseBy(certificate, arn)
	s, _ := b.servedAs("found", api.ConditionTrue, api.ReasonServed, "found.example.com Unreachable", host+" IPv4 127.0.0.1 Current")
	if e := s.Endpoints[1]; e.Port != front.Port || e.SNI != "found.example.com" {
		b.t.Errorf("it was asked as %+v", e)
	}
}

// balancer makes a load balancer with a TLS listener for the certificate.
func (b *box) balancer(name string, port int, certificate string) (arn, host string) {
	b.t.Helper()
	client := elasticloadbalancingv2.NewFromConfig(b.config)
	made, err := client.CreateLoadBalancer(b.t.Context(), &elasticloadbalancingv2.CreateLoadBalancerInput{
		Name: &name, Type: types.LoadBalancerTypeEnumNetwork, Subnets: []string{b.subnet()}})
	if err != nil {
		b.t.Fatal(err)
	}
	balancer := made.LoadBalancers[0]
	_, err = client.CreateListener(b.t.Context(), &elasticloadbalancingv2.CreateListenerInput{
		LoadBalancerArn: balancer.LoadBalancerArn, Port: aws.Int32(int32(port)), Protocol: types.ProtocolEnumTls,
		Certificates: []types.Certificate{{CertificateArn: &certificate}},
		DefaultActions: []types.Action{{Type: types.ActionTypeEnumFixedResponse,
			FixedResponseConfig: &types.FixedResponseActionConfig{StatusCode: aws.String("200"), ContentType: aws.String("text/plain")}}}})
	if err != nil {
		b.t.Fatal(err)
	}
	return aws.ToString(balancer.LoadBalancerArn), aws.ToString(balancer.DNSName)
}

var subnetID = regexp.MustCompile(`<subnetId>(subnet-[0-9a-f]+)</subnetId>`)

// subnet returns one of the emulator's default network.
func (b *box) subnet() string {
	b.t.Helper()
	form := url.Values{"Action": {"DescribeSubnets"}, "Version": {"2016-11-15"}}
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.URL, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", fmt.Sprintf("AWS4-HMAC-SHA256 Credential=user/20261127/%s/ec2/aws4_request, SignedHeaders=host, Signature=0", Region))
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if found := subnetID.FindSubmatch(body); found != nil {
		return string(found[1])
	}
	b.t.Fatalf("the emulator has no subnet: %s %v", body, err)
	return ""
}
