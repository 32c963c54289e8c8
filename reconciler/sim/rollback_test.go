package sim

import (
	"context"
	"testing"
	"time"

	"certloop/reconciler"
)

// TestRollback_AnInvocationIsAnsweredAtOnce: where nothing will come of it, the answer has the reason and does not wait.
func TestRollback_AnInvocationIsAnsweredAtOnce(t *testing.T) {
	w := New(nil)
	inWaves("rollback")(w)
	w.AllowedCertificates, w.AllowedReturns = 2, 1
	invoke := func(i reconciler.Invocation) (err error) {
		i.Names, i.Wait = []string{"www"}, 10*time.Minute
		w.within(t, time.Minute, func() { _, err = w.Loop.Invoke(context.Background(), i) })
		return err
	}
	rollback, undo := reconciler.Invocation{RollBack: true}, reconciler.Invocation{RollOutAgain: true}
	errorSays(t, invoke(undo), "the rollback of certificate www was not undone: nothing is rolled back: no certificate is being rolled out")
	errorSays(t, invoke(rollback), "certificate www was not rolled back: no certificate is being rolled out")

	w.waves[0].breaksWith = 2
	w.RunUntil(80*day, w.isRolledBack)
	record := []any{"targets", twoTargets(), "rollout", rollout("rollback"), "probe", rolloutProbe()}
	w.certificate("www", append(record, "suspend", true)...)
	errorSays(t, invoke(undo), "was not undone: Suspended: suspend is set in the record: remove it first")
	if err := invoke(rollback); err != nil {
		t.Errorf("it is back, and a rollback is answered: %v", err)
	}
	w.waves[0].breaksWith = 0
	w.certificate("www", record...)
	if err := invoke(undo); err != nil {
		t.Errorf("it is not undone: %v", err)
	}
	errorSays(t, invoke(undo), "nothing is rolled back: certificate", "is being rolled out, wave 1 of 2: ")
	ended(t, w, 2)
}
