package sim

import (
	"slices"
	"strings"
	"testing"
)

// TestObserve_APredecessorThatCannotBeObservedStays: after a change of key type, ACM cannot be read for a moment. What
// was not observed is not treated as absent, and a predecessor is not treated as a duplicate.
func TestObserve_APredecessorThatCannotBeObservedStays(t *testing.T) {
	s := All[slices.IndexFunc(All, func(s Scenario) bool { return s.Name == "change the key type" })]
	trace := s.Run(nil).calls.trace
	tried := 0
	for n, op := range trace {
		if !strings.HasPrefix(op, "acm.Describe") && !strings.HasPrefix(op, "acm.Find") {
			continue
		}
		tried++
		// With a fault the loop observes once more. Then the next calls fail.
		for call := n + 1; call <= n+3; call++ {
			if w := s.Run(Faults{call: Err}); len(w.Violations) > 0 {
				report(t, w.failure(s, Faults{call: Err}))
			}
		}
	}
	if tried == 0 {
		t.Error("the scenario observes nothing in ACM")
	}
}
