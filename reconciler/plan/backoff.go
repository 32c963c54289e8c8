package plan

import (
	"time"

	"certloop/reconciler/api"
)

// steps are the waits after failed attempts; the last one repeats.
var steps = []time.Duration{5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 8 * time.Hour, day}

// step is the wait after that many failures, at least one.
func step(failures int) time.Duration {
	return steps[min(max(failures, 1), len(steps))-1]
}

// exponential is base doubled n times, at most limit.
func exponential(base, limit time.Duration, n int) time.Duration {
	d := base
	for ; n > 0 && d < limit; n-- {
		d *= 2
	}
	return min(d, limit)
}

// transientWait is the wait after that many transient errors in a row.
func transientWait(retries int) time.Duration {
	return exponential(10*time.Second, 30*time.Minute, retries-1)
}

// longestRetryAfter bounds what a service may ask for: Let's Encrypt's longest window is a week.
const longestRetryAfter = 7 * day

// retryAfterOf returns for how long the service asks to be left alone, in whole seconds: 0 if it does not ask or asks for
// a time in the past, and never more than longestRetryAfter. All that plan does with a Retry-After goes through it.
func retryAfterOf(err error) time.Duration {
	return seconds(bounded(api.RetryAfterOf(err), 0, longestRetryAfter))
}

// overlong reports whether a stored pause ends later than any pause that may have been written before now. Such a time
// was written by an older version or by somebody else, and would stop the record for ever.
func overlong(until, now time.Time) bool { return until.After(now.Add(longestRetryAfter)) }

// boundPauses drops every stored pause that is overlong, so that the step is tried again at once.
func (s *state) boundPauses() {
	st := &s.status
	pauses := []*time.Time{&st.FailureBackoffUntil, &st.TransientBackoffUntil, &st.RetryAfterUntil, &st.NextCleanupAt, &st.LeaseUntil}
	for i := range st.Targets {
		pauses = append(pauses, &st.Targets[i].NextAttemptAt, &st.Targets[i].NextTagAt)
	}
	for i := range s.Targets {
		pauses = append(pauses, &s.Targets[i].Status.NextAttemptAt, &s.Targets[i].Status.NextTagAt)
	}
	for _, at := range pauses {
		if overlong(*at, s.Now) {
			*at = time.Time{}
		}
	}
	if st.ARI != nil && overlong(st.ARI.NextCheckAt, s.Now) {
		st.ARI.NextCheckAt = time.Time{}
	}
}

// passes says that an error may be over by itself in a moment.
func passes(err error) bool {
	kind := api.KindOf(err)
	return kind == api.Transient || kind == api.Throttled
}

// lookAgainAt is when to look again at what could not be looked at since then: after a quarter of the time it has
// lasted, from five minutes to six hours. A role that was taken away is not asked for every few minutes for days.
func lookAgainAt(now, since time.Time) time.Time {
	if since.IsZero() || since.After(now) {
		since = now
	}
	return now.Add(min(max(seconds(now.Sub(since)/4), 5*time.Minute), 6*time.Hour))
}

// lookSoonAt is when to look again at what ends by what others do: a certificate in use, another record's ARN. It is after
// a quarter of the time that it has lasted, from a minute to an hour.
func lookSoonAt(now, since time.Time) time.Time {
	if since.IsZero() || since.After(now) {
		since = now
	}
	return now.Add(bounded(seconds(now.Sub(since)/4), time.Minute, time.Hour))
}

// lookAgainAtTarget is when to look again at a target of which nothing is known: at the end of its own pause, if it has
// one.
func (s *state) lookAgainAtTarget(i int) time.Time {
	t := &s.Targets[i]
	if s.takeoverPauses(t) {
		return t.Status.NextTagAt
	}
	if until := t.Status.NextAttemptAt; t.Err == nil && s.Now.Before(until) {
		return until
	}
	return lookAgainAt(s.Now, s.notReadySince())
}

// notReadySince is when the record ceased to be known as ready; zero: it is.
func (s *state) notReadySince() time.Time {
	return notReadySince(s.Status)
}

// notReadySince falls back to the condition in a status of before the time was kept.
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

// afterFailure is when a failed issuance is tried again: never later than a quarter of the life that is left, and
// never sooner than 15 minutes for that reason.
func (s *state) afterFailure(failures int) time.Time {
	wait := step(failures)
	if s.primary != nil {
		quarter := max(seconds(s.primary.NotAfter.Sub(s.Now)/4), 15*time.Minute)
		wait = min(wait, quarter)
	}
	return s.Now.Add(wait)
}

// fail counts err against the issuance, by its kind. It is the one place where an error's kind becomes a wait.
func (s *state) fail(err error, reason api.Reason) {
	reason = api.ReasonOf(err, reason)
	s.status.LastAttemptAt = s.Now
	if after := retryAfterOf(err); after > 0 {
		s.obey(after)
	}
	switch api.KindOf(err) {
	case api.Conflict:
		return
	case api.Throttled:
		reason = api.ReasonRateLimited
		s.status.TransientErrors++
		s.obey(transientWait(s.status.TransientErrors))
		s.tellRetry(reason, err)
	case api.Transient:
		s.status.TransientErrors++
		s.status.TransientBackoffUntil, s.status.FailedDigest = s.Now.Add(transientWait(s.status.TransientErrors)), s.digest
		s.tellRetry(reason, err)
	case api.Bug:
		reason = api.ReasonInternalError
		s.countFailure(reason, err)
	default:
		s.countFailure(reason, err)
	}
	s.status.LastReason, s.status.LastError = reason, api.MessageOf(err)
}

// obey notes that a service asked to be left alone for d, and for which account it did.
func (s *state) obey(d time.Duration) {
	s.status.RetryAfterUntil = later(s.status.RetryAfterUntil, s.Now.Add(d))
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

func (s *state) countFailure(reason api.Reason, err error) {
	s.status.Failures++
	s.status.FailedDigest = s.digest
	s.status.FailureBackoffUntil = s.afterFailure(s.status.Failures)
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
