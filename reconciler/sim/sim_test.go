package sim

import (
	"iter"
	"testing"
)

// share is the part of the simulation in a test run, one run in so many; the race detector makes it five times slower.
// The command simulate runs everything. It is prime, so that it is not a multiple of the number of kinds and all kinds
// occur.
const share = 7 + 54*raceDetector

// singlesKept is about how many of its single faults a scenario is tested with.
const singlesKept = 40

// sampled returns one fault in so many that about singlesKept are left: an odd number, so that all kinds occur.
func sampled(plans iter.Seq[Faults]) iter.Seq[Faults] {
	all := 0
	for range plans {
		all++
	}
	return Sample(plans, max(share, all/singlesKept)|1)
}

func TestScenarios_WithoutFaults(t *testing.T) {
	for _, s := range All {
		t.Run(s.Name, func(t *testing.T) {
			w := s.Run(nil)
			if len(w.Violations) > 0 {
				report(t, w.failure(s, nil))
			}
			if w.Points() == 0 {
				t.Error("the scenario has no fault point")
			}
		})
	}
}

// TestEverySingleFault runs a sample of the faults at the fault points of each scenario, of every kind.
func TestEverySingleFault(t *testing.T) {
	for _, s := range All {
		t.Run(s.Name, func(t *testing.T) {
			explore(t, s, sampled(s.Singles(s.Run(nil).Points())))
		})
	}
}

// TestPairsOfFaults runs a sample of the pairs in a first issuance.
func TestPairsOfFaults(t *testing.T) {
	s := First()
	explore(t, s, Sample(Pairs(s.Run(nil).Points()), 61*share))
}

func TestRandomFaults(t *testing.T) {
	for _, s := range All {
		t.Run(s.Name, func(t *testing.T) {
			explore(t, s, s.Random(20261124, s.Run(nil).Points(), max(50/share, 3)))
		})
	}
}

func explore(t *testing.T, s Scenario, plans iter.Seq[Faults]) {
	t.Helper()
	runs, failed, first := Explore(s, plans)
	for _, f := range first {
		report(t, f)
	}
	if failed > 0 {
		t.Errorf("%d of %d runs broke an invariant", failed, runs)
	}
	if runs == 0 {
		t.Error("there was no run")
	}
}

func report(t *testing.T, f Failure) {
	t.Helper()
	for _, v := range f.Violations {
		t.Errorf("%s: %s", f.Faults, v)
	}
	t.Logf("calls: %v\nlog: %s", f.Trace, f.Log)
}
