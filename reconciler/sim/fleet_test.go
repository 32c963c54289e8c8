package sim

import (
	"testing"
	"time"

	"certloop/reconciler/api"
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

// TestFleet_TheCARefusesNothingForItsLimits: under limits that a first issue and every wave of renewals reach, with faults, outages
// and revocations, the ledger stops before the CA refuses, and nothing expires.
func TestFleet_TheCARefusesNothingForItsLimits(t *testing.T) {
	limits := api.CALimits{
		Orders: api.Limit{Count: 8, Per: 3 * time.Hour}, CertificatesPerDomain: api.Limit{Count: 8, Per: 7 * day},
		CertificatesPerSet: api.Limit{Count: 5, Per: 7 * day}, FailedValidations: api.Limit{Count: 5, Per: time.Hour}, Gradual: true, ExemptsRenewals: true,
	}
	for seed := range uint64(3) {
		f := RunFleet(FleetConfig{Seed: seed, Records: 12, Years: 0.3, FaultRate: 0.05, Limits: &limits})
		for _, v := range f.Violations {
			t.Errorf("seed %d: %s", seed, v)
		}
		if reads := f.Calls["table.GetLedger"]; reads == 0 || reads > 12*len(f.CA.Issued) {
			t.Errorf("seed %d: the ledger was read %d times for %d certificates", seed, reads, len(f.CA.Issued))
		}
	}
}
