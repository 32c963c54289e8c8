package sim

import (
	"slices"
	"strings"
	"testing"
	"time"

	"certloop/reconciler/api"
)

// probeMeter counts the invocations that probed.
type probeMeter int

func (m *probeMeter) Probed() { *m++ }

// TestMeter_MeasuresWhatIsServed follows a renewal that the front serves three hours late, and then a schedule of probes that
// stops: the ticks report both, because they do not depend on the probes.
func TestMeter_MeasuresWhatIsServed(t *testing.T) {
	w := New(nil)
	behindFront(3 * time.Hour)(w)
	m, probed := &meter{results: map[api.PassResult]int{}, failures: map[string]int{}}, probeMeter(0)
	w.Loop.Meter, w.Loop.ProbeMeter = m, &probed
	served := func(want api.ServedCensus) {
		t.Helper()
		got := m.census.Served
		if !got.Probed || got.Answered != want.Answered || got.NotCurrent != want.NotCurrent || got.Unreachable != want.Unreachable ||
			got.OldestOverdue < want.OldestOverdue || got.OldestOverdue > want.OldestOverdue+time.Hour {
			t.Errorf("counted %+v, want %+v", got, want)
		}
	}
	w.AllowedCertificates = 2
	w.certificate("www", "probe", map[string]any{"interval": "1d"}, "renew_token", "two")
	w.Run(80 * time.Minute)
	served(api.ServedCensus{Answered: true})
	if m.census.Served.LeastLife >= m.census.LeastLife {
		t.Errorf("%s are left of what is served, %s of what is installed", m.census.Served.LeastLife, m.census.LeastLife)
	}
	w.Run(80 * time.Minute)
	served(api.ServedCensus{Answered: true, NotCurrent: 1})
	w.Run(3 * time.Hour)
	served(api.ServedCensus{Answered: true})
	if m.census.Served.LeastLife != m.census.LeastLife || probed == 0 {
		t.Errorf("%s are left of what is served, %s of what is installed, after %d probes", m.census.Served.LeastLife, m.census.LeastLife, probed)
	}
	if lines := w.checkup(t); slices.ContainsFunc(lines, isAboutProbes) {
		t.Errorf("a check finds %q", lines)
	}
	before := probed
	w.front = nil // the schedule stops
	w.Run(time.Duration(w.object("www").Served.DueAt-w.clock.now.Unix())*time.Second + 5*time.Hour)
	served(api.ServedCensus{OldestOverdue: 4*time.Hour + 30*time.Minute})
	if probed != before {
		t.Errorf("%d probes were counted after the last one", probed-before)
	}
	if lines := w.checkup(t); !slices.ContainsFunc(lines, isAboutProbes) {
		t.Errorf("a check finds %q of probes that stopped", lines)
	}
	w.Loop.Prober = nil // probes are switched off
	w.Run(time.Hour)
	if m.census.Served != (api.ServedCensus{}) {
		t.Errorf("without probes, %+v is counted", m.census.Served)
	}
}

func isAboutProbes(line string) bool {
	return strings.HasPrefix(line, "Probe schedule Failed: endpoints have been due for a probe for ")
}
