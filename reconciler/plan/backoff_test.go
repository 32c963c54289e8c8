package plan

import (
	"errors"
	"testing"
	"time"

	"certloop/reconciler/api"
	"pgregory.net/rapid"
)

var errBug = errors.New("nobody set a kind")

func throttled(after time.Duration) error {
	return &api.Error{Kind: api.Throttled, RetryAfter: after, Message: "too many requests"}
}

// failures is a record whose issuance failed so often before.
func failures(n int) option {
	return failed(func(s *api.CertificateStatus) { s.Failures = n })
}

// orderFailing is the time until the next attempt after the CA refused another order.
func afterRefusal(in Input, err error) api.CertificateStatus {
	return Settle(in, Plan{Action: NewOrder}, Outcome{Err: err}).Status
}

func TestBackoff_TheWaitsAfterFailures(t *testing.T) {
	refused := failing(api.Terminal, api.ReasonOrderFailed, "refused")
	for n, want := range []time.Duration{5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 8 * time.Hour, day, day, day} {
		got := afterRefusal(fresh(issuing(), zones, failures(n)), refused)
		if wait := got.FailureBackoffUntil.Sub(now); wait != want || got.Failures != n+1 {
			t.Errorf("failure %d is followed by %s, want %s", got.Failures, wait, want)
		}
	}
}

func TestBackoff_TheEndOfACertificateShortensTheWait(t *testing.T) {
	refused := failing(api.Terminal, api.ReasonOrderFailed, "refused")
	for sentence, c := range map[string]struct {
		left   time.Duration
		before int
		want   time.Duration
	}{
		"a month is left":                  {30 * day, 9, day},
		"never later than a quarter of it": {2 * day, 9, 12 * time.Hour},
		"of the last hours too":            {2 * time.Hour, 9, 30 * time.Minute},
		"not sooner than 15 minutes":       {10 * time.Minute, 9, 15 * time.Minute},
		"a first failure waits no longer":  {10 * time.Minute, 0, 5 * time.Minute},
	} {
		t.Run(sentence, func(t *testing.T) {
			in := kept(issuing(), zones, failures(c.before), at(ends.Add(-c.left)))
			if wait := afterRefusal(in, refused).FailureBackoffUntil.Sub(in.Now); wait != c.want {
				t.Errorf("%s, want %s", wait, c.want)
			}
		})
	}
}

func TestBackoff_NoWaitAfterAFailureIsTooLongOrTooShort(t *testing.T) {
	refused := failing(api.Terminal, api.ReasonOrderFailed, "refused")
	rapid.Check(t, func(t *rapid.T) {
		left := time.Duration(rapid.Int64Range(1, int64(life/time.Second)).Draw(t, "left")) * time.Second
		n := rapid.IntRange(0, 10).Draw(t, "failures before")
		in := kept(issuing(), zones, failures(n), at(ends.Add(-left)))
		wait := afterRefusal(in, refused).FailureBackoffUntil.Sub(in.Now)
		switch {
		case wait > steps(n+1):
			t.Fatalf("%s is longer than the step %s", wait, steps(n+1))
		case wait > max(left/4, 15*time.Minute):
			t.Fatalf("%s, with %s left", wait, left)
		case wait < min(steps(n+1), 15*time.Minute):
			t.Fatalf("%s for the end's sake alone", wait)
		}
	})
}

func TestBackoff_HowErrorsOfEachKindAreWaitedOut(t *testing.T) {
	for sentence, c := range map[string]struct {
		in       Input
		err      error
		wait     time.Duration
		failures int
		reason   api.Reason
	}{
		"a refusal counts":              {fresh(issuing(), zones), failing(api.Terminal, api.ReasonOrderFailed, "no"), 5 * time.Minute, 1, api.ReasonOrderFailed},
		"so does what is not there":     {fresh(issuing(), zones), failing(api.NotFound, "", "no"), 5 * time.Minute, 1, api.ReasonOrderFailed},
		"and what nobody foresaw":       {fresh(issuing(), zones), errBug, 5 * time.Minute, 1, api.ReasonInternalError},
		"no answer does not":            {fresh(issuing(), zones), failing(api.Transient, api.ReasonCAUnavailable, "no"), 10 * time.Second, 0, api.ReasonCAUnavailable},
		"the next waits longer":         {fresh(issuing(), zones, failed(func(s *api.CertificateStatus) { s.TransientErrors = 1 })), failing(api.Transient, "", "no"), 20 * time.Second, 1, api.ReasonOrderFailed},
		"up to half an hour":            {fresh(issuing(), zones, failed(func(s *api.CertificateStatus) { s.TransientErrors = 40 })), failing(api.Transient, "", "no"), 30 * time.Minute, 1, api.ReasonOrderFailed},
		"throttled without a time":      {fresh(issuing(), zones), throttled(0), 10 * time.Second, 0, api.ReasonRateLimited},
		"throttled with one":            {fresh(issuing(), zones), throttled(time.Hour), time.Hour, 0, api.ReasonRateLimited},
		"the CA's time wins":            {fresh(issuing(), zones), &api.Error{Kind: api.Terminal, RetryAfter: 7 * day, Message: "no"}, 7 * day, 1, api.ReasonOrderFailed},
		"but for a longer one":          {fresh(issuing(), zones), &api.Error{Kind: api.Terminal, RetryAfter: time.Second, Message: "no"}, 5 * time.Minute, 1, api.ReasonOrderFailed},
		"nor does it shorten another":   {fresh(issuing(), zones, failed(func(s *api.CertificateStatus) { s.RetryAfterUntil = now.Add(day) })), throttled(time.Minute), day, 1, api.ReasonRateLimited},
		"also near the end of a life":   {kept(issuing(), zones, at(ends.Add(-time.Hour))), &api.Error{Kind: api.Terminal, RetryAfter: 2 * time.Hour, Message: "no"}, 2 * time.Hour, 1, api.ReasonOrderFailed},
		"somebody else's write is none": {fresh(issuing(), zones), failing(api.Conflict, "", "no"), 0, 0, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			got := afterRefusal(c.in, c.err)
			s := newDraft(c.in)
			s.next = got
			wait := time.Duration(0)
			if until := s.blockedUntil(); !until.IsZero() {
				wait = until.Sub(c.in.Now)
			}
			if wait != c.wait || got.Failures != c.failures || got.LastReason != c.reason {
				t.Errorf("%s after %d failures because of %q, want %s after %d because of %q", wait, got.Failures, got.LastReason, c.wait, c.failures, c.reason)
			}
			if got.LastReason != "" && got.LastError != api.MessageOf(c.err) {
				t.Errorf("it says %q, want %q", got.LastError, api.MessageOf(c.err))
			}
		})
	}
}

func TestBackoff_AnotherDigestEndsABackOffButNotTheCAsWord(t *testing.T) {
	in := fresh(failed(func(s *api.CertificateStatus) {
		s.Failures, s.FailureBackoffUntil, s.TransientBackoffUntil, s.RetryAfterUntil = 3, now.Add(2*time.Hour), now.Add(time.Minute), now.Add(time.Hour)
	}))
	same := newDraft(in.with(spec(func(c *api.Certificate) { c.Tags = map[string]string{"team": "web"} })))
	if same.next.Failures != 3 || !same.blockedUntil().Equal(now.Add(2*time.Hour)) {
		t.Errorf("other tags end it: %d failures, until %s", same.next.Failures, same.blockedUntil())
	}
	other := newDraft(in.with(spec(func(c *api.Certificate) { c.Domains = []string{"api.example.com"} })))
	if s := other.next; s.Failures != 0 || !s.FailureBackoffUntil.IsZero() || !s.TransientBackoffUntil.IsZero() || s.LastError != "" {
		t.Errorf("other domains do not: %d failures, until %s", s.Failures, s.FailureBackoffUntil)
	}
	if !other.blockedUntil().Equal(now.Add(time.Hour)) {
		t.Errorf("until %s, and the CA said %s", other.blockedUntil(), now.Add(time.Hour))
	}
	errors := afterRefusal(fresh(issuing(), zones), failing(api.Transient, "", "no answer"))
	changed := newDraft(fresh(func(in *Input) { in.HasStatus, in.Stored = true, errors }, spec(func(c *api.Certificate) { c.Domains = []string{"api.example.com"} })))
	if s := changed.next; s.TransientErrors != 0 || !changed.blockedUntil().IsZero() || s.LastError != "" {
		t.Errorf("after errors alone other domains do not end it: %d errors, until %s", s.TransientErrors, changed.blockedUntil())
	}
	unknown := newDraft(in.with(account(noAccount), spec(func(c *api.Certificate) { c.Domains = []string{"api.example.com"} })))
	if unknown.next.Failures != 3 {
		t.Error("a digest that cannot be known ends it")
	}
}

func TestBackoff_TheWaitsForWhatCannotBeSeen(t *testing.T) {
	for sentence, c := range map[string]struct {
		since time.Time
		want  time.Duration
	}{
		"at first":             {now, 5 * time.Minute},
		"for nobody knows":     {time.Time{}, 5 * time.Minute},
		"since a time to come": {now.Add(time.Hour), 5 * time.Minute},
		"for an hour":          {now.Add(-time.Hour), 15 * time.Minute},
		"for ten seconds more": {now.Add(-time.Hour - 10*time.Second), 15*time.Minute + 2*time.Second},
		"for a day":            {now.Add(-day), 6 * time.Hour},
		"for a year":           {now.Add(-365 * day), 6 * time.Hour},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := recheckAt(now, c.since).Sub(now); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

// TestBackoff_TheSameFailureIsToldOnce: the next ones of a row are in the history alone.
func TestBackoff_TheSameFailureIsToldOnce(t *testing.T) {
	in := fresh(issuing(), zones)
	refused := failing(api.Terminal, api.ReasonOrderFailed, "refused")
	for n := range 4 {
		got := afterRefusal(in, refused)
		if sent := noticesSent(got, api.NoticeFailed); sent != 1 || got.Failures != n+1 || lastEntry(got).Message != "refused" {
			t.Errorf("after %d failures it was sent %d times", got.Failures, sent)
		}
		in = in.with(func(in *Input) { in.HasStatus, in.Stored, in.Now = true, got, in.Now.Add(2*day) })
	}
}

// TestBackoff_ARestForgetsWhatFailed: what went wrong last is over once every target is satisfied.
func TestBackoff_ARestForgetsWhatFailed(t *testing.T) {
	for sentence, change := range map[string]func(*api.CertificateStatus){
		"failures": func(*api.CertificateStatus) {},
		"transient errors": func(s *api.CertificateStatus) {
			s.Failures, s.TransientErrors, s.TransientBackoffUntil = 0, 3, now.Add(-time.Minute)
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			in := kept(failed(change))
			p := Decide(in)
			if p.Reason != api.ReasonNotNeeded {
				t.Fatalf("decided %+v", p)
			}
			if s := Settle(in, p, Outcome{}).Status; s.LastError != "" || s.LastReason != "" || s.Failures != 0 || s.TransientErrors != 0 || s.FailedDigest != "" {
				t.Errorf("left is %q: %q after %d and %d", s.LastReason, s.LastError, s.Failures, s.TransientErrors)
			}
		})
	}
}
