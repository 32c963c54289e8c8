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
	s.CanRollBack = d.iss.Rollback == nil && whyNoRollback(&d.facts) == ""
	switch {
	case d.iss.Rollback != nil && !isBack(&d.facts):
		s.State, s.Message = api.RolloutRollingBack, d.iss.Rollback.Message
	case d.iss.Rollback != nil:
		s.State, s.Message = api.RolloutRolledBack, d.iss.Rollback.Message
	case at.state == waveFailed:
		s.State = api.RolloutStopped
	}
	d.next.Rollout = s
}

// isBack reports whether every target of the rollback has another certificate than the one that is rolled back. A target that
// cannot be read has what it had when it was.
func isBack(f *facts) bool {
	was := f.Stored.Rollout != nil && f.Stored.Rollout.State == api.RolloutRolledBack && f.Stored.Rollout.Serial == f.iss.Serial
	for i := range f.Targets {
		t := &f.Targets[i]
		if isOfRollback(f, t) && (f.isHeldCertificate(t.Found) || f.verdicts[i].state == api.Unknown && !was) {
			return false
		}
	}
	return true
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
		t := &f.Targets[i]
		if !isOfRollback(f, t) || !f.isHeldCertificate(t.Found) {
			continue
		}
		if why := whyNotAt(f, i); why != "" {
			return wait(earliest(at, f.kept.NotAfter), api.ReasonRollingBack, why)
		}
		return wait(earliest(future(f.Now, waitsToPutBack(f, t)), at), api.ReasonRollingBack, f.entry(t).Message)
	}
	return wait(at, api.ReasonRolledBack, back.Message+": certificate "+f.iss.Serial+" is kept and not installed: fix the cause, then undo the rollback, "+
		"or have a new certificate made")
}
