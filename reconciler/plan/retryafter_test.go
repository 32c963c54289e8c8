package plan

import (
	"math"
	"testing"
	"time"

	"certloop/reconciler/api"
	"pgregory.net/rapid"
)

// years292 is what `Retry-After: -9223372037` becomes where seconds are multiplied and the result is not checked.
const years292 = time.Duration(math.MaxInt64)

func TestRetryAfter_ARetryAfterIsClampedAtBothEnds(t *testing.T) {
	for sentence, c := range map[string]struct {
		said, want time.Duration
	}{
		"as it says":                   {time.Hour, time.Hour},
		"a week":                       {7 * day, 7 * day},
		"no more than a week":          {30 * day, 7 * day},
		"not 292 years":                {years292, 7 * day},
		"a time in the past is none":   {-time.Hour, 0},
		"nor one 292 years in it":      {math.MinInt64, 0},
		"whole seconds":                {1500 * time.Millisecond, time.Second},
		"it says nothing: as we think": {0, 0},
	} {
		t.Run(sentence, func(t *testing.T) {
			err := &api.Error{Kind: api.Throttled, RetryAfter: c.said, Message: "too many requests"}
			if got := retryAfterOf(err); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			until := now.Add(max(c.want, 10*time.Second)) // the least pause after a refusal
			if got := afterRefusal(fresh(issuing(), zones), err).RetryAfterUntil; !got.Equal(until) {
				t.Errorf("the order waits until %s, want %s", got, until)
			}
		})
	}
}

// TestRetryAfter_NoRetryAfterPausesAnythingForLongerThanAWeek, whoever asks for it.
func TestRetryAfter_NoRetryAfterPausesAnythingForLongerThanAWeek(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyWorld.Draw(t, "world").Input
		p := Decide(in)
		if p.Passive() {
			t.Skip("nothing is tried")
		}
		said := time.Duration(rapid.Int64().Draw(t, "Retry-After"))
		err := &api.Error{Kind: one(t, "kind", api.Transient, api.Throttled, api.Terminal), RetryAfter: said, Message: "not now"}
		got := take(in, p, Outcome{Err: err, Order: &api.Order{}}).Status
		pauses := []time.Time{got.RetryAfterUntil, got.FailureBackoffUntil, got.TransientBackoffUntil, got.NextCleanupAt, got.NextDeliveryAt}
		for _, ts := range got.Targets {
			pauses = append(pauses, ts.NextAttemptAt, ts.NextTagAt)
		}
		for _, at := range pauses {
			if at.After(now.Add(7 * day)) {
				t.Fatalf("%s with a Retry-After of %s pauses until %s", p.Action, said, at)
			}
		}
	})
}

func TestRetryAfter_AStoredPauseThatNobodyCanHaveWrittenIsDropped(t *testing.T) {
	far := now.Add(years292)
	in := fresh(issuing(), zones, failed(func(s *api.CertificateStatus) {
		s.Failures, s.FailureBackoffUntil, s.TransientBackoffUntil, s.RetryAfterUntil, s.ClaimID, s.LeaseUntil = 1, far, far, far, "claim", far
	}))
	if got := Decide(in); got.Action != NewOrder {
		t.Errorf("decided %+v", got)
	}
	in = in.with(failed(func(s *api.CertificateStatus) { s.RetryAfterUntil = now.Add(7 * day) }))
	if got := Decide(in); got.Reason != api.ReasonBackingOff || !got.At.Equal(now.Add(7*day)) {
		t.Errorf("of a week: decided %+v", got)
	}
	account := AccountInput{Now: now, Name: "default", HasRecord: true, Spec: &api.Account{Name: "default", Directory: dir}, HasStatus: true,
		Stored: api.AccountStatus{Directory: dir, RetryAfterUntil: far}}
	if got := DecideAccount(account); got.Action != CreateKey {
		t.Errorf("account: decided %+v", got)
	}
}

// TestRetryAfter_OnlyAnotherIssuerEndsARetryAfter: a CA limits by account and by identifier (RFC 8555 section 6.6).
func TestRetryAfter_OnlyAnotherIssuerEndsARetryAfter(t *testing.T) {
	limited := fresh(issuing(), zones)
	limited = stored(limited, Settle(limited, Plan{Action: NewOrder}, Outcome{Err: throttled(7 * day)}))
	for sentence, c := range map[string]struct {
		change option
		ends   bool
	}{
		"nothing changed":                  {func(*Input) {}, false},
		"other names":                      {spec(func(c *api.Certificate) { c.Domains = []string{"api.example.com"} }), false},
		"another profile":                  {spec(func(c *api.Certificate) { c.Profile = "shortlived" }), false},
		"a token":                          {func(in *Input) { in.Force = "now" }, false},
		"the account is gone for a moment": {account(noAccount), false},
		"another account": {func(in *Input) {
			in.Account.Name, in.Account.Spec = "other", &api.Account{Name: "other", Directory: dir}
		}, true},
		"another directory": {func(in *Input) {
			in.Account.Spec = &api.Account{Name: "default", Directory: "https://other.test/dir"}
		}, true},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := newDraft(limited.with(c.change, func(in *Input) { in.Issuance = nil }))
			if ended := s.blockedUntil().IsZero(); ended != c.ends {
				t.Errorf("blocked until %s", s.blockedUntil())
			}
		})
	}
}

func TestRetryAfter_AnAccountAtAnotherDirectoryDoesNotWaitForTheFirst(t *testing.T) {
	in := AccountInput{Now: now, Name: "default", HasRecord: true, Spec: &api.Account{Name: "default", Directory: "https://other.test/dir"},
		HasStatus: true, Stored: api.AccountStatus{Directory: dir, RetryAfterUntil: now.Add(day)}}
	if got := DecideAccount(in); got.Action != CreateKey {
		t.Errorf("decided %+v", got)
	}
}
