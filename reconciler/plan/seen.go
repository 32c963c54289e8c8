package plan

import (
	"fmt"
	"slices"
	"time"

	"certloop/reconciler/api"
)

// observeProvenance notes who issued the certificate in place. A serial that is not ours has no known account: it
// passes until its renewal, and the CA is not asked about it.
func observeProvenance(d *draft) {
	primary := d.primary
	switch {
	case primary == nil:
		return
	case primary.FingerprintSHA256 == d.next.FingerprintSHA256:
	case d.isHeldCertificate(primary):
		d.next.Account, d.next.Directory, d.next.Profile = d.iss.Account, d.iss.Directory, d.iss.Profile
		d.next.ARI = nil
		if d.iss.CertID != "" {
			d.next.ARI = &api.ARIStatus{CertID: d.iss.CertID, EarlyWindow: d.iss.EarlyWindow}
		}
	default:
		d.next.Account, d.next.Directory, d.next.Profile, d.next.ARI = "", "", "", nil
	}
	d.next.Serial, d.next.FingerprintSHA256 = primary.Serial, primary.FingerprintSHA256
}

// observeCertificate carries the facts of the certificate in place into the status.
func observeCertificate(d *draft) {
	p := d.primary
	if p == nil {
		return
	}
	d.next.Domains, d.next.Issuer = p.Domains, p.Issuer
	d.next.KeyType, d.next.NotBefore, d.next.NotAfter = p.KeyType, p.NotBefore.UTC(), p.NotAfter.UTC()
	d.next.RenewAt, d.next.RenewalSource = d.renewAt.UTC(), d.source
}

// noteTargets carries what was observed of the targets into the status, in the order of the spec.
func noteTargets(d *draft) {
	switch {
	case d.HasRecord:
		d.next.DeletingSince = time.Time{}
	case d.HasStatus && d.next.DeletingSince.IsZero():
		d.next.DeletingSince = d.Now
		for i := range d.next.Targets {
			d.clearTarget(&d.next.Targets[i])
		}
	}
	seen := make([]api.TargetStatus, 0, len(d.Targets))
	for i := range d.Targets {
		if !isUnused(&d.facts, &d.Targets[i]) {
			seen = append(seen, noteTarget(d, &d.Targets[i], d.verdicts[i]))
		}
	}
	d.next.Targets, d.next.ACMARN = seen, ""
	if len(seen) > 0 {
		d.next.ACMARN = seen[0].ARN
	}
	forgetImports(d)
	noteGivingUp(d)
}

// isUnused reports whether nothing was ever done at the target, and no policy lets the record read it. It is not put on
// record: the clean-up after the record would look through its role.
func isUnused(f *facts, t *Target) bool {
	return t.Wanted && f.entry(t).ARN == "" && f.iss.Imports[t.Stored.Key].IsZero() && api.ReasonOf(t.Err, "") == api.ReasonPolicyDenied
}

func noteTarget(d *draft, t *Target, v verdict) api.TargetStatus {
	ts := api.TargetStatus{Key: t.Stored.Key, Location: t.Location}
	if old := d.targetStatus(t.Stored.Key); old != nil {
		ts = *old
	}
	if !d.denied() {
		ts.Location = t.Location // else that which was allowed is kept: the clean-up looks there
	}
	if found := t.Found; found != nil && (t.named() || d.owns(t)) {
		ts.Claimed = ts.Claimed && ts.ARN == found.ARN
		ts.ARN, ts.Serial, ts.FingerprintSHA256 = found.ARN, found.Serial, found.FingerprintSHA256
		ts.NotAfter, ts.ImportedAt = found.NotAfter.UTC(), found.ImportedAt.UTC()
		ts.Imported = ts.Imported || (!t.named() && found.Tags[api.TagOwner] == d.Owner && found.Tags[api.TagAdopted] == "")
	}
	noteDuplicates(d, t)
	noteInUse(d, t, &ts)
	noteRetained(d, t, &ts)
	if d.Spec == nil {
		return ts
	}
	before := ts.DroppedSince
	ts.DroppedSince = droppedSince(&d.facts, t, before)
	if !t.Wanted {
		if before.IsZero() {
			d.clearTarget(&ts)
		}
		return ts
	}
	ts.State, ts.BlockedBy = v.state, ""
	if v.reason == api.ReasonOwnedByAnother {
		ts.BlockedBy = otherOwner(&d.facts, t)
	}
	if ts.Failures == 0 || ts.Reason == api.ReasonRetained || ts.Reason == api.ReasonInUse {
		ts.Reason, ts.Message = v.reason, v.message
	}
	noteTags(d, t, &ts)
	return ts
}

// noteInUse sends one notice that a certificate is to be deleted and is in use: only an operator can end that use.
func noteInUse(d *draft, t *Target, ts *api.TargetStatus) {
	letGo := !d.HasRecord || (d.Spec != nil && !t.Wanted)
	if !letGo || t.Found == nil || len(t.Found.InUseBy) == 0 || !d.mayDelete(t) {
		return
	}
	message := fmt.Sprintf("%s is to be deleted, but %s use it: remove it there", t.Found.ARN, shortNames(t.Found.InUseBy))
	if ts.Reason != api.ReasonInUse {
		d.record(api.ReasonInUse, message)
		d.notify(api.NoticeFailed, api.ReasonInUse, message)
	}
	ts.Reason, ts.Message = api.ReasonInUse, message
}

// noteRetained sends one notice that the certificate of a deleted record stays: from now on nobody renews it.
func noteRetained(d *draft, t *Target, ts *api.TargetStatus) {
	arn := d.retained(t)
	if arn == "" || ts.Reason == api.ReasonRetained {
		return
	}
	ts.Reason, ts.Message = api.ReasonRetained, fmt.Sprintf("the record is deleted; %s stays in ACM and is not renewed", arn)
	d.record(ts.Reason, ts.Message)
	d.notify(api.NoticeRetained, ts.Reason, ts.Message)
}

// noteGivingUp notifies operators, once, a day before cleaning up after a deleted record is given up.
func noteGivingUp(d *draft) {
	since := d.next.DeletingSince
	noted := slices.ContainsFunc(d.next.History, func(h api.HistoryEntry) bool { return h.Reason == api.ReasonGaveUp })
	if noted || since.IsZero() || d.Now.Sub(since) < giveUpAfter-day {
		return
	}
	message := "the clean-up after the record has failed for six days and ends after seven"
	for i := range d.next.Targets {
		if t := &d.next.Targets[i]; t.ARN != "" {
			message += fmt.Sprintf("; %s stays in place", t.ARN)
		}
	}
	if d.next.LastError != "" {
		message += ": " + d.next.LastError
	}
	d.record(api.ReasonGaveUp, message)
	d.notify(api.NoticeFailed, api.ReasonGaveUp, message)
}

// noteTags notes that the tags are in line, however they came to be: a reply may have been lost.
func noteTags(d *draft, t *Target, ts *api.TargetStatus) {
	if t.Superseded != "" {
		ts.RetiredARN = t.Superseded
	}
	notePredecessor(d, t, ts)
	if t.Found == nil || !d.owns(t) || ts.RetiredARN != "" {
		return
	}
	if set, unset := tagChanges(&d.facts, t); len(set) == 0 && len(unset) == 0 {
		tagBackoff(ts).Reset()
		ts.TagKeys = sortedKeys(d.Spec.Tags)
	}
}

// noteDuplicates names a second certificate of the target that is in use, once.
func noteDuplicates(d *draft, t *Target) {
	for _, second := range t.Duplicates {
		if !t.Wanted || !isDuplicate(&d.facts, t, second) || len(second.InUseBy) == 0 {
			continue
		}
		message := fmt.Sprintf("%s is a second certificate of target %s, is not renewed, and is used by %s", second.ARN, t.Stored.Key, shortNames(second.InUseBy))
		if !slices.ContainsFunc(d.next.History, func(h api.HistoryEntry) bool { return h.Message == api.Message(message) }) {
			d.record(api.ReasonDuplicate, message)
		}
	}
}

// notePredecessor forgets a retired ARN at which nothing of ours is: it was deleted, or was never this target's.
func notePredecessor(d *draft, t *Target, ts *api.TargetStatus) {
	if ts.RetiredARN == "" || ts.RetiredARN != t.PredecessorARN || t.PredecessorErr != nil || ownsPredecessor(&d.facts, t) {
		return
	}
	if t.Predecessor != nil {
		d.record(api.ReasonOwnershipUnproven, ts.RetiredARN+" is not tagged as retired: neither tag nor claim proves that it belonged to this target")
	}
	ts.RetiredARN = ""
}

func droppedSince(f *facts, t *Target, since time.Time) time.Time {
	switch {
	case t.Wanted:
		return time.Time{}
	case since.IsZero():
		return f.Now
	}
	return since
}
