package plan

import (
	"fmt"
	"time"

	"certloop/reconciler/api"
)

// The latching rule: what has begun stays decided, whatever becomes of its reason.
//
//   - An issuance that replaces the certificate in place (RenewalOf) is finished, also where the CA's window or
//     renew_before moves its renewal to a later time. It ends where that certificate is no longer the one in place.
//   - From the first request to finalize on, the CA may have made a certificate. The order is then followed until its
//     certificate is held or it has failed, and the certificate is installed.
//   - Only another issuance digest (names, key type, account, directory, profile, chain, token), a key that is lost, the
//     CA's own word that the order failed, and overdue end it sooner.

// latched reports whether the issuance in flight is to be finished although nothing else asks for a certificate.
func (s *state) latched() bool {
	if !s.inFlight() || s.digest == "" || s.iss.Digest != s.digest {
		return false
	}
	return s.finalized() || (s.primary != nil && s.iss.RenewalOf != "" && s.iss.RenewalOf == s.primary.Serial)
}

// finalized reports whether the CA may have made a certificate of an order of this issuance.
func (s *state) finalized() bool { return !s.iss.FinalizedAt.IsZero() || s.iss.GivenUpOrder != "" }

const (
	// defaultOrderLife and longestOrderLife bound an order whose CA gives no expiry, or one far away.
	defaultOrderLife = 7 * day
	longestOrderLife = 30 * day
	// expirySlack is how long after its expiry an order is still followed: clocks differ, and replicas lag.
	expirySlack = time.Hour
	// leastPatience is how long a finalized order is followed at least, even where the installed certificate is about to
	// end: approvals may take a day.
	leastPatience = 2 * day
)

// orderEnds is when the order in flight is over by its own terms.
func (s *state) orderEnds() time.Time {
	from := s.iss.CreatedAt
	if s.Order == nil || !s.Order.Expires.After(from) {
		return from.Add(defaultOrderLife)
	}
	return earlier(s.Order.Expires.UTC().Truncate(time.Second), from.Add(longestOrderLife))
}

// overdue says why the order in flight is given up although the CA has not ended it; empty: it is not.
func (s *state) overdue() string {
	if s.Order == nil || s.iss.CreatedAt.IsZero() {
		return ""
	}
	ends := s.orderEnds()
	switch {
	case s.Order.Status == api.OrderValid && s.Now.After(s.followedSince().Add(defaultOrderLife)):
		return "the CA did not deliver the certificate of its order for seven days"
	case s.Order.Status != api.OrderValid && s.Now.After(ends.Add(expirySlack)):
		return fmt.Sprintf("the order expired at %s and the CA still shows it as %s", ends.UTC().Format(time.RFC3339), s.Order.Status)
	case s.finalized() && s.endIsNear() && s.Now.Sub(s.followedSince()) >= leastPatience:
		return fmt.Sprintf("the CA did not finish the order, and the installed certificate ends at %s", s.status.NotAfter.UTC().Format(time.RFC3339))
	}
	return ""
}

// endIsNear reports whether the last twelfth of the life of the certificate that is, or was, in place has begun.
func (s *state) endIsNear() bool {
	life := s.status.NotAfter.Sub(s.status.NotBefore)
	return !s.status.NotAfter.IsZero() && life > 0 && !s.Now.Before(s.status.NotAfter.Add(-life/12))
}

// followedSince is when the present stage of the order began: its finalization, the last accepted challenge, or the
// order itself.
func (s *state) followedSince() time.Time {
	if !s.iss.FinalizedAt.IsZero() {
		return s.iss.FinalizedAt
	}
	since := s.iss.CreatedAt
	for _, v := range s.iss.Published {
		since = later(since, v.RespondedAt)
	}
	return since
}

// slowAfter is how long an order may take before it is reported.
const slowAfter = 3 * time.Hour

// noteSlow reports once that an order takes unusually long, unless the trouble under way was reported already. It is no
// failure: an approval may take a day.
func (s *state) noteSlow(p Plan) {
	from := later(s.iss.CreatedAt, s.iss.FinalizedAt)
	if s.held() || s.Order == nil || !s.iss.SlowSince.IsZero() || s.Now.Sub(from) < slowAfter || s.anyReported() {
		return
	}
	s.iss.SlowSince = s.Now
	message := fmt.Sprintf("the CA has not finished the order since %s, its status is %s: ask the CA; certloop keeps the order and "+
		"places no other one before it expires", from.UTC().Format(time.RFC3339), s.Order.Status)
	s.record(p.Reason, message)
	s.addReported(string(p.Reason))
	s.notify(api.NoticeFailed, p.Reason, message)
}

// resumeOrder goes back to an order that was given up, where the CA has made its certificate after all: nothing else is
// finalized then.
func resumeOrder(s *state) *Plan {
	if err := s.GivenUpErr; isTemporary(err) {
		return &Plan{Action: Wait, At: s.Now.Add(time.Minute), Reason: api.ReasonOf(err, api.ReasonCAUnavailable), Message: api.MessageOf(err), Failure: err}
	}
	if s.GivenUp == nil || s.GivenUp.Status != api.OrderValid || s.iss.GivenUpOrder == "" {
		return nil
	}
	return &Plan{Action: ResumeOrder, Reason: api.ReasonDownloading, Message: "the order that was given up is valid after all"}
}

func settleResume(s *state, p Plan, o Outcome) {
	if o.Err != nil {
		s.fail(o.Err, api.ReasonInternalError)
		return
	}
	s.iss.OrderURL, s.iss.GivenUpOrder, s.iss.CreatedAt, s.iss.FinalizedAt = s.iss.GivenUpOrder, "", s.Now, s.Now
	s.iss.OrderDeniedAt, s.iss.CertificateDeniedAt, s.iss.SlowSince = time.Time{}, time.Time{}, time.Time{}
	s.Order, s.OrderErr, s.GivenUp = nil, nil, nil
	s.clearFailures()
	s.record(p.Reason, p.Message)
}
