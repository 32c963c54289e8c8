package plan

import (
	"fmt"
	"time"

	"certloop/reconciler/api"
)

// Settle is what is on record after p was tried and o came of it. in is the world as it was decided upon, with the
// status and issuance that Intend put on record.
func Settle(in Input, p Plan, o Outcome) Settled {
	s := newState(in)
	s.status.ClaimID, s.status.LeaseUntil = "", time.Time{}
	if p.Action == Forget && o.Err == nil {
		return Settled{Status: s.status, Forget: true, Claims: s.claims()}
	}
	settle, known := settlers[p.Action]
	if !known {
		panic(fmt.Sprintf("plan: no settler for %q", p.Action))
	}
	settle(s, p, o)
	s.refresh()
	s.settleSeen()
	s.settleConditions(p)
	at := s.lookAgain(p)
	s.setDue(at)
	out := s.settled()
	out.At = at
	return out
}

// refresh judges again what the settled step changed.
func (s *state) refresh() {
	for i := range s.Targets {
		if ts := s.targetStatus(s.Targets[i].Status.Key); ts != nil {
			s.Targets[i].Status = *ts
		}
	}
	s.judge()
	s.observeCertificate()
	s.baseline()
}

// lookAgain is when the next pass has something to do: at once after an effect.
func (s *state) lookAgain(p Plan) time.Time {
	if p.Action != Wait {
		return s.Now
	}
	if p.Failure != nil {
		if at := s.blockedUntil(); !at.IsZero() {
			return at
		}
	}
	return p.At
}

// settlers say, for each action, what its outcome changes.
var settlers = map[Action]func(*state, Plan, Outcome){
	Wait:              settleWait,
	Forget:            settleWait,
	ClaimARN:          settleClaim,
	ReleaseTarget:     settleRelease,
	Tag:               settleTag,
	DeleteCertificate: settleDelete,
	Import:            settleImport,
	ImportPlaceholder: settleImport,
	DropIssuance:      settleDrop,
	CleanDNS:          settleCleanDNS,
	MakeKey:           settleMakeKey,
	NewOrder:          settleNewOrder,
	Publish:           settlePublish,
	Accept:            settleAccept,
	Finalize:          settleFinalize,
	Download:          settleDownload,
	Notify:            settleNotify,
}

func settleWait(s *state, p Plan, o Outcome) {
	if p.Failure != nil {
		s.fail(p.Failure, p.Reason)
	}
	if p.Reason == api.ReasonNotNeeded && s.status.LastError != "" {
		s.clearFailures()
	}
}

func settleClaim(s *state, p Plan, o Outcome) {
	t := s.targetStatus(p.Target)
	if o.Err != nil {
		s.failTarget(t, o.Err, api.ReasonTargetUnknown)
		return
	}
	if o.Owner != s.Name {
		t.Reason, t.Message, t.BlockedBy = api.ReasonOwnedByAnother, ownedBy(p.ARN, o.Owner), o.Owner
		t.NextAttemptAt = s.Now.Add(time.Hour)
		return
	}
	t.Claimed, t.ARN = true, p.ARN
	s.clearTarget(t)
	s.record(api.ReasonAdopted, p.ARN)
}

func settleRelease(s *state, p Plan, o Outcome) {
	if o.Err != nil {
		s.failTarget(s.targetStatus(p.Target), o.Err, api.ReasonTargetUnknown)
		return
	}
	kept := s.status.Targets[:0:0]
	for _, t := range s.status.Targets {
		if t.Key != p.Target {
			kept = append(kept, t)
		}
	}
	s.status.Targets = kept
	s.Targets = withoutTarget(s.Targets, p.Target)
	delete(s.iss.Imports, p.Target)
	s.record(p.Reason, fmt.Sprintf("target %s left the record; %s is left in place", p.Target, orNothing(p.ARN)))
}

func withoutTarget(targets []Target, key string) []Target {
	kept := targets[:0:0]
	for _, t := range targets {
		if t.Status.Key != key {
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

func settleTag(s *state, p Plan, o Outcome) {
	t := s.targetStatus(p.Target)
	if o.Err != nil && api.KindOf(o.Err) != api.NotFound {
		t.TagFailures++
		t.TagNext = s.Now.Add(max(step(t.TagFailures), api.RetryAfterOf(o.Err)))
		s.record(api.ReasonTagging, api.MessageOf(o.Err))
		return
	}
	t.TagFailures, t.TagNext = 0, time.Time{}
	switch p.Reason {
	case api.ReasonRetired:
		t.RetiredARN = ""
		s.record(api.ReasonRetired, fmt.Sprintf("%s has another key type and is left behind; delete it once nothing uses it", p.ARN))
		return
	case api.ReasonTargetDropped:
		s.applyTags(p)
		return
	}
	s.applyTags(p)
	t.TagKeys = sortedKeys(s.Spec.Tags)
}

// applyTags carries new tags into what was observed, so that the next decision of the pass sees them.
func (s *state) applyTags(p Plan) {
	t, _ := s.target(p.Target)
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

func settleDelete(s *state, p Plan, o Outcome) {
	t := s.targetStatus(p.Target)
	if o.Err != nil && api.KindOf(o.Err) != api.NotFound {
		s.failTarget(t, o.Err, api.ReasonDeleting)
		return
	}
	s.clearTarget(t)
	observed, _ := s.target(p.Target)
	observed.Found = nil
	t.ARN, t.Imported, t.Serial = "", false, ""
	s.record(api.ReasonDeleted, p.ARN)
	if !s.HasRecord {
		s.notify(api.NoticeDeleted, api.ReasonDeleted, "the record is gone; its certificate was deleted from ACM")
	}
}

func settleImport(s *state, p Plan, o Outcome) {
	t := s.targetStatus(p.Target)
	if o.Err != nil {
		if k := api.KindOf(o.Err); o.NotTried || (k != api.Transient && k != api.Bug) {
			delete(s.iss.Imports, p.Target) // it was not tried, or refused: nothing will show up
		}
		if p.Action == Import && keyLost(o.Err) {
			s.fail(o.Err, api.ReasonKeyLost)
			s.dropIssuance() // without its key no target can ever take the chain
			return
		}
		if t.FailedSerial != s.iss.Serial {
			s.clearTarget(t)
		}
		s.failTarget(t, o.Err, api.ReasonImportFailed)
		t.FailedSerial = s.iss.Serial
		return
	}
	if p.ARN == "" {
		observed, _ := s.target(p.Target)
		if observed.Found != nil && observed.Found.ARN != o.ARN {
			t.RetiredARN = observed.Found.ARN
		}
		t.Imported, t.TagKeys = true, sortedKeys(s.Spec.Tags)
	}
	t.ARN = o.ARN
	s.clearTarget(t)
	if p.Action == ImportPlaceholder {
		s.record(api.ReasonPlaceholder, fmt.Sprintf("placeholder in %s", o.ARN))
		return
	}
	t.Serial, t.NotAfter, t.ImportedAt = s.iss.Serial, s.iss.NotAfter, s.Now
	s.iss.Installed = true
	s.record(api.ReasonImported, fmt.Sprintf("serial %s into %s", s.iss.Serial, o.ARN))
	s.install(p, o.ARN)
}

// install carries a successful import into what was observed, so that conditions speak of the world as it is now.
func (s *state) install(p Plan, arn string) {
	t, _ := s.target(p.Target)
	now := api.Installed{ARN: arn, Type: "IMPORTED", Leaf: s.heldLeaf(), ImportedAt: s.Now, Tags: p.Set}
	if p.ARN != "" && t.Found != nil {
		now.Tags, now.InUseBy = t.Found.Tags, t.Found.InUseBy
	}
	t.Found = &now
}

// failTarget counts an error against one target; the others go on.
func (s *state) failTarget(t *api.TargetStatus, err error, reason api.Reason) {
	if api.KindOf(err) == api.Conflict {
		return
	}
	t.Failures++
	wait := step(t.Failures)
	if k := api.KindOf(err); k == api.Transient || k == api.Throttled {
		wait = transientWait(t.Failures)
	}
	t.NextAttemptAt = s.Now.Add(max(wait, api.RetryAfterOf(err)))
	t.Reason, t.Message = api.ReasonOf(err, reason), api.MessageOf(err)
	s.status.LastAttemptAt = s.Now
	s.status.LastReason, s.status.LastError = t.Reason, t.Message
	k := api.KindOf(err)
	passing := k == api.Transient || k == api.Throttled
	if t.Failures == 1 {
		s.record(t.Reason, t.Message)
	}
	if (t.Failures == 1 && !passing) || (t.Failures == tellAfter && passing) {
		s.notify(api.NoticeFailed, t.Reason, t.Message)
	}
}

func (s *state) clearTarget(t *api.TargetStatus) {
	t.Failures, t.NextAttemptAt, t.FailedSerial, t.Reason, t.Message = 0, time.Time{}, "", "", ""
}

func (s *state) claims() []string {
	var arns []string
	for _, t := range s.status.Targets {
		if t.Claimed {
			arns = append(arns, t.ARN)
		}
	}
	return arns
}
