package reconciler

import (
	"context"
	"errors"
	"iter"
	"testing"
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/ports"
)

// noneDue is a table without a certificate that is due for a probe.
type noneDue struct {
	ports.Served
	err error
}

func (n noneDue) DueServed(context.Context, time.Time) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		if n.err != nil {
			yield("", n.err)
		}
	}
}

// blind sees nothing.
type blind struct{}

func (blind) Probe(context.Context, api.Endpoint) []api.Sighting { return nil }

type probesCounted int

func (p *probesCounted) Probed() { *p++ }

// TestProbe_CountsItself: an alarm waits for the count, so each invocation that probes counts, also if nothing is due; one that
// failed, and one without probes, does not.
func TestProbe_CountsItself(t *testing.T) {
	for sentence, c := range map[string]struct {
		prober ports.Prober
		err    error
		want   probesCounted
	}{
		"nothing is due":          {blind{}, nil, 1},
		"the table fails":         {blind{}, errors.New("boom"), 0},
		"probes are switched off": {nil, nil, 0},
	} {
		t.Run(sentence, func(t *testing.T) {
			var counted probesCounted
			r := New(Config{Prober: c.prober, Served: noneDue{err: c.err}, ProbeMeter: &counted})
			if err := r.Probe(t.Context()); !errors.Is(err, c.err) || counted != c.want {
				t.Errorf("%d were counted, want %d: %v", counted, c.want, err)
			}
		})
	}
}
