package sandbox

import (
	frontendsfake "certloop/providers/frontends/fake"
	"certloop/reconciler/api"
)

// balancers is the zone of the names of load balancers.
const balancers = "elb." + Region + ".amazonaws.com"

// aBalancerThatIsFound is probed without any endpoint in the record: ACM names the load balancer that uses the certificate, and
// AWS describes where it listens. The name of the record does not resolve yet.
func aBalancerThatIsFound(b *box) {
	const arn, host = "arn:aws:elasticloadbalancing:" + Region + ":" + accountID + ":loadbalancer/app/found/1234567890abcdef", "found-1." + balancers
	front := b.open("127.0.0.1")
	if err := b.PointTo(b.t.Context(), b.ZoneIDs[balancers], host, "127.0.0.1"); err != nil {
		b.t.Fatal(err)
	}
	b.certificate("found", []string{"found.example.com"})
	certificate := b.ready("found").ACMARN
	b.Frontends.AddBalancer(frontendsfake.Balancer{ARN: arn, Host: host,
		Listeners: map[int]frontendsfake.Listener{front.Port: {Certificates: []string{certificate}}}})
	front.Use(certificate)
	b.ACM.UseBy(certificate, arn)
	s, _ := b.servedAs("found", api.ConditionTrue, api.ReasonServed, "found.example.com Unreachable", host+" IPv4 127.0.0.1 Current")
	if e := s.Endpoints[1]; e.Port != front.Port || e.SNI != "found.example.com" {
		b.t.Errorf("it was asked as %+v", e)
	}
}
