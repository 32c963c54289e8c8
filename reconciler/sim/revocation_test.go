package sim

import "testing"

// revocations counts what it receives.
type revocations struct{ n int }

func (r *revocations) Revoked() { r.n++ }

func TestMeter_CountsARevokedCertificateOnce(t *testing.T) {
	for name, want := range map[string]int{"revoked: not": 0, "revoked: while installed": 1, "revoked: two targets": 1, "revoked: the responder flaps": 1} {
		s, counted := scenario(name).in, &revocations{}
		before := s.Before
		s.Before = func(w *World) {
			w.Loop.RevocationMeter = counted
			before(w)
		}
		if w := s.Run(nil); len(w.Violations) > 0 || counted.n != want {
			t.Errorf("%s: counted %d, want %d: %v", name, counted.n, want, w.Violations)
		}
	}
}

// TestRevocation_IsNotAskedBetweenChecks: a converged record is asked about once a day.
func TestRevocation_IsNotAskedBetweenChecks(t *testing.T) {
	w := New(nil)
	askingCA()(w)
	asked := 0
	w.calls.done = func(op string) {
		if op == "ca.CheckRevocation" {
			asked++
		}
	}
	for range 30 * 24 {
		w.wake(certificateKey("www"), 0)
		w.Run(day / 24)
	}
	if asked != 30 {
		t.Errorf("asked %d times in 30 days", asked)
	}
}
