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
func (f *facts) latched() bool {
	if !f.inFlight() || f.digest == "" || f.iss.Digest != f.digest {
		return false
	}
	return f.finalized() || (f.primary != nil && f.iss.RenewalOf != "" && f.iss.RenewalOf == f.primary.Serial)
}

// finalized reports whether the CA may have made a certificate of an order of this issuance.
func (f *facts) finalized() bool { return !f.iss.FinalizedAt.IsZero() || f.iss.GivenUpOrder != "" }

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

// orderEnds returns when the order in flight is over by its own terms.
func orderEnds(f *facts) time.Time {
	from := f.iss.CreatedAt
	if f.Order == nil || !f.Order.Expires.After(from) {
		return from.Add(defaultOrderLife)
	}
	return earlier(f.Order.Expires.UTC().Truncate(time.Second), from.Add(longestOrderLife))
}

// whyOverdue returns why the order in flight is given up although the CA has not ended it; empty: it is not.
func whyOverdue(f *facts) string {
	if f.Order == nil || f.iss.CreatedAt.IsZero() {
		return ""
	}
	ends := orderEnds(f)
	switch {
	case f.Order.Status == api.OrderValid && f.Now.After(f.followedSince().Add(defaultOrderLife)):
		return "the CA did not deliver the certificate of its order for seven days"
	case f.Order.Status != api.OrderValid && f.Now.After(ends.Add(expirySlack)):
		return fmt.Sprintf("the order expired at %s and the CA still returns the status %s", ends.UTC().Format(time.RFC3339), f.Order.Status)
	case f.finalized() && endIsNear(f) && f.Now.Sub(f.followedSince()) >= leastPatience:
		return fmt.Sprintf("the CA did not finish the order, and the installed certificate ends at %s", f.next.NotAfter.UTC().Format(time.RFC3339))
	}
	return ""
}

// endIsNear reports whether the last twelfth of the life of the certificate that is, or was, in place has begun.
func endIsNear(f *facts) bool {
	life := f.next.NotAfter.Sub(f.next.NotBefore)
	return !f.next.NotAfter.IsZero() && life > 0 && !f.Now.Before(f.next.NotAfter.Add(-life/12))
}

// followedSince returns when the present stage of the order began: its finalization, the last accepted challenge, or the
// order itself.
func (f *facts) followedSince() time.Time {
	if !f.iss.FinalizedAt.IsZero() {
		return f.iss.FinalizedAt
	}
	since := f.iss.CreatedAt
	for _, v := range f.iss.Published {
		since = later(since, v.RespondedAt)
	}
	return since
}

// slowAfter is how long an order may take before it is reported.
const slowAfter = 3 * time.Hour

// noteSlow reports once that an order takes unusually long, unless the trouble under way was reported already. It is no
// failure: an approval may take a day.
func (d *draft) noteSlow(p Plan) {
	from := later(d.iss.CreatedAt, d.iss.FinalizedAt)
	if d.held() || d.Order == nil || !d.iss.SlowSince.IsZero() || d.Now.Sub(from) < slowAfter || anyReported(&d.facts) {
		return
	}
	d.iss.SlowSince = d.Now
	message := fmt.Sprintf("the CA has not finished the order since %s, its status is %s: ask the CA; certloop keeps the order and "+
		"places no other one before it expires", from.UTC().Format(time.RFC3339), d.Order.Status)
	d.record(p.Reason, message)
	d.addReported(string(p.Reason))
	d.notify(api.NoticeFailed, p.Reason, message)
}

// resumeOrder goes back to an order that was given up, where the CA has made its certificate after all: nothing else is
// finalized then.
func resumeOrder(d *decision) *Plan {
	if err := d.GivenUpErr; isTemporary(err) {
		return &Plan{Action: Wait, At: d.Now.Add(time.Minute), Reason: api.ReasonOf(err, api.ReasonCAUnavailable), Message: api.MessageOf(err), Failure: err}
	}
	if d.GivenUp == nil || d.GivenUp.Status != api.OrderValid || d.iss.GivenUpOrder == "" {
		return nil
	}
	return &Plan{Action: ResumeOrder, Reason: api.ReasonDownloading, Message: "the order that was given up is valid"}
}

func settleResume(d *draft, p Plan, o Outcome) {
	if o.Err != nil {
		d.fail(o.Err, api.ReasonInternalError)
		return
	}
	d.iss.OrderURL, d.iss.GivenUpOrder, d.iss.CreatedAt, d.iss.FinalizedAt = d.iss.GivenUpOrder, "", d.Now, d.Now
	d.iss.OrderDeniedAt, d.iss.CertificateDeniedAt, d.iss.SlowSince = time.Time{}, time.Time{}, time.Time{}
	d.iss.ServersSince, d.iss.ServersWrongAt = time.Time{}, time.Time{}
	d.Order, d.OrderErr, d.GivenUp = nil, nil, nil
	d.clearFailures()
	d.record(p.Reason, p.Message)
}
