package plan

import (
	"time"

	"certloop/reconciler/api"
)

// fail counts err against the issuance, by its kind. A Retry-After is kept apart from the pauses, because the record does not end it.
func (s *state) fail(err error, reason api.Reason) {
	reason = api.ReasonOf(err, reason)
	s.status.LastAttemptAt = s.Now
	if until := retryAfterUntil(s.Now, err); !until.IsZero() {
		s.obey(until)
	}
	switch api.KindOf(err) {
	case api.Conflict:
		return
	case api.Throttled:
		reason = api.ReasonRateLimited
		s.status.TransientErrors++
		s.obey(s.Now.Add(forIssuanceError.delay(err, s.status.TransientErrors)))
		s.tellRetry(reason, err)
	case api.Transient:
		transientBackoff(&s.status).Fail(s.Now, err, forIssuanceError)
		s.status.FailedDigest = s.digest
		s.tellRetry(reason, err)
	case api.Bug:
		reason = api.ReasonInternalError
		s.countFailure(reason, err)
	default:
		s.countFailure(reason, err)
	}
	s.status.LastReason, s.status.LastError = reason, api.MessageOf(err)
}

// obey notes until when a service asked not to be called, and for which account it did.
func (s *state) obey(until time.Time) {
	s.status.RetryAfterUntil = later(s.status.RetryAfterUntil, until)
	s.status.RetryAfterFor = s.issuer()
}

// issuer returns the account with its directory, and an empty string while it is not known.
func (s *state) issuer() string {
	if s.Account.Spec == nil {
		return ""
	}
	return s.Account.Name + " " + s.Account.Spec.Directory
}

// clearAnothersRetryAfter ends a Retry-After when another account or directory issues the record from now on. A CA limits
// by account and by identifier (RFC 8555 section 6.6), so that no other change of the record ends it.
func (s *state) clearAnothersRetryAfter() {
	if by := s.issuer(); by != "" && s.status.RetryAfterFor != "" && by != s.status.RetryAfterFor {
		s.status.RetryAfterUntil, s.status.RetryAfterFor = time.Time{}, ""
	}
}

// countFailure lets a failed issuance wait at most a quarter of the life that is left, but no less than 15 minutes for that
// reason.
func (s *state) countFailure(reason api.Reason, err error) {
	failureBackoff(&s.status).Fail(s.Now, err, forIssuance)
	s.status.FailedDigest = s.digest
	if s.primary != nil {
		quarter := max(seconds(s.primary.NotAfter.Sub(s.Now)/4), 15*time.Minute)
		s.status.FailureBackoffUntil = earlier(s.status.FailureBackoffUntil, s.Now.Add(quarter))
	}
	s.record(reason, api.MessageOf(err))
	s.report(reason, "", api.MessageOf(err), s.blockedUntil())
}

// tellAfter is after how many passing errors in a row people are told: with the waits between them, about an hour and
// a half. What lasts that long does not pass by itself, a disabled KMS key for one.
const tellAfter = 10

// tellRetry comes after the wait is fixed, which the notice names. A later one that fails for another reason than the
// tenth is reported too: the tenth may have been a hiccup in trouble that lasts.
func (s *state) tellRetry(reason api.Reason, err error) {
	if s.status.TransientErrors < tellAfter || s.isReported(string(reason)) {
		return
	}
	s.record(reason, api.MessageOf(err))
	s.report(reason, "", api.MessageOf(err), s.blockedUntil())
}

// blockedUntil is when the issuance may go on: the latest of back-off, retry and the CA's word; zero: now.
func (s *state) blockedUntil() time.Time {
	at := later(later(s.status.FailureBackoffUntil, s.status.TransientBackoffUntil), s.status.RetryAfterUntil)
	if s.Now.Before(at) {
		return at
	}
	return time.Time{}
}

// clearStaleFailures forgets the back-off of another digest. The CA's own Retry-After stays.
func (s *state) clearStaleFailures() {
	if s.digest != "" && s.status.RejectedDigest != "" && s.status.RejectedDigest != s.digest {
		s.clearRejections()
	}
	if s.digest == "" || s.status.FailedDigest == "" || s.status.FailedDigest == s.digest {
		return
	}
	s.clearFailures()
}

func (s *state) clearFailures() {
	failureBackoff(&s.status).Reset()
	s.status.FailedDigest, s.status.LastError, s.status.LastReason = "", "", ""
	s.clearRetries()
}

func (s *state) clearRetries() { transientBackoff(&s.status).Reset() }
