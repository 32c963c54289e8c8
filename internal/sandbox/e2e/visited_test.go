//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"testing"

	"certloop/internal/sandbox/fronts"
	"certloop/reconciler/api"
)

// visitedHost is the name that visitors connect to.
const visitedHost = "www.visited.example.com"

// behindDistribution opens a distribution with two edges, and returns the certificate that it is to use.
func (b *box) behindDistribution(t *testing.T) certificate {
	t.Helper()
	var err error
	if b.distribution, err = b.Fronts.Open("127.0.0.1", "127.0.0.2"); err != nil {
		t.Fatal(err)
	}
	if err := b.PointTo(t.Context(), b.ZoneIDs["example.com"], visitedHost, b.distribution.Addresses...); err != nil {
		t.Fatal(err)
	}
	// A wildcard: nothing is probed at port 443, which tests may not listen on.
	return certificate{Account: "default", Domains: []string{"*.visited.example.com"},
		Probe: &probe{[]endpoint{{Host: visitedHost, Port: b.distribution.Port}}}}
}

// visited sets the distribution to the ARN, and renews the certificate while one edge lags behind. A direct invocation that
// requires Served, as scripts use it, ends when the edge has followed.
func visited(t *testing.T, b *box) {
	arn := b.ready(t, "visited", b.CA.Serials, "*.visited.example.com").ACMARN
	b.distribution.Use(arn)
	b.served(t, api.ConditionTrue, api.ReasonServed, "127.0.0.1 Current")

	b.distribution.Hold("127.0.0.2")
	b.insist(t, `"require":"Ready","force":"visited"`)
	b.served(t, api.ConditionFalse, api.ReasonPropagating, "127.0.0.2 Previous")
	if err := b.reconcileVisited(t, `"require":"Served"`); err == nil || !strings.Contains(err.Error(), visitedHost) {
		t.Errorf("an edge serves the certificate before, and an invocation that requires Served returns %v", err)
	}
	b.distribution.Release("127.0.0.2")
	b.insist(t, `"require":"Served"`)
	serials := b.CA.Serials("*.visited.example.com")
	for _, address := range b.distribution.Addresses {
		leaf, err := fronts.Visit(t.Context(), address, b.distribution.Port, visitedHost, strings.Join(b.CA.IssuerRoots(), ""))
		if err != nil || len(serials) != 2 || leaf.SerialNumber.Text(16) != serials[1] {
			t.Errorf("a visitor at %s gets %v (%v), the CA issued %v", address, leaf, err, serials)
		}
	}
}

func (b *box) reconcileVisited(t *testing.T, more string) error {
	t.Helper()
	_, err := b.Invoke(t.Context(), fmt.Sprintf(`{"action":"reconcile","names":["visited"],"wait":"20s",%s}`, more))
	return err
}

// insist repeats the invocation until it succeeds, as a script does whose wait was too short.
func (b *box) insist(t *testing.T, more string) {
	t.Helper()
	eventually(t, "an invocation with "+more, func() string {
		if err := b.reconcileVisited(t, more); err != nil {
			return err.Error()
		}
		return ""
	})
}

// served waits until the endpoint that needs most attention is seen like that, and the condition says so.
func (b *box) served(t *testing.T, status api.ConditionStatus, reason api.Reason, want string) {
	t.Helper()
	eventually(t, fmt.Sprintf("visited is served as %s (%s), %s", status, reason, want), func() string {
		if err := b.ProbeNow(t.Context(), "visited"); err != nil {
			t.Fatal(err)
		}
		s, err := b.Served(t.Context(), "visited")
		if err != nil {
			t.Fatal(err)
		}
		c, _ := api.GetCondition(b.status(t, "visited").Conditions, api.ConditionServed)
		if s == nil || len(s.Endpoints) != 1 || c.Status != status || c.Reason != reason ||
			s.Endpoints[0].Address+" "+string(s.Endpoints[0].State) != want {
			return fmt.Sprintf("%+v %+v", s, c)
		}
		return ""
	})
}
