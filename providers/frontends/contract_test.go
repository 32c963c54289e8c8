package frontends_test

import (
	"fmt"
	"strings"
	"testing"

	"certloop/providers/frontends"
	"certloop/providers/frontends/contract"
	"certloop/providers/frontends/fake"
	"certloop/providers/internal/awsfake"
	"certloop/reconciler/api"
)

const (
	scope       = awsfake.Region + ":" + awsfake.Account
	certificate = "arn:aws:acm:" + scope + ":certificate/1"
	other       = "arn:aws:acm:" + scope + ":certificate/2"
)

var here = api.Location{Region: awsfake.Region}

func serve(t *testing.T) (*fake.Service, *frontends.Client) {
	t.Helper()
	s := fake.New()
	return s, frontends.New(frontends.Config{AWS: awsfake.Serve(t, s)})
}

func TestFrontendsOnTheFake(t *testing.T) {
	contract.Run(t, func(t *testing.T) contract.Subject {
		s, client := serve(t)
		made := 0
		return contract.Subject{Frontends: client, At: here, Certificate: certificate, Other: other,
			Balancer: func(_ *testing.T, name string, listeners map[int][]string) (arn, host string) {
				b := fake.Balancer{ARN: "arn:aws:elasticloadbalancing:" + scope + ":loadbalancer/net/" + name + "/1",
					Host: strings.ToUpper(name) + ".elb.amazonaws.com", Listeners: map[int]fake.Listener{80: {}}}
				for port, certificates := range listeners {
					b.Listeners[port] = fake.Listener{Certificates: certificates}
				}
				s.AddBalancer(b)
				return b.ARN, b.Host
			},
			Classic: func(_ *testing.T, name string, listeners map[int]string) (arn, host string) {
				b := fake.Balancer{ARN: "arn:aws:elasticloadbalancing:" + scope + ":loadbalancer/" + name,
					Host: name + ".elb.amazonaws.com", Listeners: map[int]fake.Listener{80: {}}}
				for port, certificate := range listeners {
					b.Listeners[port] = fake.Listener{Certificates: []string{certificate}}
				}
				s.AddClassic(b)
				return b.ARN, b.Host
			},
			Distribution: func(_ *testing.T, aliases []string, enabled bool) (arn, host string) {
				made++
				d := fake.Distribution{ID: fmt.Sprint("E", made), Host: fmt.Sprintf("d%d.cloudfront.net", made), Aliases: aliases, Disabled: !enabled}
				s.AddDistribution(d)
				return "arn:aws:cloudfront::" + awsfake.Account + ":distribution/" + d.ID, d.Host
			},
			Domain: func(_ *testing.T, name string) string {
				host := "d-1.execute-api.eu-central-1.amazonaws.com"
				s.AddDomain(fake.Domain{Name: name, Host: host, Certificate: certificate})
				return host
			},
		}
	})
}

// distribution and balancer are ARNs in the certificate's account, foreign is AWS's own.
const (
	distribution = "arn:aws:cloudfront::" + awsfake.Account + ":distribution/E1"
	balancer     = "arn:aws:elasticloadbalancing:" + scope + ":loadbalancer/app/front/1"
	classic      = "arn:aws:elasticloadbalancing:" + scope + ":loadbalancer/old"
	foreign      = "arn:aws:elasticloadbalancing:" + awsfake.Region + ":999999999999:loadbalancer/net/prod/1"
)

// TestWhatCannotBeDescribedIsUnknown holds that a fault of one service is reported for its resources alone.
func TestWhatCannotBeDescribedIsUnknown(t *testing.T) {
	for operation, c := range map[string]struct{ arn, action string }{
		"DescribeLoadBalancers":        {balancer, "elasticloadbalancing:DescribeLoadBalancers"},
		"DescribeListeners":            {balancer, "elasticloadbalancing:DescribeListeners"},
		"DescribeListenerCertificates": {balancer, "elasticloadbalancing:DescribeListeners and elasticloadbalancing:DescribeListenerCertificates"},
		"GetDistribution":              {distribution, "cloudfront:GetDistribution"},
		"GetDomainNames":               {foreign, "apigateway:GET"},
	} {
		for sentence, f := range map[string]struct {
			fault awsfake.Fault
			want  string
		}{
			"denied":    {awsfake.Denied(c.action), "the function's role has no access to what uses the certificate: allow it " + c.action},
			"throttled": {awsfake.Fault{Status: 429, Code: "Throttling", Message: "Rate exceeded"}, "AWS throttled "},
			"broken":    {awsfake.Fault{Status: 500, Code: "InternalFailure", Message: "x"}, "AWS did not respond to "},
			"refused":   {awsfake.Fault{Status: 400, Code: "ValidationError", Message: "no \x07"}, "AWS refused "},
			"lost":      {awsfake.LostRequest(), "AWS did not respond to "},
		} {
			t.Run(operation+", "+sentence, func(t *testing.T) {
				s, client := serve(t)
				s.AddBalancer(fake.Balancer{ARN: balancer, Host: "a.example.com", Listeners: map[int]fake.Listener{443: {Certificates: []string{other, certificate}}}})
				s.AddClassic(fake.Balancer{ARN: classic, Host: "c.example.com", Listeners: map[int]fake.Listener{443: {Certificates: []string{certificate}}}})
				s.AddDistribution(fake.Distribution{ID: "E1", Host: "d1.cloudfront.net", Aliases: []string{"www.example.com"}})
				s.AddDomain(fake.Domain{Name: "api.example.com", Host: "e.example.com", Certificate: certificate, Edge: true})
				s.Fail(operation, -1, f.fault)
				states := map[api.FrontendState]int{}
				for _, got := range client.Frontends(t.Context(), here, certificate, []string{balancer, classic, distribution, foreign}) {
					states[got.State]++
					if got.State == api.FrontendUnknown && (!strings.HasPrefix(got.Message, f.want) || !api.Clean(got.Message)) {
						t.Errorf("%s: the message is %q, want %q", got.ARN, got.Message, f.want)
					}
				}
				unknown := 1
				if operation == "DescribeLoadBalancers" {
					unknown = 2 // the Classic Load Balancer, too
				}
				if states[api.FrontendUnknown] != unknown || states[api.FrontendFound] != 4-unknown {
					t.Errorf("the states are %v", states)
				}
			})
		}
	}
}

func TestDomainNamesAreReadPageByPage(t *testing.T) {
	s, client := serve(t)
	s.PageSize = 2
	for n := range 5 {
		s.AddDomain(fake.Domain{Name: fmt.Sprintf("a%d.example.com", n), Host: "h.example.com", Certificate: other})
	}
	s.AddDomain(fake.Domain{Name: "api.example.com", Host: "h.example.com", Certificate: certificate})
	all := client.Frontends(t.Context(), here, certificate, []string{foreign})
	if len(all) != 1 || all[0].State != api.FrontendFound || all[0].Names[0] != "api.example.com" {
		t.Errorf("the frontends are %+v", all)
	}
}

// TestLoadBalancersAreDescribedTogether holds the count of requests.
func TestLoadBalancersAreDescribedTogether(t *testing.T) {
	s, client := serve(t)
	var arns []string
	for n := range api.MaxFrontends {
		arn := fmt.Sprintf("%s%03d", balancer, n)
		s.AddBalancer(fake.Balancer{ARN: arn, Host: "a.example.com", Listeners: map[int]fake.Listener{443: {Certificates: []string{certificate}}}})
		arns = append(arns, arn)
	}
	all := client.Frontends(t.Context(), here, certificate, arns)
	if len(all) != len(arns) || s.Calls("DescribeLoadBalancers") != 2 || s.Calls("DescribeListenerCertificates") != 0 {
		t.Errorf("%d frontends with %d and %d calls", len(all), s.Calls("DescribeLoadBalancers"), s.Calls("DescribeListenerCertificates"))
	}
}

// TestWhatAWSAnswersIsBounded holds hosts, ports and names that no service of AWS returns.
func TestWhatAWSAnswersIsBounded(t *testing.T) {
	s, client := serve(t)
	listeners, aliases := map[int]fake.Listener{}, []string{"a\x1bb.example.com", strings.Repeat("a.", 200)}
	for n := range 100 {
		listeners[1000+n] = fake.Listener{Certificates: []string{certificate}}
	}
	for n := range 1000 {
		aliases = append(aliases, fmt.Sprintf("a%d.example.com", n))
	}
	s.AddBalancer(fake.Balancer{ARN: balancer, Host: "a b\"c", Listeners: listeners})
	s.AddDistribution(fake.Distribution{ID: "E1", Host: "d1.cloudfront.net", Aliases: aliases})
	all := client.Frontends(t.Context(), here, certificate, []string{balancer, distribution})
	if all[0].State != api.FrontendFound || len(all[0].Names) != api.MaxFrontendNames-2 { // without those that are none
		t.Errorf("the distribution has %d names", len(all[0].Names))
	}
	if all[1].State != api.FrontendUnknown {
		t.Errorf("the load balancer is %+v", all[1])
	}
	s.AddBalancer(fake.Balancer{ARN: balancer, Host: "a.example.com", Listeners: listeners})
	if f := client.Frontends(t.Context(), here, certificate, []string{balancer})[0]; len(f.Ports) != api.MaxFrontendPorts {
		t.Errorf("the load balancer has %d ports", len(f.Ports))
	}
}
