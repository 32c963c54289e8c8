package sim

import (
	"iter"
	"testing"
)

// share is how much of the simulation a test run takes, one run in so many: the race detector makes it five times
// slower. The command simulate takes all of it. No multiple of the number of kinds, so that all kinds come up.
const share = 1 + 15*raceDetector

func TestWithoutFaults(t *testing.T) {
	for _, s := range All {
		t.Run(s.Name, func(t *testing.T) {
			w := s.Run(nil)
			if len(w.Violations) > 0 {
				report(t, w.failure(s, nil))
			}
			if w.Points() == 0 {
				t.Error("the scenario passes no fault point")
			}
		})
	}
}

// TestEverySingleFault puts each fault at each fault point of each scenario.
func TestEverySingleFault(t *testing.T) {
	for _, s := range All {
		t.Run(s.Name, func(t *testing.T) {
			explore(t, s, Sample(s.Singles(s.Run(nil).Points()), share))
		})
	}
}

// TestPairsOfFaults takes a sample of the pairs in a first issuance.
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
