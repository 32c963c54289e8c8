package plan

import (
	"time"

	"certloop/reconciler/api"
)

// AccountOutcome is what came of an effect.
type AccountOutcome struct {
	Err error
	URI string
	// DeliveredTo are the channels that took the notice of Notify, with or without Err.
	DeliveredTo []string
}

// IntendAccount returns what must be on record before the effect of p is tried. A registration forgets that the CA was
// asked: whoever comes after a crash asks again, and a single-use EAB credential is not presented twice.
// The lease counts from at, the time of the claim.
func IntendAccount(in AccountInput, p Plan, at time.Time) api.AccountStatus {
	s := newAccountState(in)
	s.next.LeaseUntil = at.Add(s.Config.Lease)
	s.setDue(s.next.LeaseUntil)
	s.next.Attempts = withAttempt(s.next.Attempts, attemptKey(p.Action, ""), s.Now, s.Config)
	if p.Action == Register {
		s.next.AccountNotFound = false
	}
	s.next.Bound()
	return s.next
}

// AbandonAccount returns what is on record where the effect was not begun after all, because too little was left of its lease.
func AbandonAccount(in AccountInput) api.AccountStatus {
	s := newAccountState(in)
	s.next.ClaimID, s.next.LeaseUntil = "", time.Time{}
	s.setDue(s.Now)
	return s.next
}

// SettleAccount returns what is on record after p was tried, and when to look again.
func SettleAccount(in AccountInput, p Plan, o AccountOutcome) (api.AccountStatus, time.Time) {
	s := newAccountState(in)
	s.next.ClaimID, s.next.LeaseUntil = "", time.Time{}
	was := in.Stored.IsReady()
	at := p.At
	if p.Action != Wait {
		at = s.Now
	}
	switch {
	case p.Action == Notify:
		s.settleNotify(o)
	case p.Action == Lookup && api.KindOf(o.Err) == api.NotFound:
		s.next.AccountNotFound = true
	case o.Err != nil:
		at = s.fail(p, o.Err)
	default:
		s.succeed(p, o)
	}
	if s.HasRecord && p.Action != Notify {
		s.settleConditions(p, refusal(o.Err))
		s.next.WakePending = s.next.WakePending || (!was && s.next.IsReady())
		s.settleNextAttempt(p)
		s.settleReports(p, refusal(o.Err))
	}
	if s.next.WakePending && p.Action == Wait && p.Reason == api.ReasonRegistered && p.At.IsZero() {
		at = s.Now // nothing else is to be done: its certificates are next
	}
	if p.Action == Wait && len(s.next.Outbox) > len(in.Stored.Outbox) && !s.outboxPauses() {
		at = s.Now // what was seen is to be reported, now
	}
	s.setDue(at)
	s.next.Bound()
	return s.next, at
}

// refusal is err, but for what says nothing about the account: that somebody else wrote first.
func refusal(err error) error {
	if api.KindOf(err) == api.Conflict {
		return nil
	}
	return err
}

func (s *accountState) succeed(p Plan, o AccountOutcome) {
	switch p.Action {
	case CreateKey:
		s.next.KeyCreated = true
		s.record(api.ReasonRegistering, "the account key is in Secrets Manager")
	case Lookup:
		s.next.URI = o.URI
		s.record(api.ReasonRegistered, "the CA knows the account "+o.URI)
	case Register:
		s.next.URI, s.next.Email, s.next.AccountNotFound = o.URI, s.Spec.Email, false
		s.record(api.ReasonRegistered, "registered as "+o.URI)
	case UpdateContact:
		s.next.Email = s.Spec.Email
		s.record(api.ReasonRegistered, "the CA has the new contact")
	case Wake:
		s.next.WakePending, s.next.Deleted = false, !s.HasRecord
	case Wait:
		return
	}
	accountBackoff(&s.next).Reset()
	s.next.LastError = ""
}

func (s *accountState) fail(p Plan, err error) time.Time {
	if api.KindOf(err) == api.Conflict {
		return s.Now
	}
	if k := api.KindOf(err); p.Action == Register && (k == api.Terminal || k == api.Throttled) {
		s.next.AccountNotFound = true // it was refused, so the CA need not be asked again before the next try
	}
	accountBackoff(&s.next).Fail(s.Now, err, forAccount)
	s.next.WakePending = s.next.WakePending || p.Action == Wake
	s.next.LastError = api.MessageOf(err)
	if until := retryAfterUntil(s.Now, err); !until.IsZero() {
		s.next.RetryAfterUntil = until
	}
	return later(s.next.FailureBackoffUntil, s.next.RetryAfterUntil)
}

func (s *accountState) settleConditions(p Plan, err error) {
	s.next.ObservedGeneration = s.next.Generation
	accepted := api.Condition{Type: api.ConditionAccepted, Status: api.ConditionTrue, Reason: api.ReasonAccepted}
	if s.SpecErr != nil {
		accepted.Status, accepted.Reason, accepted.Message = api.ConditionFalse, api.ReasonInvalidSpec, api.MessageOf(s.SpecErr)
	}
	if s.refusal != "" {
		accepted.Status, accepted.Reason, accepted.Message = api.ConditionFalse, api.ReasonPolicyDenied, s.refusal
	}
	s.set(accepted)
	ready := api.Condition{Type: api.ConditionReady, Status: api.ConditionTrue, Reason: api.ReasonRegistered}
	switch {
	case s.SpecErr != nil:
		ready.Status, ready.Reason, ready.Message = api.ConditionFalse, api.ReasonInvalidSpec, "the record is not accepted"
	case s.refusal != "":
		ready.Status, ready.Reason, ready.Message = api.ConditionFalse, api.ReasonPolicyDenied, "the record is not accepted"
	case p.Action == Wait && p.Reason == api.ReasonAccountKeyLost:
		ready.Status, ready.Reason, ready.Message = api.ConditionFalse, p.Reason, p.Message
	case s.next.URI != "":
	case err != nil && api.KindOf(err) != api.NotFound:
		ready.Status, ready.Reason, ready.Message = api.ConditionFalse, accountReason(err), api.MessageOf(err)
	case s.next.LastError != "":
		old, _ := api.GetCondition(s.next.Conditions, api.ConditionReady)
		ready.Status, ready.Reason, ready.Message = api.ConditionFalse, old.Reason, s.next.LastError
	default:
		ready.Status, ready.Reason = api.ConditionFalse, api.ReasonRegistering
	}
	s.set(ready)
}

func accountReason(err error) api.Reason {
	switch api.KindOf(err) {
	case api.Transient:
		return api.ReasonOf(err, api.ReasonCAUnavailable)
	case api.Throttled:
		return api.ReasonRateLimited
	case api.Bug:
		return api.ReasonInternalError
	default:
		return api.ReasonOf(err, api.ReasonRegistrationRefused)
	}
}

// AccountFailed reports whether the account does not come to be by itself: an operator must act, or nobody has answered for long.
func AccountFailed(s *api.AccountStatus) bool {
	return s != nil && (s.Failures >= reportAfterErrors || s.AwaitsOperator())
}

func (s *accountState) set(c api.Condition) {
	c.Message = api.Message(c.Message)
	c.ObservedGeneration = s.next.Generation
	s.next.Conditions = api.SetCondition(s.next.Conditions, c, s.Now)
}

func (s *accountState) setDue(at time.Time) {
	s.next.Due, s.next.DueAt = dueEntry(s.Now, at, s.next.DueAt)
}
