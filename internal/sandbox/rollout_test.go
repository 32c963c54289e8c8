package sandbox

import (
	"fmt"
	"testing"
	"time"

	"certloop/internal/sandbox/fronts"
	"certloop/reconciler/api"
)

// rolled is a record with two targets, each used by a service of its own, that is renewed in two waves.
type rolled struct {
	*box
	first, second *fronts.Front
	// serial is that of the certificate that both have at first.
	serial string
}

func (b *box) rolled(onFailure string) *rolled {
	b.t.Helper()
	r := &rolled{box: b, first: b.open("127.0.0.1"), second: b.open("127.0.0.1")}
	b.pointTo("first.roll.example.com", "127.0.0.1")
	b.pointTo("second.roll.example.com", "127.0.0.1")
	b.certificate("roll", []string{"*.roll.example.com"},
		"targets", []map[string]any{{"region": Region}, {"region": "eu-west-1"}},
		"rollout", map[string]any{"on_failure": onFailure},
		"probe", map[string]any{"endpoints": []any{
			map[string]any{"host": "first.roll.example.com", "port": r.first.Port, "target": Region},
			map[string]any{"host": "second.roll.example.com", "port": r.second.Port, "target": "eu-west-1"},
		}})
	s := b.ready("roll")
	r.serial = s.Serial
	r.first.Use(s.Targets[0].ARN)
	r.second.Use(s.Targets[1].ARN)
	b.servedAs("roll", api.ConditionTrue, api.ReasonServed, "first.roll.example.com IPv4 127.0.0.1 Current", "second.roll.example.com IPv4 127.0.0.1 Current")
	return r
}

// until waits until the record is so, and has the endpoints probed meanwhile.
func (r *rolled) until(what string, holds func(*api.CertificateStatus) bool) *api.CertificateStatus {
	r.t.Helper()
	r.eventually(what, func() string {
		if err := r.ProbeNow(r.t.Context(), "roll"); err != nil {
			r.t.Fatal(err)
		}
		if s := r.status("roll"); !holds(s) {
			seen, err := r.Served(r.t.Context(), "roll")
			return fmt.Sprintf("%s; rollout %+v; %v %v", explain(s), s.Rollout, states(seen), err)
		}
		return ""
	})
	return r.status("roll")
}

func inRollout(state api.RolloutState) func(*api.CertificateStatus) bool {
	return func(s *api.CertificateStatus) bool { return s.Rollout != nil && s.Rollout.State == state }
}

// TestRollout_StopsAtTheFirstWaveAndRollsBack: the first service no longer answers once it has the new certificate. The
// certificate before comes back under the same ARN, and the second service never gets the new one. When the service works again,
// the operator rolls the same certificate out again.
func TestRollout_StopsAtTheFirstWaveAndRollsBack(t *testing.T) {
	b := start(t, Options{Probe: time.Second, Zones: []string{"example.com"}})
	r := b.rolled("rollback")
	before := b.status("roll")

	b.mustInvoke(`{"action":"reconcile","names":["roll"],"force":"second"}`)
	r.until("the first wave has the new certificate", func(s *api.CertificateStatus) bool { return s.Targets[0].Serial != r.serial })
	r.first.Edge("127.0.0.1").Close()
	s := r.until("the rollout is rolled back", inRollout(api.RolloutRolledBack))
	for i, target := range s.Targets {
		if target.Serial != r.serial || target.ARN != before.Targets[i].ARN {
			t.Errorf("target %s has serial %s under %s, want %s under %s", target.Key, target.Serial, target.ARN, r.serial, before.Targets[i].ARN)
		}
	}
	b.condition("roll", api.ConditionIssuing, api.ConditionFalse, api.ReasonRolledBack)
	b.condition("roll", api.ConditionReady, api.ConditionTrue, api.ReasonReady)
	b.awaitMail("roll", "certloop: FAILED roll (RolledBack)")

	if err := r.first.Edge("127.0.0.1").Reopen(); err != nil {
		t.Fatal(err)
	}
	r.until("visitors get the certificate before", func(s *api.CertificateStatus) bool { return api.IsTrue(s.Conditions, api.ConditionServed) })
	b.operator().run(0, "", "rollback roll --undo", "the rollback is undone")
	r.until("both waves have the new certificate", func(s *api.CertificateStatus) bool {
		return s.Rollout == nil && s.Targets[0].Serial != r.serial && s.Targets[0].Serial == s.Targets[1].Serial
	})
	b.issued(b.CA, 2, "*.roll.example.com")
	if kept := b.issuance("roll").Kept; kept == nil || len(kept.SealedKey) == 0 {
		t.Errorf("the certificate is not kept: %+v", kept)
	}
}

// TestRollout_IsRolledBackByHand: the first service does not pick the new certificate up.
func TestRollout_IsRolledBackByHand(t *testing.T) {
	b := start(t, Options{Probe: time.Second, Zones: []string{"example.com"}})
	r := b.rolled("stop")
	r.first.Hold("127.0.0.1")
	b.mustInvoke(`{"action":"reconcile","names":["roll"],"force":"second"}`)
	r.until("the first wave has the new certificate", func(s *api.CertificateStatus) bool {
		return s.Targets[0].Serial != r.serial && inRollout(api.RolloutProgressing)(s)
	})
	o := b.operator()
	o.run(0, "", "describe roll", "Progressing: serial", "wave 1 of 2", "certloop rollback puts the certificate before back.")
	o.run(0, "", "rollback roll", "roll: the certificate before is back")
	for _, target := range b.status("roll").Targets {
		if target.Serial != r.serial {
			t.Errorf("target %s has serial %s, want %s", target.Key, target.Serial, r.serial)
		}
	}
	o.run(1, "", "rollback other", "not found")
}
