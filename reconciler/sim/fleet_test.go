package sim

import (
	"testing"

	"certloop/reconciler/plan"
)

// TestFleet_LosesAndDoublesNothing runs two small fleets; make fleet runs large ones.
func TestFleet_LosesAndDoublesNothing(t *testing.T) {
	for seed := range uint64(2) {
		f := RunFleet(FleetConfig{Seed: seed, Records: 10, Years: 0.5, FaultRate: 0.05})
		for _, v := range f.Violations {
			t.Errorf("seed %d: %s", seed, v)
		}
		if ready, issued := f.Totals(); ready != f.Records || issued < 2*f.Records {
			t.Errorf("seed %d: %d of %d records are ready, %d certificates were issued", seed, ready, f.Records, issued)
		}
	}
}

// TestFleet_SameSeedSameRun: a violation can be repeated from its seed.
func TestFleet_SameSeedSameRun(t *testing.T) {
	c := FleetConfig{Seed: 7, Records: 5, Years: 0.2, FaultRate: 0.05}
	first, second := RunFleet(c), RunFleet(c)
	if len(first.Calls) == 0 {
		t.Fatal("no call left the loop")
	}
	for op, n := range first.Calls {
		if second.Calls[op] != n {
			t.Errorf("%s: %d calls, then %d", op, n, second.Calls[op])
		}
	}
}

// TestFleet_NoticesALostDecision: without an import nothing is ever installed, and without the end of an issuance its
// key is left.
func TestFleet_NoticesALostDecision(t *testing.T) {
	for _, row := range []string{"importHeld", "finishHeld", "cleanDNS"} {
		f := RunFleet(FleetConfig{Seed: 1, Records: 3, Years: 0.1, Decide: plan.Without(row)})
		if len(f.Violations) == 0 {
			t.Errorf("the fleet does not detect the loss of the row %s", row)
		}
	}
}
