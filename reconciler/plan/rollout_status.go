package plan

import (
	"fmt"

	"certloop/reconciler/api"
)

// settleRollout derives the rollout of the status, which is for users only.
func settleRollout(d *draft) {
	d.next.Rollout = nil
	if d.Spec == nil || d.Spec.Rollout == nil || !d.held() || d.digest == "" {
		return
	}
	at := rolloutOf(&d.facts)
	s := &api.RolloutStatus{State: api.RolloutProgressing, Serial: d.iss.Serial, Wave: at.number, Waves: len(d.Spec.Rollout.Waves), Message: api.Message(at.message)}
	for i := range d.Targets {
		t := &d.Targets[i]
		s.CanRollBack = s.CanRollBack || d.iss.Rollback == nil && t.Wanted && d.isHeldCertificate(t.Found) && d.owns(t) && cannotPutBack(&d.facts, t) == ""
	}
	switch {
	case d.iss.Rollback != nil && anyToPutBack(&d.facts):
		s.State, s.Message = api.RolloutRollingBack, d.iss.Rollback.Message
	case d.iss.Rollback != nil:
		s.State, s.Message = api.RolloutRolledBack, d.iss.Rollback.Message
	case at.state == waveFailed:
		s.State = api.RolloutStopped
	}
	d.next.Rollout = s
}

func anyToPutBack(f *facts) bool {
	for i := range f.Targets {
		if toPutBack(f, &f.Targets[i]) {
			return true
		}
	}
	return false
}

// whyRolloutWaits returns what a rollout waits for; nil: nothing of its own.
func whyRolloutWaits(f *facts) *Plan {
	if f.Spec == nil || f.Spec.Rollout == nil {
		return nil
	}
	if back := f.iss.Rollback; back != nil {
		return rolledBack(f, back)
	}
	at := rolloutOf(f)
	of := fmt.Sprintf("wave %d of %d: ", at.number, len(f.Spec.Rollout.Waves))
	switch at.state {
	case waveAwaited:
		return wait(earliest(at.at, f.Now.Add(day)), api.ReasonRollingOut, of+at.message)
	case waveFailed:
		return wait(f.Now.Add(day), api.ReasonRolloutStopped, of+at.message+". The other targets keep the certificate that they have: fix the cause, "+
			"and the rollout goes on when the endpoints serve the certificate; or roll back")
	case waveProved, waveImporting:
	}
	return nil
}

func rolledBack(f *facts, back *api.Rollback) *Plan {
	at := f.Now.Add(day)
	for i := range f.Targets {
		if t := &f.Targets[i]; toPutBack(f, t) {
			return wait(earliest(future(f.Now, waitsToPutBack(f, t)), at), api.ReasonRollingBack, f.entry(t).Message)
		}
	}
	return wait(at, api.ReasonRolledBack, back.Message+": certificate "+f.iss.Serial+" is kept and not installed: fix the cause, then undo the rollback, "+
		"or have a new certificate made")
}
