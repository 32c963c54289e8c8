package hostile_test

import (
	"testing"

	"certloop/internal/sandbox/hostile"
)

// The bounds allow for other tests on the same machine.
func TestMeasure_EveryHostileInputIsRefusedAtALowCost(t *testing.T) {
	results, err := hostile.Measure(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		t.Log(r)
		if !r.Stopped() {
			t.Errorf("%s was not stopped as it has to be (%s): %v", r.Name, r.Reason, r.Err)
		}
	}
	if len(results) != len(hostile.Inputs()) {
		t.Errorf("%d results", len(results))
	}
}
