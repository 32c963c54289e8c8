package frontends_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	apitypes "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	cloudtypes "github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	classictypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing/types"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"certloop/internal/sandbox/moto"
	"certloop/internal/testca"
	"certloop/providers/frontends"
	"certloop/providers/frontends/contract"
	"certloop/providers/internal/awsfake"
)

// emulated are moto's services, with two certificates.
type emulated struct {
	config             aws.Config
	certificate, other string
	made               int
}

func (e *emulated) importOne(t *testing.T) string {
	t.Helper()
	c := testca.New(testca.Options{Intermediates: 1}).Issue(testca.Leaf{Names: []string{"www.example.com"}})
	out, err := acm.NewFromConfig(e.config).ImportCertificate(t.Context(), &acm.ImportCertificateInput{
		Certificate: []byte(c.Leaf), CertificateChain: []byte(c.Chain), PrivateKey: []byte(c.Key)})
	if err != nil {
		t.Fatal(err)
	}
	return *out.CertificateArn
}

var subnetID = regexp.MustCompile(`<subnetId>(subnet-[0-9a-f]+)</subnetId>`)

// subnet returns one of the default network, in which a load balancer is made.
func (e *emulated) subnet(t *testing.T) string {
	t.Helper()
	form := url.Values{"Action": {"DescribeSubnets"}, "Version": {"2016-11-15"}}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, *e.config.BaseEndpoint, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/"+awsfake.Region+"/ec2/aws4_request, SignedHeaders=host, Signature=0")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, _ := io.ReadAll(answer.Body)
	found := subnetID.FindSubmatch(body)
	if found == nil {
		t.Fatalf("moto has no subnet: %s", body)
	}
	return string(found[1])
}

func (e *emulated) balancer(t *testing.T, name string, listeners map[int][]string) (arn, host string) {
	t.Helper()
	e.made++
	client := elasticloadbalancingv2.NewFromConfig(e.config)
	made, err := client.CreateLoadBalancer(t.Context(), &elasticloadbalancingv2.CreateLoadBalancerInput{
		Name: aws.String(fmt.Sprint(name, e.made)), Type: types.LoadBalancerTypeEnumNetwork, Subnets: []string{e.subnet(t)}})
	if err != nil {
		t.Fatal(err)
	}
	balancer := made.LoadBalancers[0]
	for port, certificates := range listeners {
		listener, err := client.CreateListener(t.Context(), &elasticloadbalancingv2.CreateListenerInput{
			LoadBalancerArn: balancer.LoadBalancerArn, Port: aws.Int32(int32(port)), Protocol: types.ProtocolEnumTls,
			Certificates: []types.Certificate{{CertificateArn: &certificates[0]}},
			DefaultActions: []types.Action{{Type: types.ActionTypeEnumFixedResponse,
				FixedResponseConfig: &types.FixedResponseActionConfig{StatusCode: aws.String("200"), ContentType: aws.String("text/plain")}}}})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range certificates[1:] {
			_, err := client.AddListenerCertificates(t.Context(), &elasticloadbalancingv2.AddListenerCertificatesInput{
				ListenerArn: listener.Listeners[0].ListenerArn, Certificates: []types.Certificate{{CertificateArn: &c}}})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	return *balancer.LoadBalancerArn, *balancer.DNSName
}

func (e *emulated) classic(t *testing.T, name string, listeners map[int]string) (arn, host string) {
	t.Helper()
	e.made++
	name = fmt.Sprint(name, e.made)
	in := &elasticloadbalancing.CreateLoadBalancerInput{LoadBalancerName: &name, AvailabilityZones: []string{awsfake.Region + "a"}}
	for port, certificate := range listeners {
		in.Listeners = append(in.Listeners, classictypes.Listener{Protocol: aws.String("HTTPS"), LoadBalancerPort: int32(port),
			InstancePort: aws.Int32(80), InstanceProtocol: aws.String("HTTP"), SSLCertificateId: &certificate})
	}
	out, err := elasticloadbalancing.NewFromConfig(e.config).CreateLoadBalancer(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return "arn:aws:elasticloadbalancing:" + scope + ":loadbalancer/" + name, *out.DNSName
}

func (e *emulated) distribution(t *testing.T, aliases []string, enabled bool) (arn, host string) {
	t.Helper()
	e.made++
	origin := aws.String("origin")
	out, err := cloudfront.NewFromConfig(e.config).CreateDistribution(t.Context(), &cloudfront.CreateDistributionInput{
		DistributionConfig: &cloudtypes.DistributionConfig{
			CallerReference: aws.String(fmt.Sprint(t.Name(), e.made)), Comment: aws.String(""), Enabled: &enabled,
			Aliases: &cloudtypes.Aliases{Quantity: aws.Int32(int32(len(aliases))), Items: aliases},
			Origins: &cloudtypes.Origins{Quantity: aws.Int32(1), Items: []cloudtypes.Origin{{Id: origin, DomainName: aws.String("origin.example.com"),
				CustomOriginConfig: &cloudtypes.CustomOriginConfig{HTTPPort: aws.Int32(80), HTTPSPort: aws.Int32(443),
					OriginProtocolPolicy: cloudtypes.OriginProtocolPolicyHttpsOnly}}}},
			DefaultCacheBehavior: &cloudtypes.DefaultCacheBehavior{TargetOriginId: origin, ViewerProtocolPolicy: cloudtypes.ViewerProtocolPolicyHttpsOnly},
		}})
	if err != nil {
		t.Fatal(err)
	}
	// moto's own ARN lacks the empty region.
	return "arn:aws:cloudfront::" + awsfake.Account + ":distribution/" + *out.Distribution.Id, *out.Distribution.DomainName
}

func (e *emulated) domain(t *testing.T, name string) string {
	t.Helper()
	out, err := apigateway.NewFromConfig(e.config).CreateDomainName(t.Context(), &apigateway.CreateDomainNameInput{
		DomainName: &name, RegionalCertificateArn: &e.certificate,
		EndpointConfiguration: &apitypes.EndpointConfiguration{Types: []apitypes.EndpointType{apitypes.EndpointTypeRegional}}})
	if err != nil {
		t.Fatal(err)
	}
	return aws.ToString(out.RegionalDomainName)
}

func TestFrontendsOnMoto(t *testing.T) {
	server := moto.ForTest(t)
	contract.Run(t, func(t *testing.T) contract.Subject {
		e := &emulated{config: awsfake.ClientConfig(server.URL)}
		e.certificate, e.other = e.importOne(t), e.importOne(t)
		return contract.Subject{Frontends: frontends.New(frontends.Config{AWS: e.config}), At: here, Certificate: e.certificate, Other: e.other,
			Balancer: e.balancer, Classic: e.classic, Distribution: e.distribution, Domain: e.domain}
	})
}
