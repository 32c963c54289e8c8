package plan

import (
	"time"

	"certloop/reconciler/api"
)

// fail counts err against the issuance, by its kind. A Retry-After is kept apart from the pauses, because the record does not end it.
func (d *draft) fail(err error, reason api.Reason) {
	reason = api.ReasonOf(err, reason)
	d.next.LastAttemptAt = d.Now
	if until := retryAfterUntil(d.Now, err); !until.IsZero() {
		d.respectRetryAfter(until)
	}
	switch api.KindOf(err) {
	case api.Conflict:
		return
	case api.Throttled:
		reason = api.ReasonRateLimited
		d.next.TransientErrors++
		d.respectRetryAfter(d.Now.Add(forIssuanceError.delay(err, d.next.TransientErrors)))
		d.reportTransient(reason, err)
	case api.Transient:
		transientBackoff(&d.next).Fail(d.Now, err, forIssuanceError)
		d.next.FailedDigest = d.digest
		d.reportTransient(reason, err)
	case api.Bug:
		reason = api.ReasonInternalError
		d.countFailure(reason, err)
	default:
		d.countFailure(reason, err)
	}
	d.next.LastReason, d.next.LastError = reason, api.MessageOf(err)
}

// respectRetryAfter notes until when a service asked not to be called, and for which account it did.
func (d *draft) respectRetryAfter(until time.Time) {
	d.next.RetryAfterUntil = later(d.next.RetryAfterUntil, until)
	d.next.RetryAfterFor = d.issuer()
}

// issuer returns the account with its directory, and an empty string while it is not known.
func (f *facts) issuer() string {
	if f.Account.Spec == nil {
		return ""
	}
	return f.Account.Name + " " + f.Account.Spec.Directory
}

// clearAnothersRetryAfter ends a Retry-After when another account or directory issues the record from now on. A CA limits
// by account and by identifier (RFC 8555 section 6.6), so that no other change of the record ends it.
func clearAnothersRetryAfter(d *draft) {
	if by := d.issuer(); by != "" && d.next.RetryAfterFor != "" && by != d.next.RetryAfterFor {
		d.next.RetryAfterUntil, d.next.RetryAfterFor = time.Time{}, ""
	}
}

// countFailure lets a failed issuance wait at most a quarter of the life that is left, but no less than 15 minutes for that
// reason.
func (d *draft) countFailure(reason api.Reason, err error) {
	failureBackoff(&d.next).Fail(d.Now, err, forIssuance)
	d.next.FailedDigest = d.digest
	if d.primary != nil {
		quarter := max(seconds(d.primary.NotAfter.Sub(d.Now)/4), 15*time.Minute)
		d.next.FailureBackoffUntil = earlier(d.next.FailureBackoffUntil, d.Now.Add(quarter))
	}
	d.record(reason, api.MessageOf(err))
	d.report(reason, "", api.MessageOf(err), d.blockedUntil())
}

// reportAfterErrors is after how many transient errors in a row a notice is sent: with the waits between them, about an hour and
// a half. What lasts that long does not pass by itself, a disabled KMS key for one.
const reportAfterErrors = 10

// reportTransient comes after the wait is fixed, which the notice names. A later one that fails for another reason than the
// tenth is reported too: the tenth may have been a hiccup in trouble that lasts.
func (d *draft) reportTransient(reason api.Reason, err error) {
	if d.next.TransientErrors < reportAfterErrors || d.isReported(string(reason)) {
		return
	}
	d.record(reason, api.MessageOf(err))
	d.report(reason, "", api.MessageOf(err), d.blockedUntil())
}

// blockedUntil returns when the issuance may go on: the latest of both back-offs and the Retry-After; zero: now.
func (f *facts) blockedUntil() time.Time {
	at := later(later(f.next.FailureBackoffUntil, f.next.TransientBackoffUntil), f.next.RetryAfterUntil)
	if f.Now.Before(at) {
		return at
	}
	return time.Time{}
}

// clearStaleFailures forgets the back-off of another digest. The CA's own Retry-After stays.
func clearStaleFailures(d *draft) {
	if d.digest != "" && d.next.RejectedDigest != "" && d.next.RejectedDigest != d.digest {
		d.clearRejections()
	}
	if d.digest == "" || d.next.FailedDigest == "" || d.next.FailedDigest == d.digest {
		return
	}
	d.clearFailures()
}

func (d *draft) clearFailures() {
	failureBackoff(&d.next).Reset()
	d.next.FailedDigest, d.next.LastError, d.next.LastReason = "", "", ""
	d.clearRetries()
}

func (d *draft) clearRetries() { transientBackoff(&d.next).Reset() }
