package plan

import (
	"fmt"
	"slices"
	"time"

	"certloop/reconciler/api"
)

// observeProvenance notes who issued the certificate in place. A serial that is not ours has no known account: it
// passes until its renewal, and the CA is not asked about it.
func (s *state) observeProvenance(primary *api.Installed) {
	switch {
	case primary.FingerprintSHA256 == s.status.FingerprintSHA256:
	case s.isHeld(primary):
		s.status.Account, s.status.Directory, s.status.Profile = s.iss.Account, s.iss.Directory, s.iss.Profile
		s.status.ARI = nil
		if s.iss.CertID != "" {
			s.status.ARI = &api.ARIStatus{CertID: s.iss.CertID, EarlyWindow: s.iss.EarlyWindow}
		}
	default:
		s.status.Account, s.status.Directory, s.status.Profile, s.status.ARI = "", "", "", nil
	}
	s.status.Serial, s.status.FingerprintSHA256 = primary.Serial, primary.FingerprintSHA256
}

// observeCertificate carries the facts of the certificate in place into the status.
func (s *state) observeCertificate() {
	p := s.primary
	if p == nil {
		return
	}
	s.status.Domains, s.status.Issuer = p.Domains, p.Issuer
	s.status.KeyType, s.status.NotBefore, s.status.NotAfter = p.KeyType, p.NotBefore.UTC(), p.NotAfter.UTC()
	s.status.RenewAt, s.status.RenewalSource = s.renewAt.UTC(), s.source
}

// settleSeen carries what was observed of the targets into the status, in the order of the spec.
func (s *state) settleSeen() {
	switch {
	case s.HasRecord:
		s.status.DeletingSince = time.Time{}
	case s.HasStatus && s.status.DeletingSince.IsZero():
		s.status.DeletingSince = s.Now
		for i := range s.status.Targets {
			s.clearTarget(&s.status.Targets[i])
		}
	}
	seen := make([]api.TargetStatus, 0, len(s.Targets))
	for i := range s.Targets {
		if !s.neverUsed(&s.Targets[i]) {
			seen = append(seen, s.seeTarget(&s.Targets[i], s.checks[i]))
		}
	}
	s.status.Targets, s.status.ACMARN = seen, ""
	if len(seen) > 0 {
		s.status.ACMARN = seen[0].ARN
	}
	s.forgetImports()
	s.seeGivingUp()
}

// neverUsed reports whether nothing was ever done at the target, and no policy lets the record look at it. It is not put on
// record: the clean-up after the record would look through its role.
func (s *state) neverUsed(t *Target) bool {
	return t.Wanted && t.Status.ARN == "" && s.iss.Imports[t.Status.Key].IsZero() && api.ReasonOf(t.Err, "") == api.ReasonPolicyDenied
}

func (s *state) seeTarget(t *Target, v verdict) api.TargetStatus {
	ts := api.TargetStatus{Key: t.Status.Key, Location: t.Location}
	if old := s.targetStatus(t.Status.Key); old != nil {
		ts = *old
	}
	if !s.denied() {
		ts.Location = t.Location // else that which was allowed is kept: the clean-up looks there
	}
	if f := t.Found; f != nil && (t.named() || s.owns(t)) {
		ts.Claimed = ts.Claimed && ts.ARN == f.ARN
		ts.ARN, ts.Serial, ts.NotAfter, ts.ImportedAt = f.ARN, f.Serial, f.NotAfter.UTC(), f.ImportedAt.UTC()
		ts.Imported = ts.Imported || (!t.named() && f.Tags[api.TagOwner] == s.Owner && f.Tags[api.TagAdopted] == "")
	}
	s.seeDuplicates(t)
	s.seeInUse(t, &ts)
	s.seeRetained(t, &ts)
	if s.Spec == nil {
		return ts
	}
	before := ts.DroppedSince
	ts.DroppedSince = s.droppedSince(t, before)
	if !t.Wanted {
		if before.IsZero() {
			s.clearTarget(&ts)
		}
		return ts
	}
	ts.State, ts.BlockedBy = v.state, ""
	if v.reason == api.ReasonOwnedByAnother {
		ts.BlockedBy = s.keptBy(t)
	}
	if ts.Failures == 0 || ts.Reason == api.ReasonRetained || ts.Reason == api.ReasonInUse {
		ts.Reason, ts.Message = v.reason, v.message
	}
	s.seeTags(t, &ts)
	return ts
}

// seeInUse tells people, once, that a certificate is to be deleted and cannot be: only they can take it out of use.
func (s *state) seeInUse(t *Target, ts *api.TargetStatus) {
	letGo := !s.HasRecord || (s.Spec != nil && !t.Wanted)
	if !letGo || t.Found == nil || len(t.Found.InUseBy) == 0 || !s.mayDelete(t) {
		return
	}
	message := fmt.Sprintf("%s is to be deleted and still used by %s: take it out of use there", t.Found.ARN, someNames(t.Found.InUseBy))
	if ts.Reason != api.ReasonInUse {
		s.record(api.ReasonInUse, message)
		s.notify(api.NoticeFailed, api.ReasonInUse, message)
	}
	ts.Reason, ts.Message = api.ReasonInUse, message
}

// seeRetained tells people, once, that the certificate of a deleted record stays: from now on nobody renews it.
func (s *state) seeRetained(t *Target, ts *api.TargetStatus) {
	arn := s.retained(t)
	if arn == "" || ts.Reason == api.ReasonRetained {
		return
	}
	ts.Reason, ts.Message = api.ReasonRetained, fmt.Sprintf("the record is gone; %s is left in place and not renewed any more", arn)
	s.record(ts.Reason, ts.Message)
	s.notify(api.NoticeRetained, ts.Reason, ts.Message)
}

// seeGivingUp tells people, once, a day before cleaning up after a deleted record is given up.
func (s *state) seeGivingUp() {
	since := s.status.DeletingSince
	told := slices.ContainsFunc(s.status.History, func(h api.HistoryEntry) bool { return h.Reason == api.ReasonGaveUp })
	if told || since.IsZero() || s.Now.Sub(since) < giveUpAfter-day {
		return
	}
	message := "cleaning up after the record has failed for six days and is given up after seven"
	for i := range s.status.Targets {
		if t := &s.status.Targets[i]; t.ARN != "" {
			message += fmt.Sprintf("; %s stays in place", t.ARN)
		}
	}
	if s.status.LastError != "" {
		message += ": " + s.status.LastError
	}
	s.record(api.ReasonGaveUp, message)
	s.notify(api.NoticeFailed, api.ReasonGaveUp, message)
}

// seeTags notes that the tags are in line, however they came to be: a reply may have been lost.
func (s *state) seeTags(t *Target, ts *api.TargetStatus) {
	if t.Superseded != "" {
		ts.RetiredARN = t.Superseded
	}
	s.seePredecessor(t, ts)
	if t.Found == nil || !s.owns(t) || ts.RetiredARN != "" {
		return
	}
	if set, unset := s.tagChanges(t); len(set) == 0 && len(unset) == 0 {
		tagBackoff(ts).Reset()
		ts.TagKeys = sortedKeys(s.Spec.Tags)
	}
}

// seeDuplicates names a second certificate of the target that is in use, once.
func (s *state) seeDuplicates(t *Target) {
	for _, d := range t.Duplicates {
		if !t.Wanted || !s.isDuplicate(t, d) || len(d.InUseBy) == 0 {
			continue
		}
		message := fmt.Sprintf("%s is a second certificate of target %s, is not renewed, and is used by %s", d.ARN, t.Status.Key, someNames(d.InUseBy))
		if !slices.ContainsFunc(s.status.History, func(h api.HistoryEntry) bool { return h.Message == api.Message(message) }) {
			s.record(api.ReasonDuplicate, message)
		}
	}
}

// seePredecessor forgets a retired ARN at which nothing of ours is: it is gone, or was never this target's.
func (s *state) seePredecessor(t *Target, ts *api.TargetStatus) {
	if ts.RetiredARN == "" || ts.RetiredARN != t.PredecessorARN || t.PredecessorErr != nil || s.ownsPredecessor(t) {
		return
	}
	if t.Predecessor != nil {
		s.record(api.ReasonOwnershipUnproven, ts.RetiredARN+" is not marked as retired: neither tag nor claim proves that it was this target's")
	}
	ts.RetiredARN = ""
}

func (s *state) droppedSince(t *Target, since time.Time) time.Time {
	switch {
	case t.Wanted:
		return time.Time{}
	case since.IsZero():
		return s.Now
	}
	return since
}

// forgetImports drops the marks of imports that the search by tag has caught up with. Until then a mark stays, even
// where the ARN is known: should the status be lost meanwhile, nothing else would say that there is a certificate.
func (s *state) forgetImports() {
	for i := range s.Targets {
		t := &s.Targets[i]
		key := t.Status.Key
		if begun, ok := s.iss.Imports[key]; ok && t.Err == nil {
			caughtUp := t.Found != nil && t.Listed && (!s.held() || s.isHeld(t.Found) || t.Found.Tags[api.TagPlaceholder] != "")
			late := !s.held() && !s.Now.Before(begun.Add(s.Config.ImportGrace))
			if caughtUp || late {
				delete(s.iss.Imports, key)
			}
		}
	}
	if len(s.iss.Imports) == 0 {
		s.iss.Imports = nil
	}
}
