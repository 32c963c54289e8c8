package sim

import (
	"context"
	"testing"
	"time"

	"certloop/reconciler/api"
)

// TestServed_OfProbesThatAreSwitchedOffIsNotShown: what was seen before says nothing about the present.
func TestServed_OfProbesThatAreSwitchedOffIsNotShown(t *testing.T) {
	w := New(nil)
	behindFront(0)(w)
	w.front, w.Loop.Prober = nil, nil
	w.wake(certificateKey("www"), 0)
	w.Run(time.Minute)
	if c, had := api.GetCondition(w.status("www").Conditions, api.ConditionServed); had {
		t.Errorf("there is still %+v", c)
	}
}

// crossed is a table in which a probe that was under way writes just before the loop does.
type crossed struct {
	worldPorts
	armed *bool
}

func (c crossed) WriteServed(ctx context.Context, name string, s *api.ServedStatus) error {
	if *c.armed {
		*c.armed = false
		late := *s
		late.DueAt = c.w.clock.now.Add(24 * time.Hour).Unix()
		if err := c.w.Table.WriteServed(ctx, name, &late); err != nil {
			return err
		}
	}
	return c.w.Table.WriteServed(ctx, name, s)
}

func TestServed_IsProbedSoonAfterAnImportThatCrossesAProbe(t *testing.T) {
	w := New(nil)
	behindFront(0)(w)
	w.AllowedCertificates = 2
	armed := true
	w.Loop.Served = crossed{worldPorts{w}, &armed}
	w.certificate("www", "probe", map[string]any{"interval": "1d"}, "renew_token", "two")
	imported := w.clock.now
	w.Run(2 * time.Minute)
	if due := time.Unix(w.object("www").Served.DueAt, 0); armed || due.Sub(imported) > 3*time.Minute {
		t.Errorf("the next probe is at %s, %s after the import was asked for (crossed: %v)", due, due.Sub(imported), !armed)
	}
}
