// Package contract is the contract of ports.Frontends as tests.
package contract

import (
	"slices"
	"strings"
	"testing"

	"certloop/internal/suite"
	"certloop/reconciler/api"
	"certloop/reconciler/ports"
)

// Subject is a Frontends with the resources that it describes.
type Subject struct {
	ports.Frontends
	At api.Location
	// Certificate is the ARN of the certificate in use, Other that of another one.
	Certificate, Other string
	// Balancer makes a Network Load Balancer whose TLS listeners have these certificates by port, the default first.
	Balancer func(t *testing.T, name string, listeners map[int][]string) (arn, host string)
	// Classic makes a Classic Load Balancer whose HTTPS listeners have a certificate each.
	Classic func(t *testing.T, name string, listeners map[int]string) (arn, host string)
	// Distribution makes a distribution of CloudFront.
	Distribution func(t *testing.T, aliases []string, enabled bool) (arn, host string)
	// Domain makes a custom domain name of API Gateway with the certificate.
	Domain func(t *testing.T, name string) (host string)
}

// Run runs the contract on subjects that subject makes.
func Run(t *testing.T, subject func(*testing.T) Subject) {
	suite.Run(t, map[string]suite.Part[Subject]{
		"a load balancer has the ports that serve the certificate":         balancer,
		"a Classic Load Balancer has the ports that serve the certificate": classic,
		"a distribution has its aliases":                                   distribution,
		"a distribution that serves nothing is unknown":                    nothing,
		"a resource that does not exist is deleted":                        deleted,
		"a deleted load balancer hides no other one":                       deletedAmongOthers,
		"a custom domain name is found behind AWS's own load balancers":    domain,
		"what cannot be described is unknown":                              undescribed,
		"no more is described than there may be":                           tooMany,
	}, nil, subject)
}

func (s Subject) find(t *testing.T, arns ...string) []api.Frontend {
	t.Helper()
	all := s.Frontends.Frontends(t.Context(), s.At, s.Certificate, arns)
	for _, f := range all {
		if (f.State == api.FrontendFound) != (f.Host != "" && len(f.Ports) > 0 && f.Message == "") || api.Message(f.Message) != f.Message {
			t.Errorf("the frontend is %+v", f)
		}
	}
	if !slices.IsSortedFunc(all, func(a, b api.Frontend) int { return strings.Compare(a.ARN, b.ARN) }) {
		t.Errorf("not sorted: %+v", all)
	}
	return all
}

func (s Subject) one(t *testing.T, arn string) api.Frontend {
	t.Helper()
	all := s.find(t, arn)
	if len(all) != 1 || all[0].ARN != arn {
		t.Fatalf("for %s the frontends are %+v", arn, all)
	}
	return all[0]
}

func balancer(t *testing.T, s Subject) {
	arn, host := s.Balancer(t, "front", map[int][]string{
		443: {s.Other, s.Certificate}, 8443: {s.Certificate}, 9443: {s.Other},
	})
	if f := s.one(t, arn); f.Host != strings.ToLower(host) || !slices.Equal(f.Ports, []int{443, 8443}) || len(f.Names) > 0 {
		t.Errorf("the frontend is %+v, want host %s", f, host)
	}
	without, _ := s.Balancer(t, "without", map[int][]string{443: {s.Other}})
	if f := s.one(t, without); f.State != api.FrontendUnknown {
		t.Errorf("the frontend is %+v", f)
	}
}

func classic(t *testing.T, s Subject) {
	arn, host := s.Classic(t, "old", map[int]string{443: s.Certificate, 8443: s.Other})
	if f := s.one(t, arn); f.Host != strings.ToLower(host) || !slices.Equal(f.Ports, []int{443}) {
		t.Errorf("the frontend is %+v, want host %s", f, host)
	}
}

func distribution(t *testing.T, s Subject) {
	arn, host := s.Distribution(t, []string{"www.example.com", "*.shop.example.com"}, true)
	f := s.one(t, arn)
	if f.Host != host || !slices.Equal(f.Ports, []int{443}) {
		t.Errorf("the frontend is %+v, want host %s", f, host)
	}
	for name, want := range map[string]bool{
		"www.example.com": true, "WWW.example.com.": true, "a.shop.example.com": true, "*.shop.example.com": true,
		"a.b.shop.example.com": false, "shop.example.com": false, "example.com": false, "": false,
	} {
		if f.Serves(name) != want {
			t.Errorf("it serves %q: %v, want %v", name, !want, want)
		}
	}
}

func nothing(t *testing.T, s Subject) {
	disabled, _ := s.Distribution(t, []string{"www.example.com"}, false)
	nameless, _ := s.Distribution(t, nil, true)
	for _, arn := range []string{disabled, nameless} {
		if f := s.one(t, arn); f.State != api.FrontendUnknown {
			t.Errorf("the frontend is %+v", f)
		}
	}
}

// account returns the account of the certificate.
func (s Subject) account() string { return strings.Split(s.Certificate, ":")[4] }

func (s Subject) arn(service, region, account, name string) string {
	return "arn:aws:" + service + ":" + region + ":" + account + ":" + name
}

func (s Subject) gone() []string {
	return []string{
		s.arn("cloudfront", "", s.account(), "distribution/E000000000000X"),
		s.arn("elasticloadbalancing", s.At.Region, s.account(), "loadbalancer/app/none/50dc6c495c0c9188"),
		s.arn("elasticloadbalancing", s.At.Region, s.account(), "loadbalancer/none"),
	}
}

func deleted(t *testing.T, s Subject) {
	for _, arn := range s.gone() {
		if f := s.one(t, arn); f.State != api.FrontendDeleted {
			t.Errorf("the frontend is %+v", f)
		}
	}
}

func deletedAmongOthers(t *testing.T, s Subject) {
	arn, host := s.Balancer(t, "front", map[int][]string{443: {s.Certificate}})
	all := s.find(t, append(s.gone(), arn)...)
	found := slices.DeleteFunc(slices.Clone(all), func(f api.Frontend) bool { return f.State == api.FrontendDeleted })
	if len(all) != 4 || len(found) != 1 || found[0].Host != strings.ToLower(host) {
		t.Errorf("the frontends are %+v", all)
	}
}

func domain(t *testing.T, s Subject) {
	host := s.Domain(t, "api.example.com")
	foreign := s.arn("elasticloadbalancing", s.At.Region, "999999999999", "loadbalancer/net/prod-cdtls-1/50dc6c495c0c9188")
	all := s.find(t, foreign, s.arn("elasticloadbalancing", s.At.Region, "999999999999", "loadbalancer/net/prod-cdtls-2/60dc6c495c0c9188"))
	if len(all) != 1 || all[0].Host != host || !slices.Equal(all[0].Names, []string{"api.example.com"}) ||
		all[0].ARN != s.arn("apigateway", s.At.Region, "", "/domainnames/api.example.com") {
		t.Errorf("the frontends are %+v, want host %s", all, host)
	}
}

func undescribed(t *testing.T, s Subject) {
	for _, arn := range []string{
		"", "x", "arn:aws:acm", s.arn("appsync", s.At.Region, s.account(), "apis/x"),
		s.arn("elasticloadbalancing", "ap-south-1", s.account(), "loadbalancer/app/a/1"),
		s.arn("elasticloadbalancing", s.At.Region, "999999999999", "loadbalancer/net/prod/1"),
	} {
		if f := s.one(t, arn); f.State != api.FrontendUnknown {
			t.Errorf("the frontend is %+v", f)
		}
	}
	if all := s.find(t, "arn:\x00"+strings.Repeat("x", 1<<20)); len(all) != 1 || len(all[0].ARN) > 2048 || !api.Clean(all[0].ARN) {
		t.Errorf("%d frontends, the ARN has %d bytes", len(all), len(all[0].ARN))
	}
}

func tooMany(t *testing.T, s Subject) {
	var arns []string
	for n := range api.MaxFrontends + 5 {
		arns = append(arns, s.arn("appsync", s.At.Region, s.account(), "apis/"+strings.Repeat("x", n)))
	}
	all := s.find(t, append(arns, arns...)...)
	if len(all) != len(arns) || !strings.Contains(all[len(all)-1].Message, "more users") {
		t.Errorf("%d frontends, the last is %+v", len(all), all[len(all)-1])
	}
}
