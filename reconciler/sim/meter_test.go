package sim

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"certloop/reconciler/api"
)

// meter records what it receives.
type meter struct {
	results  map[api.PassResult]int
	failures map[string]int
	issued   []time.Duration
	obtained int
	census   api.Census
	counted  int
	resyncs  int
}

func (m *meter) Reconciled(r api.PassResult) { m.results[r]++ }
func (m *meter) Failed(reason string)        { m.failures[reason]++ }
func (m *meter) Issued(stage api.IssuanceStage, took time.Duration) {
	if stage == api.StageObtained {
		m.obtained++
		return
	}
	m.issued = append(m.issued, took)
}

func (m *meter) Counted(c api.Census) { m.census, m.counted = c, m.counted+1 }
func (m *meter) Resynced()            { m.resyncs++ }

// measured returns the scenario of that name with a meter in its world.
func measured(name string) (Scenario, func() *meter) {
	s := scenario(name).in
	before, m := s.Before, &meter{}
	s.Before = func(w *World) {
		*m = meter{results: map[api.PassResult]int{}, failures: map[string]int{}}
		w.Loop.Meter = m
		if before != nil {
			before(w)
		}
	}
	return s, func() *meter { return m }
}

func TestMeter_MeasuresAScenario(t *testing.T) {
	for name, c := range map[string]struct {
		issued   int
		failures []string
	}{
		"issue":                                  {1, nil},
		"issue with its account":                 {1, nil},
		"renew":                                  {2, nil},
		"delete":                                 {1, nil},
		"register":                               {0, nil},
		"the CA finds no TXT record for a while": {1, []string{"ValidationFailed"}},
		"one of two targets refuses for a day":   {1, []string{"QuotaExceeded"}},
	} {
		t.Run(name, func(t *testing.T) {
			s, got := measured(name)
			w := s.Run(nil)
			m := got()
			if len(m.issued) != c.issued || slices.ContainsFunc(m.issued, func(d time.Duration) bool { return d <= 0 || d > 2*day }) {
				t.Errorf("the measured issuances took %v, want %d of them", m.issued, c.issued)
			}
			if m.obtained != len(w.CA.Issued) {
				t.Errorf("%d certificates were counted, want %d", m.obtained, len(w.CA.Issued))
			}
			if len(m.failures) != len(c.failures) || (len(c.failures) > 0 && m.failures[c.failures[0]] == 0) {
				t.Errorf("the failures are %v, want %v", m.failures, c.failures)
			}
			if m.results[api.PassConverged] == 0 || (m.results[api.PassFailed] > 0) != (len(c.failures) > 0) {
				t.Errorf("the passes are %v", m.results)
			}
			if m.counted == 0 || m.resyncs == 0 {
				t.Errorf("%d counts and %d resyncs", m.counted, m.resyncs)
			}
			if m.census.OldestOverdue > tickEvery+time.Minute || m.census.Ready != w.readyOnes() || m.census.NotReady != 0 {
				t.Errorf("the last count is %+v", m.census)
			}
		})
	}
}

func (w *World) readyOnes() (n int) {
	for item, err := range w.Table.All(context.Background()) {
		must(err)
		if item.Record != nil && item.Status != nil && api.IsTrue(item.Status.Conditions, api.ConditionReady) {
			n++
		}
	}
	return n
}

// TestMeter_AnIssuanceIsMeasuredOnce checks every single fault, also those after the last save.
func TestMeter_AnIssuanceIsMeasuredOnce(t *testing.T) {
	s, got := measured("issue")
	for f := range Sample(s.Singles(s.Run(nil).Points()), 3*share) {
		w := s.Run(f)
		if n := len(got().issued); n > len(w.CA.Issued) {
			t.Errorf("%s: %d durations of %d certificates", f, n, len(w.CA.Issued))
		}
	}
}

func TestTick_AFailedCensusIsReportedAndUndoesNothing(t *testing.T) {
	w := New(nil)
	w.Loop.Meter = &meter{results: map[api.PassResult]int{}, failures: map[string]int{}}
	w.certificate("www")
	w.account()
	w.Run(2 * time.Second)
	w.clock.now = w.clock.now.Add(30 * 24 * time.Hour)
	w.pending = nil
	w.calls.faults = Faults{w.calls.n + 4: Err} // after Due, Enqueue and the check for a digest
	err := w.Loop.Tick(context.Background())
	if op := w.calls.trace[len(w.calls.trace)-1]; op != "table.Glance" {
		t.Fatalf("the fault hit %s", op)
	}
	if err == nil || !strings.Contains(err.Error(), "count the records") {
		t.Errorf("the tick ends with %v", err)
	}
	if len(w.pending) == 0 {
		t.Error("what was due is not queued")
	}
}
