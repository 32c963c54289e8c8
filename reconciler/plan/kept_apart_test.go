package plan

import (
	"testing"

	"certloop/reconciler/api"
)

// What belongs to a record, and what only lies next to it.

// A chain on hold goes into the targets that the record has now.
func TestDecide_ATargetThatLeftTheRecordGetsNoChain(t *testing.T) {
	in := kept(issuing(held(successor)), target(holds(successor)), another(dropped))
	if newDraft(in).lacksHeld(1) {
		t.Error("the target that left the record lacks the chain on hold")
	}
	if p := Decide(in); p.Action == Import {
		t.Errorf("decided %+v", p)
	}
}

// The deletion policy covers what certloop imported for this target, not what the record names by its ARN, even where the
// tags say that certloop imported it once.
func TestSettle_ACertificateThatIsNamedIsNotTakenForImported(t *testing.T) {
	in := kept(target(both(named, func(t *Target) { delete(t.Found.Tags, api.TagAdopted) })))
	if ts := Settle(in, Decide(in), Outcome{}).Status.Targets[0]; ts.Imported {
		t.Errorf("%+v", ts)
	}
}

func TestSettle_AnAccountThatIsNotReadyWakesNobody(t *testing.T) {
	in := registered(accountStatus(unregistered))
	got, _ := SettleAccount(in, Plan{Action: Lookup}, AccountOutcome{Err: failing(api.Transient, "", "no answer")})
	if got.WakePending || got.IsReady() {
		t.Errorf("%+v", got)
	}
}

// A failure that is noticed says when the next attempt is.
func TestSettle_AFailureNoticeHasTheNextAttempt(t *testing.T) {
	in := fresh(issuing(ordered), order(api.OrderInvalid))
	s := Settle(in, Decide(in), Outcome{}).Status
	for _, n := range s.Outbox {
		if isFailure(n.Type) && !n.NextAttemptAt.Equal(s.NextAttemptAt) {
			t.Errorf("the notice says %s, the status %s", n.NextAttemptAt, s.NextAttemptAt)
		}
	}
	if len(s.Outbox) == 0 || s.NextAttemptAt.IsZero() {
		t.Errorf("%d notices, next attempt %s", len(s.Outbox), s.NextAttemptAt)
	}
}
