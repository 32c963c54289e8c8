package plan

import (
	"time"

	"certloop/reconciler/api"
)

// giveUpAfter bounds how long cleaning up after a deleted record, or a dropped target, is tried.
const giveUpAfter = 7 * day

// cleanUpDeleted takes one step after another until nothing of a deleted record is left: DNS, then each target by
// the saved policy, then its place in a Policy, then status and claims.
func cleanUpDeleted(d *decision) *Plan {
	if d.HasRecord {
		return nil
	}
	if givingUp(d.facts) {
		return &Plan{Action: Forget, Reason: api.ReasonGaveUp, Message: "the clean-up failed for seven days"}
	}
	if p := d.removeValues(); p != nil {
		return p
	}
	var next time.Time
	for i := range d.Targets {
		p, at := d.releaseStep(&d.Targets[i])
		if p != nil && !d.pauses(p.Action, p.thing()) {
			return p
		}
		if p != nil {
			at = d.pace(p.Action, p.thing())
		}
		next = earliest(next, at)
	}
	if at := cleanupWaits(d.facts); !at.IsZero() {
		next = earliest(next, at)
	}
	if !next.IsZero() {
		return wait(next, api.ReasonDeleting, d.next.LastError)
	}
	if arn := unreportedRetained(d.facts); arn != "" {
		return wait(d.Now.Add(time.Second), api.ReasonRetained, arn+" stays in place")
	}
	if leavesPolicy(d.facts) {
		return dismiss(d.facts)
	}
	return &Plan{Action: Forget, Reason: api.ReasonDeleting}
}

// unreportedRetained is a certificate that is left in place and that was not reported; empty: there is none. What
// forgets the record takes its outbox along, so that has to wait for the telling.
func unreportedRetained(f *facts) string {
	for i := range f.Targets {
		if arn := f.retained(&f.Targets[i]); arn != "" && f.entry(&f.Targets[i]).Reason != api.ReasonRetained {
			return arn
		}
	}
	return ""
}

// retained returns the certificate that a deleted record leaves in place at the target; empty: there is none, or it is
// another's. Where the target refuses to be seen, it is the one that was there.
func (f *facts) retained(t *Target) string {
	if p, at := f.releaseStep(t); f.HasRecord || p != nil || !at.IsZero() {
		return ""
	}
	switch {
	case t.Found == nil && t.Err == nil:
		return ""
	case t.Found == nil && (f.entry(t).Claimed || f.entry(t).Imported):
		return f.entry(t).ARN
	case !f.owns(t), t.Found.Tags[api.TagOwner] == "" && f.entry(t).TagFailures > 0:
		return "" // it was never tagged as ours, or is not any more
	}
	return t.Found.ARN
}

func givingUp(f *facts) bool {
	since := f.Stored.DeletingSince
	return !f.HasRecord && !since.IsZero() && f.Now.Sub(since) >= giveUpAfter
}

// releaseStep returns the next step towards a target that is to be let go: a plan, or when to look again, or neither where
// it can be forgotten.
func (f *facts) releaseStep(t *Target) (*Plan, time.Time) {
	if releasePauses(f, t) {
		return nil, f.entry(t).NextAttemptAt
	}
	if t.Err != nil {
		if api.KindOf(t.Err) == api.Terminal && (f.next.DeletionPolicy != api.Delete || !f.deletionAllowed()) {
			return nil, time.Time{}
		}
		return nil, recheckAt(f.Now, later(f.next.DeletingSince, f.entry(t).DroppedSince))
	}
	if t.Found == nil {
		return nil, f.importMayAppear(t.Stored.Key)
	}
	if f.mayDelete(t) {
		if len(t.Found.InUseBy) > 0 {
			return nil, recheckSoonAt(f.Now, later(f.next.DeletingSince, f.entry(t).DroppedSince))
		}
		return &Plan{Action: DeleteCertificate, Reason: api.ReasonDeleting, Target: t.Stored.Key, ARN: t.Found.ARN}, time.Time{}
	}
	return nil, time.Time{}
}

// releasePauses reports whether what was tried to let the target go failed a moment ago. A pause from before is that of an
// import, which nobody wants any more; noteTargets takes it away.
func releasePauses(f *facts, t *Target) bool {
	begun := !f.Stored.DeletingSince.IsZero() || !f.entry(t).DroppedSince.IsZero()
	return begun && targetBackoff(f.entry(t)).Waiting(f.Now)
}

// mayDelete holds the guarantee that nothing unmanaged is deleted: the policy says so, the certificate carries our owner
// tag, the target's own tag and not the mark of an adoption, which is what an import of ours leaves, and no target of the
// spec needs it. That the status calls it imported is asked besides, never instead.
func (f *facts) mayDelete(t *Target) bool {
	tags := t.Found.Tags
	imported := f.entry(t).Imported || f.entry(t).ARN == "" // found by its tags alone, after a lost reply
	return f.owns(t) && f.next.DeletionPolicy == api.Delete && f.deletionAllowed() && imported && !t.named() &&
		tags[api.TagOwner] == f.Owner && tags[api.TagTarget] == t.Stored.Key && tags[api.TagAdopted] == "" && !f.wantedARN(t.Found.ARN)
}

func (f *facts) wantedARN(arn string) bool {
	for i := range f.Targets {
		if arn != "" && f.Targets[i].Wanted && arnOf(f, &f.Targets[i]) == arn {
			return true
		}
	}
	return false
}

// dropTarget lets a target go that left the spec: by the deletion policy, then its tags, then its place in the status.
func dropTarget(d *decision) *Plan {
	for i := range d.Targets {
		t := &d.Targets[i]
		if t.Wanted || d.Spec == nil || releasePauses(d.facts, t) || tagBackoff(d.entry(t)).Waiting(d.Now) {
			continue
		}
		if since := d.entry(t).DroppedSince; !since.IsZero() && d.Now.Sub(since) >= giveUpAfter {
			return releaseTarget(d.facts, t, api.ReasonGaveUp)
		}
		p, at := d.releaseStep(t)
		if p == nil && !at.IsZero() {
			continue
		}
		if p == nil {
			p = release(d.facts, t)
		}
		if d.pauses(p.Action, p.thing()) {
			continue
		}
		return p
	}
	return nil
}

// release takes our tags off a certificate that is left in place, so that another record may name it, and then
// forgets the target.
func release(f *facts, t *Target) *Plan {
	if t.Err == nil && f.owns(t) && t.Found.Tags[api.TagOwner] == f.Owner && !f.wantedARN(t.Found.ARN) && f.entry(t).TagFailures < 3 {
		return &Plan{
			Action: Tag, Reason: api.ReasonTargetDropped, Target: t.Stored.Key, ARN: t.Found.ARN,
			Unset: []string{api.TagOwner, api.TagTarget, api.TagAdopted},
		}
	}
	return releaseTarget(f, t, api.ReasonTargetDropped)
}

// releaseTarget forgets the target, and its claim unless another target needs it.
func releaseTarget(f *facts, t *Target, why api.Reason) *Plan {
	return &Plan{Action: ReleaseTarget, Reason: why, Target: t.Stored.Key, ARN: f.entry(t).ARN, KeepClaim: f.wantedARN(f.entry(t).ARN)}
}
