package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"certloop/reconciler/api"
)

// rollBack puts the kept certificate back: first it is decided, so that every later pass does the same, then target by target.
// It takes the place of exactly the certificate that was rolled out, never of a newer one, and not once every wave is proved: nothing
// replaces a certificate that visitors get everywhere by an older one.
func rollBack(d *decision) *Plan {
	if !rollsOut(d.facts) {
		return nil
	}
	switch {
	case d.iss.Rollback != nil && d.RollOutAgain:
		return &Plan{Action: RollOutAgain, Reason: api.ReasonRollingOut, Message: "the rollback is undone"}
	case d.iss.Rollback != nil && rolloutOf(d.facts).state == waveProved:
		return &Plan{Action: RollOutAgain, Reason: api.ReasonRollingOut, Message: "every wave is proved: the rollback is not needed"}
	}
	if d.iss.Rollback == nil {
		if to := rollbackTo(d.facts); to != nil {
			return &Plan{Action: RollBack, Reason: api.ReasonRollingBack, Message: to.Message}
		}
		return nil
	}
	for i := range d.Targets {
		t := &d.Targets[i]
		if !toPutBack(d.facts, t) || d.pauses(Import, t.Stored.Key) || d.Now.Before(waitsToPutBack(d.facts, t)) {
			continue
		}
		return &Plan{Action: Import, Reason: api.ReasonRollingBack, Target: t.Stored.Key, ARN: t.Found.ARN, PutBack: true}
	}
	return nil
}

// rollsOut reports whether a certificate is being rolled out, or was rolled back, that is still the wanted one.
func rollsOut(f *facts) bool {
	return f.Spec != nil && f.Spec.Rollout != nil && f.held() && f.digest != "" && heldValid(f)
}

// toPutBack reports whether the target has the certificate that is to be rolled back.
func toPutBack(f *facts, t *Target) bool {
	return isOfRollback(f, t) && f.isHeldCertificate(t.Found) && f.owns(t) && cannotPutBack(f, t) == ""
}

// isOfRollback reports whether the rollback that was decided is about the target.
func isOfRollback(f *facts, t *Target) bool {
	return f.iss.Rollback != nil && t.Wanted && slices.Contains(f.iss.Rollback.Targets, t.Stored.Key)
}

// waitsToPutBack returns until when the import must wait after ones that failed.
func waitsToPutBack(f *facts, t *Target) time.Time {
	if e := f.entry(t); f.kept != nil && e.FailedSerial == f.kept.Serial {
		return e.NextAttemptAt
	}
	return time.Time{}
}

// rollbackTo returns the rollback that a direct invocation or a failed wave asks for; nil: none, or it is not possible.
func rollbackTo(f *facts) *api.Rollback {
	at := rolloutOf(f)
	switch {
	case at.state == waveProved:
		return nil
	case f.RollBack:
		return rollbackOf(f, func(*Target) bool { return true }, "a rollback was asked for")
	case at.state == waveFailed && f.Spec.Rollout.OnFailure == api.OnFailureRollback:
		return rollbackOf(f, func(t *Target) bool {
			return slices.Contains(at.failing, t.Stored.Key) || slices.Contains(at.failing, "")
		}, fmt.Sprintf("wave %d of %d failed: %s", at.number, len(f.Spec.Rollout.Waves), at.message))
	}
	return nil
}

func rollbackOf(f *facts, which func(*Target) bool, why string) *api.Rollback {
	r := &api.Rollback{RolledBackAt: f.Now, Message: api.Message(why)}
	for i := range f.Targets {
		t := &f.Targets[i]
		if t.Wanted && which(t) && f.isHeldCertificate(t.Found) && f.owns(t) && cannotPutBack(f, t) == "" {
			r.Targets = append(r.Targets, t.Stored.Key)
		}
	}
	if len(r.Targets) == 0 {
		return nil
	}
	return r
}

func settleRollBack(d *draft, p Plan, o Outcome) {
	if o.Err != nil {
		d.fail(o.Err, api.ReasonInternalError)
		return
	}
	d.iss.Rollback = rollbackTo(&d.facts)
	if d.iss.Rollback == nil {
		return
	}
	message := fmt.Sprintf("%s; the certificate before is put back at %s. Certificate %s is kept and not installed: fix the cause, then undo the "+
		"rollback, or have a new certificate made", d.iss.Rollback.Message, strings.Join(d.iss.Rollback.Targets, ", "), d.iss.Serial)
	d.record(api.ReasonRollingBack, message)
	d.addReported(string(api.ReasonRolledBack))
	d.notify(api.NoticeFailed, api.ReasonRolledBack, message)
}

func settleRollOutAgain(d *draft, p Plan, o Outcome) {
	if o.Err != nil {
		d.fail(o.Err, api.ReasonInternalError)
		return
	}
	d.iss.Rollback = nil
	d.record(p.Reason, p.Message)
}

// noLongerBack leaves a target out of the rollback that got the new certificate all the same: what it had was of no use any more.
func (d *draft) noLongerBack(key string) {
	if back := d.iss.Rollback; back != nil {
		rest := *back
		rest.Targets = slices.DeleteFunc(slices.Clone(back.Targets), func(t string) bool { return t == key })
		d.iss.Rollback = &rest
	}
}
