//go:build e2e

package e2e

import (
	"fmt"
	"slices"
	"testing"

	"certloop/internal/sandbox"
	"certloop/providers/frontends/fake"
	"certloop/reconciler/api"
)

// These are what uses the certificate of a record: a load balancer, a distribution, and a load balancer of AWS before an API.
const (
	balancerARN  = "arn:aws:elasticloadbalancing:" + sandbox.Region + ":123456789012:loadbalancer/app/waited/1"
	balancerHost = "waited-1.elb.test"
	edgeHost     = "d1.cloudfront.test"
)

// useByFrontends makes all of them use the certificate, so that the function describes them after its next import.
func (b *box) useByFrontends(t *testing.T, arn string) {
	t.Helper()
	b.Frontends.AddBalancer(fake.Balancer{ARN: balancerARN, Host: balancerHost,
		Listeners: map[int]fake.Listener{443: {Certificates: []string{b.unmanaged, arn}}}})
	b.Frontends.AddDistribution(fake.Distribution{ID: "E1", Host: edgeHost, Aliases: []string{"waited.example.com"}})
	if !b.ACM.UseBy(arn, balancerARN, "arn:aws:cloudfront::123456789012:distribution/E1",
		"arn:aws:elasticloadbalancing:"+sandbox.Region+":999999999999:loadbalancer/net/prod/1") {
		t.Fatalf("ACM has no %s", arn)
	}
}

// probedAtFrontends waits until the function has described and asked them, with the rights that the module gives it.
func (b *box) probedAtFrontends(t *testing.T, name string) {
	t.Helper()
	eventually(t, "what uses the certificate of "+name+" is probed", func() string {
		served, err := b.Served(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		if served == nil {
			return "nothing was probed"
		}
		for _, host := range []string{balancerHost, edgeHost} {
			if !slices.ContainsFunc(served.Endpoints, func(e api.ServedEndpoint) bool { return e.Host == host }) {
				return fmt.Sprintf("%s is not among %+v: %s", host, served.Endpoints, served.FrontendsMessage)
			}
		}
		return ""
	})
	b.ACM.UseBy(b.status(t, name).ACMARN)
}
