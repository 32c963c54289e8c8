package plan

import (
	"slices"
	"time"

	"certloop/reconciler/api"
)

// settleConditions derives the three conditions from what is known. None is ever set by hand.
func settleConditions(d *draft, p Plan) {
	if !d.HasRecord {
		return
	}
	d.next.ObservedGeneration = d.next.Generation
	d.setCondition(d.accepted())
	d.setCondition(d.issuing(p))
	d.setCondition(d.ready())
	settleServed(d)
	settleRollout(d)
}

func (d *draft) setCondition(c api.Condition) {
	old, had := api.GetCondition(d.next.Conditions, c.Type)
	c.ObservedGeneration, c.Message = d.next.Generation, api.Message(c.Message)
	d.next.Conditions = api.SetCondition(d.next.Conditions, c, d.Now)
	if c.Type == api.ConditionReady {
		trackNotReady(d, old, had, c)
		old.Status = rememberReady(d, old.Status, c.Status)
	}
	noticeChange(d, old, had, c)
}

// trackNotReady keeps since when the record has not been ready. The condition's own time starts anew whenever a target
// cannot be observed for a moment.
func trackNotReady(d *draft, old api.Condition, had bool, c api.Condition) {
	switch {
	case c.Status == api.ConditionTrue:
		d.next.NotReadySince = time.Time{}
	case !d.next.NotReadySince.IsZero():
	case had && old.Status != api.ConditionTrue:
		d.next.NotReadySince = old.LastTransitionTime
	default:
		d.next.NotReadySince = d.Now
	}
}

// rememberReady returns what Ready was when it was last known, and keeps it while it is not.
func rememberReady(d *draft, old, now api.ConditionStatus) api.ConditionStatus {
	known := old
	if old == api.ConditionUnknown && d.next.LastKnownReady != "" {
		known = d.next.LastKnownReady
	}
	d.next.LastKnownReady = ""
	if now == api.ConditionUnknown && known != api.ConditionUnknown {
		d.next.LastKnownReady = known
	}
	return known
}

// noticeChange reports a record that is not accepted, and a Ready that goes; reportReady reports one that comes. An
// Unknown in between is no news; old is what was known before it.
func noticeChange(d *draft, old api.Condition, had bool, c api.Condition) {
	switch {
	case c.Type == api.ConditionAccepted && c.Status == api.ConditionFalse && had && c.Reason == old.Reason && old.Status == c.Status &&
		old.ObservedGeneration == d.next.Generation:
		d.addReported(string(c.Reason)) // it was reported when it came to be
	case c.Type == api.ConditionAccepted && c.Status == api.ConditionFalse:
		d.report(c.Reason, "", c.Message, d.blockedUntil())
	case c.Type != api.ConditionReady || !had || c.Status != api.ConditionFalse || old.Status != api.ConditionTrue:
	case c.Reason == api.ReasonRevoked: // noteRevoked has reported it
	case followsFromChange(c.Reason) && old.ObservedGeneration != d.next.Generation:
		// The record was changed and asks for another certificate: that it is not there yet is no news.
	default:
		d.addReported(causeNotReady)
		d.addReported(string(c.Reason))
		d.notify(api.NoticeNotReady, c.Reason, c.Message)
	}
}

// followsFromChange reports whether a change of the record explains that no target satisfies it.
func followsFromChange(r api.Reason) bool {
	switch r {
	case api.ReasonDomainsDiffer, api.ReasonKeyTypeDiffers, api.ReasonIssuerDiffers, api.ReasonNotIssued:
		return true
	}
	return false
}

// settleLastError fills in what an issuance waits for that only an operator can change, and takes that out again when it
// is over. What failed by itself is left to what counts it.
func settleLastError(d *draft, p Plan) {
	if !d.HasRecord || p.Action == Notify || hasFailures(&d.facts) {
		return
	}
	reason, message := p.Reason, p.Message
	if d.SpecErr != nil {
		message = d.SpecErr.Error()
	}
	switch {
	case p.Action == Wait && waitsForOperator(reason) && message != "":
		d.next.LastReason, d.next.LastError = reason, message
	case waitsForOperator(d.next.LastReason):
		d.next.LastReason, d.next.LastError = "", ""
	}
}

// hasFailures reports whether attempts are counted as failed.
func hasFailures(f *facts) bool {
	return f.next.Failures > 0 || f.next.TransientErrors > 0 ||
		slices.ContainsFunc(f.next.Targets, func(t api.TargetStatus) bool { return t.Failures > 0 })
}

func (f *facts) accepted() api.Condition {
	c := api.Condition{Type: api.ConditionAccepted, Status: api.ConditionFalse}
	old, _ := api.GetCondition(f.Stored.Conditions, api.ConditionAccepted)
	switch blocked := firstBlocked(f); {
	case f.SpecErr != nil:
		c.Reason, c.Message = api.ReasonInvalidSpec, api.MessageOf(f.SpecErr)
	case f.denied():
		c.Reason, c.Message = api.ReasonPolicyDenied, f.admission.denial
	case blocked != nil:
		c.Reason, c.Message = blocked.reason, blocked.message
	case anyUnknown(f) && targetReason(old.Reason) && old.ObservedGeneration == f.next.Generation:
		// Whether that still holds could not be observed; until it can, the condition stays.
		c.Reason, c.Message = old.Reason, old.Message
	case !f.Account.Found:
		c.Reason, c.Message = api.ReasonAccountNotFound, f.Account.Message
	case f.ZoneErr != nil && zoneReason(api.ReasonOf(f.ZoneErr, "")):
		c.Reason, c.Message = api.ReasonOf(f.ZoneErr, ""), api.MessageOf(f.ZoneErr)
	case f.Zones == nil && zoneReason(old.Reason) && old.ObservedGeneration == f.next.Generation:
		c.Reason, c.Message = old.Reason, old.Message
	default:
		c.Status, c.Reason = api.ConditionTrue, api.ReasonAccepted
	}
	return c
}

// targetReason reports whether the reason is one of those for which no target takes anything (see accepts).
func targetReason(r api.Reason) bool {
	switch r {
	case api.ReasonInvalidSpec, api.ReasonPolicyDenied, api.ReasonAccountNotFound:
		return false
	}
	return r.RejectsRecord()
}

func firstBlocked(f *facts) *verdict {
	for i := range f.verdicts {
		if f.verdicts[i].blocked {
			return &f.verdicts[i]
		}
	}
	return nil
}

// issuing is True while a certificate is being made; False with the failure's reason while backing off, else with
// NotNeeded.
func (f *facts) issuing(p Plan) api.Condition {
	if old, had := api.GetCondition(f.Stored.Conditions, api.ConditionIssuing); had && p.Action == Notify {
		return old // sending a notice says nothing about the issuance
	}
	c := api.Condition{Type: api.ConditionIssuing, Status: api.ConditionFalse, Reason: api.ReasonNotNeeded}
	_, _, wanted := f.wanted()
	switch {
	case f.Spec != nil && f.Spec.Suspend:
		c.Reason = api.ReasonSuspended
	case f.denied() || refuse(f) != nil: // refuse includes a spec that is not valid
		c.Reason, c.Message = blocked(f)
	case f.next.LastError != "" && (wanted || f.inFlight()):
		c.Reason, c.Message = f.next.LastReason, f.next.LastError
	case !wanted && !f.inFlight() && !f.tokenWaits.IsZero():
		c.Reason, c.Message = api.ReasonPolicyDenied, tooEarly("renew_token", f.tokenWaits)
	case !wanted && !f.inFlight():
		c.Reason, c.Message = blocked(f)
	case !f.held() && accountNotReady(f) != nil:
		waiting := accountNotReady(f)
		c.Reason, c.Message = waiting.Reason, waiting.Message
	case p.Action == Wait && (p.Reason == api.ReasonUsagesIncompatible || p.Reason == api.ReasonMinimumInterval || p.Reason == api.ReasonIssuanceBudget):
		c.Reason, c.Message = p.Reason, p.Message
	default:
		c.Status = api.ConditionTrue
		c.Reason, c.Message = progress(f, p)
	}
	return c
}

// blocked returns why nothing is issued: NotNeeded, but Blocked where the record is not accepted.
func blocked(f *facts) (api.Reason, string) {
	if c := f.accepted(); c.Status == api.ConditionFalse {
		return api.ReasonBlocked, "nothing is issued or renewed while the record is not accepted (" + string(c.Reason) + "): read the condition Accepted"
	}
	return api.ReasonNotNeeded, ""
}

// progress returns where the issuance stands, in words that do not change with every small step.
func progress(f *facts, p Plan) (api.Reason, string) {
	switch {
	case f.held():
		if p.Action == Wait {
			return p.Reason, p.Message
		}
		return api.ReasonImporting, ""
	case p.Action == Wait && p.Reason != api.ReasonNotNeeded:
		return p.Reason, p.Message
	case f.iss.OrderURL != "":
		return orderProgress(f, p)
	}
	return api.ReasonOrdering, ""
}

func (f *facts) ready() api.Condition {
	c := api.Condition{Type: api.ConditionReady, Status: api.ConditionTrue, Reason: api.ReasonReady}
	if f.Spec == nil {
		return readyUnseen(f)
	}
	for i, v := range f.verdicts {
		switch {
		case !f.Targets[i].Wanted || v.state == api.Satisfies:
		case v.state == api.Lacks || v.reason == api.ReasonTargetAccessDenied:
			c.Status, c.Reason, c.Message = api.ConditionFalse, v.reason, v.message
			if ts := f.targetStatus(f.Targets[i].Stored.Key); ts != nil && ts.Failures > 0 && ts.Reason != "" {
				// That it is missing is known; what an operator can change is why the import is refused.
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
func readyUnseen(f *facts) api.Condition {
	old, had := api.GetCondition(f.Stored.Conditions, api.ConditionReady)
	switch {
	case !had:
		return api.Condition{Type: api.ConditionReady, Status: api.ConditionFalse, Reason: api.ReasonInvalidSpec, Message: "the record is not accepted"}
	case old.Status == api.ConditionTrue && !f.next.NotAfter.IsZero() && !f.Now.Before(f.next.NotAfter):
		return api.Condition{Type: api.ConditionReady, Status: api.ConditionFalse, Reason: api.ReasonExpired,
			Message: "the certificate expired at " + f.next.NotAfter.UTC().Format(time.RFC3339)}
	}
	return old
}

func acceptedReason(f *facts) api.Reason {
	c, _ := api.GetCondition(f.Stored.Conditions, api.ConditionAccepted)
	return c.Reason
}

// notReadySince returns when the record ceased to be known as ready; zero: it is. It falls back to the condition in a status of before the time was kept.
func notReadySince(status api.CertificateStatus) time.Time {
	if !status.NotReadySince.IsZero() {
		return status.NotReadySince
	}
	c, ok := api.GetCondition(status.Conditions, api.ConditionReady)
	if !ok || c.Status == api.ConditionTrue {
		return time.Time{}
	}
	return c.LastTransitionTime
}

// orderProgress returns what the order waits for after the step, in the words of the wait that usually follows: so that wait is not
// another write.
func orderProgress(f *facts, p Plan) (api.Reason, string) {
	switch p.Action {
	case Publish:
		if w := f.served(); w != nil && w.Failure == nil {
			return w.Reason, w.Message
		}
	case Accept:
		return api.ReasonValidating, readsTXT
	case Finalize:
		return api.ReasonProcessing, signing
	}
	return api.ReasonValidating, ""
}
