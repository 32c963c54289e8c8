package plan

import (
	"slices"
	"strconv"
	"time"

	"certloop/reconciler/api"
)

// An account reports its own trouble, once for each cause, whether or not a certificate waits for it: so the
// certificates that wait need not repeat it. Its end is reported once, and only after trouble.

// record adds a line to the account's history; the last 20 are kept.
func (s *accountState) record(reason api.Reason, message string) {
	h := append(slices.Clone(s.next.History), api.HistoryEntry{Time: s.Now.UTC().Truncate(time.Second), Reason: reason, Message: api.Message(message)})
	s.next.History = h[max(len(h)-historyKept, 0):]
}

func (s *accountState) notify(kind string, reason api.Reason, message string) {
	n := api.Notice{Type: kind, Time: s.Now.UTC().Truncate(time.Second), Name: s.Name, Reason: reason, Message: api.Message(message), NextAttemptAt: s.next.NextAttemptAt}
	n.ID = noticeID(n, s.next.Version)
	out := append(slices.Clone(s.next.Outbox), api.OutboxEntry{Notice: n})
	s.next.Outbox = out[max(len(out)-outboxKept, 0):]
}

// settleReports reports what only an operator can change, as soon as it is found out, and what is transient when it lasts.
func (s *accountState) settleReports(p Plan, err error) {
	if !s.HasRecord || p.Action == Notify {
		return
	}
	reason, message, trouble := s.trouble(p, err)
	if trouble {
		cause := string(reason) + " " + strconv.FormatInt(s.next.Generation, 10)
		if slices.Contains(s.next.ReportedCauses, cause) {
			return
		}
		r := append(slices.Clone(s.next.ReportedCauses), cause)
		s.next.ReportedCauses = r[max(len(r)-outboxKept, 0):]
		s.record(reason, message)
		s.notify(api.NoticeAccountFailed, reason, message)
		return
	}
	if len(s.next.ReportedCauses) > 0 && s.next.IsReady() && s.next.LastError == "" && s.KeyErr == nil {
		s.next.ReportedCauses = nil
		s.notify(api.NoticeAccountReady, api.ReasonRegistered, "the account can place orders again")
	}
}

// trouble returns what an operator has to know of; false: nothing.
func (s *accountState) trouble(p Plan, err error) (api.Reason, string, bool) {
	switch kind := api.KindOf(err); {
	case s.SpecErr != nil:
		return api.ReasonInvalidSpec, s.SpecErr.Error(), true
	case s.refusal != "":
		return api.ReasonPolicyDenied, s.refusal, true
	case p.Action == Wait && p.Reason == api.ReasonAccountKeyLost:
		return p.Reason, p.Message, true
	case err != nil && (kind == api.Terminal || kind == api.Bug || (kind == api.NotFound && p.Action != Lookup)):
		return accountReason(err), api.MessageOf(err), true
	case err != nil && kind != api.NotFound && s.next.Failures >= reportAfterErrors:
		return accountReason(err), api.MessageOf(err), true
	}
	return "", "", false
}

// settleNotify takes a notice out of the outbox once it is delivered on every channel.
func (s *accountState) settleNotify(o AccountOutcome) {
	i := NextNotice(s.next.Outbox)
	out := slices.Clone(s.next.Outbox)
	if o.Err != nil {
		accountDeliveryBackoff(&s.next).Fail(s.Now, o.Err, forDelivery)
		out[i].Attempted, out[i].DeliveredTo = true, slices.Concat(out[i].DeliveredTo, o.DeliveredTo)
		s.next.Outbox = out
		return
	}
	accountDeliveryBackoff(&s.next).Reset()
	s.next.Outbox = slices.Delete(out, i, i+1)
	if len(s.next.Outbox) == 0 {
		s.next.Outbox = nil
	}
}

// noticesFirst delivers what waits in the outbox before a pass ends, and before the status that holds it is removed.
func (s *accountState) noticesFirst(p Plan) Plan {
	out := s.AccountInput.Stored.Outbox
	if len(out) == 0 || (p.Action != Wait && p.Action != Forget) || p.Reason == api.ReasonLeased || p.Reason == api.ReasonGone {
		return p
	}
	if s.outboxPauses() {
		if p.Action == Wait {
			p.At = earliest(p.At, s.next.NextDeliveryAt)
		}
		return p
	}
	return Plan{Action: Notify, Reason: api.ReasonNotifying}
}

func (s *accountState) outboxPauses() bool {
	return s.next.Outbox[NextNotice(s.next.Outbox)].Attempted && accountDeliveryBackoff(&s.next).Waiting(s.Now)
}

// settleNextAttempt derives the one time that operators read.
func (s *accountState) settleNextAttempt(p Plan) {
	s.next.NextAttemptAt = future(s.Now, later(s.next.FailureBackoffUntil, s.next.RetryAfterUntil))
	if p.Action == Wait && (p.Reason == api.ReasonAccountKeyLost || p.Reason == api.ReasonSecretUnavailable) {
		s.next.NextAttemptAt = p.At
	}
}
