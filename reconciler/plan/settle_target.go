package plan

import (
	"fmt"
	"slices"

	"certloop/reconciler/api"
)

func settleClaim(d *draft, p Plan, o Outcome) {
	t := d.targetStatus(p.Target)
	if o.Err != nil {
		d.failTarget(t, o.Err, api.ReasonTargetUnknown)
		return
	}
	observed, _ := d.target(p.Target)
	switch {
	case o.Owner != d.Name && observed.named():
		observed.ClaimedBy, observed.ClaimGone = o.Owner, false
		return // the verdict says whose it is
	case o.Owner != d.Name:
		d.failTarget(t, &api.Error{Kind: api.Terminal, Reason: api.ReasonOwnedByAnother, Message: claimedByAnother(p.ARN, o.Owner)}, api.ReasonOwnedByAnother)
		return
	}
	observed.ClaimedBy, observed.ClaimGone = d.Name, false
	t.Claimed, t.ARN = true, p.ARN
	d.clearTarget(t)
	if observed.named() {
		d.record(api.ReasonAdopted, p.ARN)
	}
}

func claimedByAnother(arn, owner string) string {
	return fmt.Sprintf("the claim on %s belongs to %s, but the certificate has the tag of this record: delete the claim item, or the tag %s", arn, owner, api.TagOwner)
}

// CheckClaim returns the error that stops a change of arn where its claim is another record's; empty owner: nobody's.
func CheckClaim(arn, owner, name string) error {
	if owner == "" || owner == name {
		return nil
	}
	return &api.Error{Kind: api.Terminal, Reason: api.ReasonOwnedByAnother, Message: claimedByAnother(arn, owner)}
}

func settleRelease(d *draft, p Plan, o Outcome) {
	if o.Err != nil {
		t := d.targetStatus(p.Target)
		d.failTarget(t, o.Err, api.ReasonTargetUnknown)
		return
	}
	kept := d.next.Targets[:0:0]
	for _, t := range d.next.Targets {
		if t.Key != p.Target {
			kept = append(kept, t)
		}
	}
	d.next.Targets = kept
	d.Targets = withoutTarget(d.Targets, p.Target)
	delete(d.iss.Imports, p.Target)
	d.record(p.Reason, fmt.Sprintf("target %s left the record; %s stays in place", p.Target, orNothing(p.ARN)))
}

func withoutTarget(targets []Target, key string) []Target {
	kept := targets[:0:0]
	for _, t := range targets {
		if t.Stored.Key != key {
			kept = append(kept, t)
		}
	}
	return kept
}

func orNothing(arn string) string {
	if arn == "" {
		return "nothing"
	}
	return arn
}

func settleTag(d *draft, p Plan, o Outcome) {
	t := d.targetStatus(p.Target)
	if o.Err != nil {
		observed, _ := d.target(p.Target)
		takeover := observed != nil && d.lacksOwnerTag(observed)
		why := forTags
		if takeover {
			why = forTakeover
		}
		tagBackoff(t).Fail(d.Now, o.Err, why)
		if t.TagFailures == 1 {
			d.record(api.ReasonTagging, api.MessageOf(o.Err))
		}
		if takeover {
			noteTakeover(t, observed.ACMARN, o.Err)
		}
		return
	}
	tagBackoff(t).Reset()
	switch p.Reason {
	case api.ReasonRetired:
		t.RetiredARN = ""
		d.record(api.ReasonRetired, fmt.Sprintf("%s has another key type and stays in ACM: delete it when nothing uses it", p.ARN))
		return
	case api.ReasonTargetDropped:
		d.applyTags(p)
		return
	}
	d.applyTags(p)
	t.TagKeys = sortedKeys(d.Spec.Tags)
}

// noteTakeover keeps why a certificate that the record names was not taken over: see checkTakeover.
func noteTakeover(t *api.TargetStatus, arn string, err error) {
	t.Reason, t.Message = api.ReasonTakeoverRefused, fmt.Sprintf("acm_arn %s may not be adopted: %s", arn, api.MessageOf(err))
	if isTemporary(err) {
		t.Reason, t.Message = api.ReasonTargetUnknown, fmt.Sprintf("acm_arn %s could not be tagged: %s", arn, api.MessageOf(err))
	}
}

// applyTags carries new tags into what was observed, so that the next decision of the pass sees them.
func (d *draft) applyTags(p Plan) {
	t, _ := d.target(p.Target)
	if t == nil || t.Found == nil || t.Found.ARN != p.ARN {
		return
	}
	found := *t.Found
	found.Tags = map[string]string{}
	for k, v := range t.Found.Tags {
		found.Tags[k] = v
	}
	for k, v := range p.Set {
		found.Tags[k] = v
	}
	for _, k := range p.Unset {
		delete(found.Tags, k)
	}
	t.Found = &found
}

func settleDelete(d *draft, p Plan, o Outcome) {
	if p.Reason == api.ReasonDuplicate {
		settleDuplicate(d, p, o)
		return
	}
	t := d.targetStatus(p.Target)
	t.Claimed = false // the claim goes first
	if o.Err != nil {
		d.failTarget(t, o.Err, api.ReasonDeleting)
		return
	}
	d.clearTarget(t)
	observed, _ := d.target(p.Target)
	observed.Found = nil
	t.ARN, t.Imported, t.Serial = "", false, ""
	d.record(api.ReasonDeleted, p.ARN)
	if !d.HasRecord {
		d.notify(api.NoticeDeleted, api.ReasonDeleted, "the record is deleted; its certificate "+p.ARN+" was deleted from ACM")
	}
}

// failTarget counts an error against one target; the others go on.
func (d *draft) failTarget(t *api.TargetStatus, err error, reason api.Reason) {
	if api.KindOf(err) == api.Conflict {
		return
	}
	targetBackoff(t).Fail(d.Now, err, forTarget)
	t.Reason, t.Message = api.ReasonOf(err, reason), api.MessageOf(err)
	d.next.LastAttemptAt = d.Now
	d.next.LastReason, d.next.LastError = t.Reason, t.Message
	if t.Failures == 1 {
		d.record(t.Reason, t.Message)
	}
	if !isTemporary(err) || t.Failures >= reportAfterErrors {
		d.report(t.Reason, t.Key, t.Message, t.NextAttemptAt)
	}
}

func (d *draft) clearTarget(t *api.TargetStatus) {
	targetBackoff(t).Reset()
	t.FailedSerial, t.Reason, t.Message = "", "", ""
}

// settleDuplicate leaves the target as it is. A deletion that failed is tried again at its pace, on another look.
func settleDuplicate(d *draft, p Plan, o Outcome) {
	if o.Err != nil {
		return
	}
	observed, _ := d.target(p.Target)
	observed.Duplicates = slices.DeleteFunc(slices.Clone(observed.Duplicates), func(d api.Installed) bool { return d.ARN == p.ARN })
	d.record(api.ReasonDuplicate, p.ARN+" was a second certificate of the target and was deleted")
}
