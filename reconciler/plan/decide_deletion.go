package plan

import (
	"time"

	"certloop/reconciler/api"
)

// giveUpAfter bounds how long cleaning up after a deleted record, or a dropped target, is tried.
const giveUpAfter = 7 * day

// cleanUpDeleted takes one step after another until nothing of a deleted record is left: DNS, then each target by
// the saved policy, then its place in a Policy, then status and claims.
func cleanUpDeleted(s *state) *Plan {
	if s.HasRecord {
		return nil
	}
	if s.givingUp() {
		return &Plan{Action: Forget, Reason: api.ReasonGaveUp, Message: "cleaning up failed for seven days"}
	}
	if p := s.removeValues(); p != nil {
		return p
	}
	var next time.Time
	for i := range s.Targets {
		p, at := s.undoTarget(&s.Targets[i])
		if p != nil && !s.pauses(p.Action, p.thing()) {
			return p
		}
		if p != nil {
			at = s.pace(p.Action, p.thing())
		}
		next = earliest(next, at)
	}
	if at := s.cleanupWaits(); !at.IsZero() {
		next = earliest(next, at)
	}
	if !next.IsZero() {
		return wait(next, api.ReasonDeleting, s.status.LastError)
	}
	if arn := s.untoldRetained(); arn != "" {
		return wait(s.Now.Add(time.Second), api.ReasonRetained, arn+" is left in place")
	}
	if s.leavesPolicy() {
		return s.dismiss()
	}
	return &Plan{Action: Forget, Reason: api.ReasonDeleting}
}

// untoldRetained is a certificate that is left in place and of which nobody has been told; empty: there is none. What
// forgets the record takes its outbox along, so that has to wait for the telling.
func (s *state) untoldRetained() string {
	for i := range s.Targets {
		if arn := s.retained(&s.Targets[i]); arn != "" && s.Targets[i].Status.Reason != api.ReasonRetained {
			return arn
		}
	}
	return ""
}

// retained is the certificate that a deleted record leaves in place at the target; empty: there is none, or it is
// another's. Where the target refuses to be seen, it is the one that was there.
func (s *state) retained(t *Target) string {
	if p, at := s.undoTarget(t); s.HasRecord || p != nil || !at.IsZero() {
		return ""
	}
	switch {
	case t.Found == nil && t.Err == nil:
		return ""
	case t.Found == nil && (t.Status.Claimed || t.Status.Imported):
		return t.Status.ARN
	case !s.owns(t), t.Found.Tags[api.TagOwner] == "" && t.Status.TagFailures > 0:
		return "" // it was never tagged as ours, or is not any more
	}
	return t.Found.ARN
}

func (s *state) givingUp() bool {
	since := s.Status.DeletingSince
	return !s.HasRecord && !since.IsZero() && s.Now.Sub(since) >= giveUpAfter
}

// undoTarget is the next step towards a target that is to be let go: a plan, or when to look again, or neither where
// it can be forgotten.
func (s *state) undoTarget(t *Target) (*Plan, time.Time) {
	if s.undoingPauses(t) {
		return nil, t.Status.NextAttemptAt
	}
	if t.Err != nil {
		if api.KindOf(t.Err) == api.Terminal && (s.status.DeletionPolicy != api.Delete || !s.deletionAllowed()) {
			return nil, time.Time{}
		}
		return nil, lookAgainAt(s.Now, later(s.status.DeletingSince, t.Status.DroppedSince))
	}
	if t.Found == nil {
		return nil, s.importMayAppear(t.Status.Key)
	}
	if s.mayDelete(t) {
		if len(t.Found.InUseBy) > 0 {
			return nil, lookSoonAt(s.Now, later(s.status.DeletingSince, t.Status.DroppedSince))
		}
		return &Plan{Action: DeleteCertificate, Reason: api.ReasonDeleting, Target: t.Status.Key, ARN: t.Found.ARN}, time.Time{}
	}
	return nil, time.Time{}
}

// undoingPauses says that what was tried to let the target go failed a moment ago. A pause from before is that of an
// import, which nobody wants any more; settleSeen takes it away.
func (s *state) undoingPauses(t *Target) bool {
	begun := !s.Status.DeletingSince.IsZero() || !t.Status.DroppedSince.IsZero()
	return begun && targetBackoff(&t.Status).Waiting(s.Now)
}

// mayDelete holds the guarantee that nothing foreign is deleted: the policy says so, the certificate carries our owner
// tag, the target's own tag and not the mark of an adoption, which is what an import of ours leaves, and no target of the
// spec needs it. That the status calls it imported is asked besides, never instead.
func (s *state) mayDelete(t *Target) bool {
	tags := t.Found.Tags
	imported := t.Status.Imported || t.Status.ARN == "" // found by its tags alone, after a lost reply
	return s.owns(t) && s.status.DeletionPolicy == api.Delete && s.deletionAllowed() && imported && !t.named() &&
		tags[api.TagOwner] == s.Owner && tags[api.TagTarget] == t.Status.Key && tags[api.TagAdopted] == "" && !s.wantedARN(t.Found.ARN)
}

func (s *state) wantedARN(arn string) bool {
	for i := range s.Targets {
		if arn != "" && s.Targets[i].Wanted && s.Targets[i].arn() == arn {
			return true
		}
	}
	return false
}

// importMayAppear is until when a first import whose reply was lost may still show up; zero: no more.
func (s *state) importMayAppear(key string) time.Time {
	begun, ok := s.iss.Imports[key]
	if !ok {
		return time.Time{}
	}
	if until := begun.Add(s.Config.ImportGrace); s.Now.Before(until) {
		return until
	}
	return time.Time{}
}

// dropTarget lets a target go that left the spec: by the deletion policy, then its tags, then its place in the status.
func dropTarget(s *state) *Plan {
	for i := range s.Targets {
		t := &s.Targets[i]
		if t.Wanted || s.Spec == nil || s.undoingPauses(t) || tagBackoff(&t.Status).Waiting(s.Now) {
			continue
		}
		if since := t.Status.DroppedSince; !since.IsZero() && s.Now.Sub(since) >= giveUpAfter {
			return s.releaseTarget(t, api.ReasonGaveUp)
		}
		p, at := s.undoTarget(t)
		if p == nil && !at.IsZero() {
			continue
		}
		if p == nil {
			p = s.release(t)
		}
		if s.pauses(p.Action, p.thing()) {
			continue
		}
		return p
	}
	return nil
}

// release takes our tags off a certificate that is left in place, so that another record may name it, and then
// forgets the target.
func (s *state) release(t *Target) *Plan {
	if t.Err == nil && s.owns(t) && t.Found.Tags[api.TagOwner] == s.Owner && !s.wantedARN(t.Found.ARN) && t.Status.TagFailures < 3 {
		return &Plan{
			Action: Tag, Reason: api.ReasonTargetDropped, Target: t.Status.Key, ARN: t.Found.ARN,
			Unset: []string{api.TagOwner, api.TagTarget, api.TagAdopted},
		}
	}
	return s.releaseTarget(t, api.ReasonTargetDropped)
}

// releaseTarget forgets the target, and its claim unless another target needs it.
func (s *state) releaseTarget(t *Target, why api.Reason) *Plan {
	return &Plan{Action: ReleaseTarget, Reason: why, Target: t.Status.Key, ARN: t.Status.ARN, KeepClaim: s.wantedARN(t.Status.ARN)}
}
