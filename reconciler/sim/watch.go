package sim

import (
	"context"
	"time"

	"certloop/reconciler/api"
)

// Watch runs the scenario with these faults, and passes on what the loop has stored about a certificate after each of its
// writes, with the time of the simulation.
func (s Scenario) Watch(f Faults, stored func(name string, o api.Object, now time.Time)) {
	w := New(f)
	w.stored = func(name string) {
		o, err := w.Table.Get(context.Background(), name)
		must(err)
		stored(name, o, w.clock.now)
	}
	w.calls.quiet = true
	if s.Before != nil {
		s.Before(w)
	}
	w.calls.quiet = false
	s.Drive(w)
}
