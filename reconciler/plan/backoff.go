package plan

import (
	"time"

	"certloop/reconciler/api"
)

// A Backoff is the pause after attempts that failed. It consists of two stored fields: how many attempts failed in a row,
// and when the next one may be made. Its methods are the only code that counts failures and computes such a pause.
type Backoff struct {
	Failures *int
	Next     *time.Time
}

// Fail counts an attempt that failed with err, and sets the pause that the purpose asks for.
func (b Backoff) Fail(now time.Time, err error, p purpose) {
	*b.Failures++
	*b.Next = now.Add(p.delay(err, *b.Failures))
}

// Waiting reports whether the pause is not over.
func (b Backoff) Waiting(now time.Time) bool { return now.Before(*b.Next) }

// Reset forgets the failures and ends the pause.
func (b Backoff) Reset() { *b.Failures, *b.Next = 0, time.Time{} }

// Pause forgets the failures and lets the next attempt wait all the same.
func (b Backoff) Pause(until time.Time) { *b.Failures, *b.Next = 0, until }

// A purpose is what an attempt is for: the row of the schedule.
type purpose int

const (
	forIssuance      purpose = iota // a step of an issuance, where it counts as a failure
	forIssuanceError                // a step of an issuance, where the error is temporary
	forTarget                       // an import, a deletion or a claim at a target
	forTags                         // the tags of a certificate that is the record's
	forTakeover                     // the tags of a certificate that the record is to take over
	forCleanup                      // the removal of TXT values
	forDelivery                     // the delivery of a notice
	forRenewalInfo                  // the request for renewal information
	forRevocation                   // the request whether a certificate is revoked
	forAccount                      // a step of an account
	forDirectory                    // the read of an account's directory
	forRepetition                   // the same action on the same thing, whether or not it failed (pace.go)
	purposes
)

// A schedule says how long to wait after an error of each kind. Where it gives no wait for a kind, other applies.
type schedule struct {
	transient, throttled, notFound, other delays
	// obeys is the longest Retry-After that makes the pause longer; 0: none does, because it is kept in a field of its own.
	obeys time.Duration
}

// delays returns how long to wait after that many failures in a row, at least one.
type delays func(failures int) time.Duration

// schedules is the table of all back-offs. steps are 5 minutes, 30 minutes, 2 hours, 8 hours, then a day.
var schedules = [purposes]schedule{
	forIssuance:      {other: steps}, // at most a quarter of the life that is left: see countFailure
	forIssuanceError: {other: brief},
	forTarget:        {transient: brief, throttled: brief, other: steps, obeys: longestRetryAfter},
	forTags:          {transient: hourly, throttled: hourly, other: steps, obeys: longestRetryAfter},
	forTakeover:      {other: hourly, obeys: longestRetryAfter}, // a right that is missing may just have been granted
	forCleanup:       {transient: brief, other: steps, obeys: longestRetryAfter},
	forDelivery:      {other: brief, obeys: longestRetryAfter},
	// NotFound: the directory has no renewalInfo. Six hours: RFC 9773 section 4.3.3.
	forRenewalInfo: {transient: doubling(time.Minute, 6*time.Hour), throttled: always(time.Minute), notFound: always(7 * day), other: always(6 * time.Hour), obeys: day},
	forRevocation:  {other: doubling(10*time.Minute, day)}, // one that never answers is asked once a day in the end
	forAccount:     {transient: brief, throttled: brief, other: steps},
	forDirectory:   {other: doubling(time.Minute, 6*time.Hour), obeys: day},
	forRepetition:  {other: brief},
}

var (
	brief  = doubling(10*time.Second, 30*time.Minute)
	hourly = doubling(10*time.Second, time.Hour)
)

// delay returns how long to wait after err, which was the last of that many failures in a row.
func (p purpose) delay(err error, failures int) time.Duration {
	s := schedules[p]
	after := s.other
	switch kind := api.KindOf(err); {
	case kind == api.Transient && s.transient != nil:
		after = s.transient
	case kind == api.Throttled && s.throttled != nil:
		after = s.throttled
	case kind == api.NotFound && s.notFound != nil:
		after = s.notFound
	}
	return max(after(failures), min(retryAfterOf(err), s.obeys))
}

// steps returns the waits of attempts that are refused; the last one repeats.
func steps(failures int) time.Duration {
	all := []time.Duration{5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 8 * time.Hour, day}
	return all[min(max(failures, 1), len(all))-1]
}

// doubling returns the waits that begin with first and double up to longest.
func doubling(first, longest time.Duration) delays {
	return func(failures int) time.Duration {
		d := first
		for n := 1; n < failures && d < longest; n++ {
			d *= 2
		}
		return min(d, longest)
	}
}

func always(d time.Duration) delays { return func(int) time.Duration { return d } }

// longestRetryAfter bounds what a service may ask for: Let's Encrypt's longest window is a week.
const longestRetryAfter = 7 * day

// retryAfterOf returns for how long the service asks not to be called, in whole seconds: 0 if it does not ask or asks for a
// time in the past, and never more than longestRetryAfter. Every Retry-After goes through it.
func retryAfterOf(err error) time.Duration {
	return seconds(bounded(api.RetryAfterOf(err), 0, longestRetryAfter))
}

// retryAfterUntil returns until when the service asks not to be called; zero: it does not ask.
func retryAfterUntil(now time.Time, err error) time.Time {
	if after := retryAfterOf(err); after > 0 {
		return now.Add(after)
	}
	return time.Time{}
}

// isTemporary reports whether the error may end by itself in a moment.
func isTemporary(err error) bool {
	kind := api.KindOf(err)
	return kind == api.Transient || kind == api.Throttled
}
