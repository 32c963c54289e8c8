package stay

import (
	"fmt"
	"strings"

	"certloop/internal/sandbox/fronts"
	"certloop/reconciler/api"
)

// checkBalancer flips the switch of the load balancer.
func checkBalancer(b *box) {
	if _, err := fronts.Visit(b.t.Context(), balancerAddress, b.lb.Port, visitedName, b.roots()); err == nil {
		b.t.Error("a visitor gets a certificate before the load balancer is set to one")
	}
	b.send("lb use www")
	b.served(api.ConditionTrue, api.ReasonServed)
	leaf, err := fronts.Visit(b.t.Context(), balancerAddress, b.lb.Port, visitedName, b.roots())
	if s := b.ready("www"); err != nil || leaf.SerialNumber.Text(16) != s.Serial {
		b.t.Errorf("a visitor gets %v (%v), the status has %s", leaf, err, s.Serial)
	}
	b.send("lb down")
	b.served(api.ConditionUnknown, api.ReasonUnreachable)
	b.send("lb other")
	b.served(api.ConditionFalse, api.ReasonPropagating)
	b.send("lb up")
	b.send("lb use www")
	b.served(api.ConditionTrue, api.ReasonServed)
}

// checkLag renews the certificate, which the load balancer picks up late. The clock moves over the time that it may take.
func checkLag(b *box) {
	b.served(api.ConditionTrue, api.ReasonServed) // a probe has seen the certificate that the last part installed
	before := b.ready("www")
	b.send("lb lag")
	if err := b.invoke(b.t.Context(), `{"action":"reconcile","names":["www"],"force":"lag"}`); err != nil {
		b.t.Fatal(err)
	}
	b.until("www", "it was renewed", func(s *api.CertificateStatus) bool { return s.Serial != before.Serial && isReady(s) })
	b.served(api.ConditionFalse, api.ReasonPropagating)
	if status := b.send("status"); !strings.Contains(status, "lb     picks up imports after 12h0m0s") {
		b.t.Errorf("the status is %s", status)
	}
	b.send("clock 2h")
	b.served(api.ConditionFalse, api.ReasonPreviousServed)
	b.mailed("certloop: NOT SERVED www (PreviousServed)")
	b.send("lb up")
	b.served(api.ConditionTrue, api.ReasonServed)
	b.mailed("certloop: served www")
}

// roots are what a browser trusts that accepts the certificates of the first CA.
func (b *box) roots() string { return strings.Join(b.CA.IssuerRoots(), "") }

// served waits until the condition Served of www is that. It lets no time pass until the next probe.
func (b *box) served(status api.ConditionStatus, reason api.Reason) {
	b.t.Helper()
	b.until("www", fmt.Sprintf("Served is %s (%s)", status, reason), func(s *api.CertificateStatus) bool {
		if err := b.ProbeNow(b.t.Context(), "www"); err != nil {
			b.t.Fatal(err)
		}
		c, _ := api.GetCondition(s.Conditions, api.ConditionServed)
		return c.Status == status && c.Reason == reason
	})
}

// mailed waits until a mail with that subject has arrived.
func (b *box) mailed(subject string) {
	b.t.Helper()
	if err := limits.Until(b.t.Context(), func() string {
		if list := b.send("inbox"); !strings.Contains(list, subject) {
			return "the list is " + list
		}
		return ""
	}); err != nil {
		b.t.Fatal(err)
	}
}
