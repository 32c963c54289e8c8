package plan

import (
	"slices"
	"time"

	"certloop/reconciler/api"
)

// settleConditions derives the three conditions from what is known. None is ever set by hand.
func (s *state) settleConditions(p Plan) {
	if !s.HasRecord {
		return
	}
	s.status.ObservedGeneration = s.status.Generation
	s.setCondition(s.accepted())
	s.setCondition(s.issuing(p))
	s.setCondition(s.ready())
}

func (s *state) setCondition(c api.Condition) {
	old, had := api.GetCondition(s.status.Conditions, c.Type)
	c.ObservedGeneration, c.Message = s.status.Generation, api.Message(c.Message)
	s.status.Conditions = api.SetCondition(s.status.Conditions, c, s.Now)
	if c.Type == api.ConditionReady {
		s.timeNotReady(old, had, c)
		old.Status = s.rememberReady(old.Status, c.Status)
	}
	s.noticeChange(old, had, c)
}

// timeNotReady keeps since when the record has not been ready. The condition's own time starts anew whenever a target
// cannot be looked at for a moment.
func (s *state) timeNotReady(old api.Condition, had bool, c api.Condition) {
	switch {
	case c.Status == api.ConditionTrue:
		s.status.NotReadySince = time.Time{}
	case !s.status.NotReadySince.IsZero():
	case had && old.Status != api.ConditionTrue:
		s.status.NotReadySince = old.LastTransitionTime
	default:
		s.status.NotReadySince = s.Now
	}
}

// rememberReady returns what Ready was when it was last known, and keeps it while it is not.
func (s *state) rememberReady(old, now api.ConditionStatus) api.ConditionStatus {
	known := old
	if old == api.ConditionUnknown && s.status.LastKnownReady != "" {
		known = s.status.LastKnownReady
	}
	s.status.LastKnownReady = ""
	if now == api.ConditionUnknown && known != api.ConditionUnknown {
		s.status.LastKnownReady = known
	}
	return known
}

// noticeChange reports a record that is not accepted, and a Ready that goes; reportReady reports one that comes. An
// Unknown in between is no news; old is what was known before it.
func (s *state) noticeChange(old api.Condition, had bool, c api.Condition) {
	switch {
	case c.Type == api.ConditionAccepted && c.Status == api.ConditionFalse && had && c.Reason == old.Reason && old.Status == c.Status &&
		old.ObservedGeneration == s.status.Generation:
		s.addReported(string(c.Reason)) // it was reported when it came to be
	case c.Type == api.ConditionAccepted && c.Status == api.ConditionFalse:
		s.report(c.Reason, "", c.Message, s.blockedUntil())
	case c.Type != api.ConditionReady || !had || c.Status != api.ConditionFalse || old.Status != api.ConditionTrue:
	case asWished(c.Reason) && old.ObservedGeneration != s.status.Generation:
		// The record was changed and asks for another certificate: that it is not there yet is no news.
	default:
		s.addReported(causeNotReady)
		s.addReported(string(c.Reason))
		s.notify(api.NoticeNotReady, c.Reason, c.Message)
	}
}

// asWished reports whether a change of the record explains that no target satisfies it.
func asWished(r api.Reason) bool {
	switch r {
	case api.ReasonDomainsDiffer, api.ReasonKeyTypeDiffers, api.ReasonIssuerDiffers, api.ReasonNotIssued:
		return true
	}
	return false
}

// settleLastError fills in what an issuance waits for that only an operator can change, and takes that out again when it
// is over. What failed by itself is left to what counts it.
func (s *state) settleLastError(p Plan) {
	if !s.HasRecord || p.Action == Notify || s.failing() {
		return
	}
	reason, message := p.Reason, p.Message
	if s.SpecErr != nil {
		message = s.SpecErr.Error()
	}
	switch {
	case p.Action == Wait && waitsForOperator(reason) && message != "":
		s.status.LastReason, s.status.LastError = reason, message
	case waitsForOperator(s.status.LastReason):
		s.status.LastReason, s.status.LastError = "", ""
	}
}

// failing reports whether attempts are counted as failed.
func (s *state) failing() bool {
	return s.status.Failures > 0 || s.status.TransientErrors > 0 ||
		slices.ContainsFunc(s.status.Targets, func(t api.TargetStatus) bool { return t.Failures > 0 })
}

// waitsForOperator reports whether a wait for that reason ends only when somebody changes something.
func waitsForOperator(r api.Reason) bool {
	switch r {
	case api.ReasonAccountNotReady, api.ReasonUsagesIncompatible, api.ReasonTargetAccessDenied, api.ReasonTargetUnknown:
		return true
	}
	return r.RejectsRecord()
}

func (s *state) accepted() api.Condition {
	c := api.Condition{Type: api.ConditionAccepted, Status: api.ConditionFalse}
	old, _ := api.GetCondition(s.Status.Conditions, api.ConditionAccepted)
	switch blocked := s.firstBlocked(); {
	case s.SpecErr != nil:
		c.Reason, c.Message = api.ReasonInvalidSpec, api.MessageOf(s.SpecErr)
	case s.denied():
		c.Reason, c.Message = api.ReasonPolicyDenied, s.admission.denial
	case blocked != nil:
		c.Reason, c.Message = blocked.reason, blocked.message
	case s.anyUnknown() && targetReason(old.Reason) && old.ObservedGeneration == s.status.Generation:
		// It could not be looked at whether that still holds; until it can, nothing says otherwise.
		c.Reason, c.Message = old.Reason, old.Message
	case !s.Account.Found:
		c.Reason, c.Message = api.ReasonAccountNotFound, s.Account.Message
	case s.ZoneErr != nil && zoneReason(api.ReasonOf(s.ZoneErr, "")):
		c.Reason, c.Message = api.ReasonOf(s.ZoneErr, ""), api.MessageOf(s.ZoneErr)
	case s.Zones == nil && zoneReason(old.Reason) && old.ObservedGeneration == s.status.Generation:
		c.Reason, c.Message = old.Reason, old.Message
	default:
		c.Status, c.Reason = api.ConditionTrue, api.ReasonAccepted
	}
	return c
}

// targetReason says that the reason is one of those for which no target takes anything (see accepts).
func targetReason(r api.Reason) bool {
	switch r {
	case api.ReasonInvalidSpec, api.ReasonPolicyDenied, api.ReasonAccountNotFound:
		return false
	}
	return r.RejectsRecord()
}

func (s *state) firstBlocked() *verdict {
	for i := range s.checks {
		if s.checks[i].blocked {
			return &s.checks[i]
		}
	}
	return nil
}

// issuing is True while a certificate is being made; False with the failure's reason while backing off, else with
// NotNeeded.
func (s *state) issuing(p Plan) api.Condition {
	if old, had := api.GetCondition(s.Status.Conditions, api.ConditionIssuing); had && p.Action == Notify {
		return old // sending a notice says nothing about the issuance
	}
	c := api.Condition{Type: api.ConditionIssuing, Status: api.ConditionFalse, Reason: api.ReasonNotNeeded}
	_, _, wanted := s.wanted()
	switch {
	case s.Spec != nil && s.Spec.Suspend:
		c.Reason = api.ReasonSuspended
	case s.Spec == nil || s.denied() || refuse(s) != nil:
		c.Reason, c.Message = s.blocked()
	case s.status.LastError != "" && (wanted || s.inFlight()):
		c.Reason, c.Message = s.status.LastReason, s.status.LastError
	case !wanted && !s.inFlight() && !s.tokenWaits.IsZero():
		c.Reason, c.Message = api.ReasonPolicyDenied, tooEarly("renew_token", s.tokenWaits)
	case !wanted && !s.inFlight():
		c.Reason, c.Message = s.blocked()
	case !s.held() && accountNotReady(s) != nil:
		waiting := accountNotReady(s)
		c.Reason, c.Message = waiting.Reason, waiting.Message
	case p.Action == Wait && (p.Reason == api.ReasonUsagesIncompatible || p.Reason == api.ReasonMinimumInterval):
		c.Reason, c.Message = p.Reason, p.Message
	default:
		c.Status = api.ConditionTrue
		c.Reason, c.Message = s.progress(p)
	}
	return c
}

// blocked is why nothing is issued: NotNeeded, but Blocked where the record is not accepted.
func (s *state) blocked() (api.Reason, string) {
	if c := s.accepted(); c.Status == api.ConditionFalse {
		return api.ReasonBlocked, "nothing is issued or renewed while the record is not accepted (" + string(c.Reason) + "): see the condition Accepted"
	}
	return api.ReasonNotNeeded, ""
}

// progress is where the issuance stands, told so that the condition does not change with every small step.
func (s *state) progress(p Plan) (api.Reason, string) {
	switch {
	case s.held():
		if p.Action == Wait {
			return p.Reason, p.Message
		}
		return api.ReasonImporting, ""
	case p.Action == Wait && p.Reason != api.ReasonNotNeeded:
		return p.Reason, p.Message
	case s.iss.OrderURL != "":
		return api.ReasonValidating, ""
	}
	return api.ReasonOrdering, ""
}

func (s *state) ready() api.Condition {
	c := api.Condition{Type: api.ConditionReady, Status: api.ConditionTrue, Reason: api.ReasonReady}
	if s.Spec == nil {
		return s.readyUnseen()
	}
	for i, v := range s.checks {
		switch {
		case !s.Targets[i].Wanted || v.state == api.Satisfies:
		case v.state == api.Lacks || v.reason == api.ReasonTargetAccessDenied:
			c.Status, c.Reason, c.Message = api.ConditionFalse, v.reason, v.message
			if ts := s.targetStatus(s.Targets[i].Status.Key); ts != nil && ts.Failures > 0 && ts.Reason != "" {
				// That it is missing is known; what people can do something about is why the import is refused.
				c.Reason, c.Message = ts.Reason, ts.Message
			}
			return c
		default:
			c.Status, c.Reason, c.Message = api.ConditionUnknown, v.reason, v.message
		}
	}
	return c
}

// readyUnseen keeps what was known of a record that cannot be read, for as long as the certificate lasts.
func (s *state) readyUnseen() api.Condition {
	old, had := api.GetCondition(s.Status.Conditions, api.ConditionReady)
	switch {
	case !had:
		return api.Condition{Type: api.ConditionReady, Status: api.ConditionFalse, Reason: api.ReasonInvalidSpec, Message: "the record is not accepted"}
	case old.Status == api.ConditionTrue && !s.status.NotAfter.IsZero() && !s.Now.Before(s.status.NotAfter):
		return api.Condition{Type: api.ConditionReady, Status: api.ConditionFalse, Reason: api.ReasonExpired,
			Message: "the certificate expired at " + s.status.NotAfter.UTC().Format(time.RFC3339)}
	}
	return old
}
