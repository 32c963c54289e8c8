package plan

import (
	"testing"
	"time"

	"certloop/reconciler/api"
)

func answers(start, end time.Time, again time.Duration) option {
	return func(in *Input) {
		in.Renewal = &api.RenewalInfo{WindowStart: start, WindowEnd: end, RetryAfter: again, ExplanationURL: "https://ca.test/why"}
	}
}

func transientFor(after time.Duration) error {
	return &api.Error{Kind: api.Transient, RetryAfter: after, Message: "no answer"}
}

func refuses(err error) option { return func(in *Input) { in.RenewalErr = err } }

func ariFailures(n int) option { return status(func(s *api.CertificateStatus) { s.ARI.Failures = n }) }

func TestRenewalInfo_WhenTheCAIsAskedAgain(t *testing.T) {
	start, end := began.Add(60*day), began.Add(61*day)
	for sentence, c := range map[string]struct {
		in       Input
		next     time.Duration
		failures int
	}{
		"as it says":                          {kept(asks(now), answers(start, end, 6*time.Hour)), 6 * time.Hour, 0},
		"not sooner than a minute":            {kept(asks(now), answers(start, end, time.Second)), time.Minute, 0},
		"not later than a day":                {kept(asks(now), answers(start, end, 30*day)), day, 0},
		"an answer ends a row of errors":      {kept(asks(now), ariFailures(4), answers(start, end, 6*time.Hour)), 6 * time.Hour, 0},
		"a directory without it, in a week":   {kept(asks(now), refuses(failing(api.NotFound, "", "none"))), 7 * day, 1},
		"after an error, in a minute":         {kept(asks(now), refuses(failing(api.Transient, "", "no answer"))), time.Minute, 1},
		"after the next, in two":              {kept(asks(now), ariFailures(1), refuses(failing(api.Transient, "", "no answer"))), 2 * time.Minute, 2},
		"after many, four times a day":        {kept(asks(now), ariFailures(20), refuses(failing(api.Transient, "", "no answer"))), 6 * time.Hour, 21},
		"after an error, as it says":          {kept(asks(now), refuses(transientFor(2*time.Hour))), 2 * time.Hour, 1},
		"not sooner than we would":            {kept(asks(now), ariFailures(3), refuses(transientFor(time.Minute))), 8 * time.Minute, 4},
		"an error, not later than a day":      {kept(asks(now), refuses(transientFor(9*day))), day, 1},
		"a time in the past counts as none":   {kept(asks(now), refuses(transientFor(-time.Hour))), time.Minute, 1},
		"an answer's time in the past too":    {kept(asks(now), answers(start, end, -years292)), time.Minute, 0},
		"a refusal lasts":                     {kept(asks(now), refuses(failing(api.Terminal, "", "malformed"))), 6 * time.Hour, 1},
		"an error that nobody foresaw, too":   {kept(asks(now), refuses(errBug)), 6 * time.Hour, 1},
		"throttled, as it says":               {kept(asks(now), refuses(throttled(time.Hour))), time.Hour, 1},
		"throttled, not sooner than a minute": {kept(asks(now), refuses(throttled(0))), time.Minute, 1},
		"throttled, not later than a day":     {kept(asks(now), refuses(throttled(9*day))), day, 1},
	} {
		t.Run(sentence, func(t *testing.T) {
			got := Settle(c.in, Decide(c.in), Outcome{}).Status.ARI
			if !got.NextCheckAt.Equal(now.Add(c.next)) || got.Failures != c.failures {
				t.Errorf("in %s after %d errors, want in %s after %d", got.NextCheckAt.Sub(now), got.Failures, c.next, c.failures)
			}
			if c.in.Renewal != nil && (!got.WindowStart.Equal(start) || !got.WindowEnd.Equal(end) || got.ExplanationURL != "https://ca.test/why") {
				t.Errorf("the answer is noted as %+v", got)
			}
		})
	}
}

func TestRenewalInfo_AnErrorKeepsTheWindowThatIsKnown(t *testing.T) {
	in := kept(asks(now), answers(began.Add(50*day), began.Add(51*day), time.Hour))
	in.Stored = Settle(in, Decide(in), Outcome{}).Status
	in = in.with(at(now.Add(time.Hour)), func(in *Input) { in.Renewal = nil }, refuses(failing(api.Transient, "", "no answer")))
	got := Settle(in, Decide(in), Outcome{}).Status
	if got.RenewalSource != api.SourceARI || !got.RenewAt.Equal(in.Stored.RenewAt) {
		t.Errorf("renewal by %s at %s, want by ARI at %s", got.RenewalSource, got.RenewAt, in.Stored.RenewAt)
	}
}

func TestRenewalInfo_AWindowIsOnlyThatOfTheCertificateInPlace(t *testing.T) {
	in := kept(asks(now), status(func(s *api.CertificateStatus) {
		s.ARI.WindowStart, s.ARI.WindowEnd = began.Add(time.Hour), began.Add(2*time.Hour)
	}))
	if got := Decide(in).Action; got != MakeKey {
		t.Errorf("in its window it is renewed, not: %s", got)
	}
	replaced := in.with(target(holds(leaf("c3", began, ends))))
	if got := Decide(replaced); got.Reason != api.ReasonNotNeeded {
		t.Errorf("another certificate at its place is not, not: %+v", got)
	}
	if got := Settle(replaced, Decide(replaced), Outcome{}).Status; got.ARI != nil || got.Account != "" || got.Directory != "" {
		t.Errorf("who issued it is not known, not: %+v of account %q", got.ARI, got.Account)
	}
}

// TestRenewalInfo_AWindowIsKeptAsTheTableKeepsIt: a CA may answer in fractions of a second, which the table drops.
func TestRenewalInfo_AWindowIsKeptAsTheTableKeepsIt(t *testing.T) {
	start := began.Add(50*day + 123*time.Millisecond)
	in := kept(asks(now), answers(start, start.Add(36*time.Hour), time.Hour+time.Millisecond))
	got := Settle(in, Decide(in), Outcome{}).Status
	for name, at := range map[string]time.Time{"start": got.ARI.WindowStart, "end": got.ARI.WindowEnd, "next check": got.ARI.NextCheckAt} {
		if at.Nanosecond() != 0 {
			t.Errorf("%s is %s", name, at)
		}
	}
	in.Stored, in.Renewal = got, nil
	if again := Settle(in, Decide(in), Outcome{}).Status; !again.RenewAt.Equal(got.RenewAt) {
		t.Errorf("a second look moves the renewal from %s to %s", got.RenewAt, again.RenewAt)
	}
}

// TestRenewalInfo_ADistrustedWindowIsTrustedAgain only when it is a usual one and not over yet.
func TestRenewalInfo_ADistrustedWindowIsTrustedAgain(t *testing.T) {
	for sentence, c := range map[string]struct {
		start, end time.Time
		trusted    bool
	}{
		"a usual one":                    {began.Add(60 * day), began.Add(61 * day), true},
		"one that is over":               {now.Add(-2 * time.Hour), now.Add(-time.Hour), false},
		"one that ends this moment":      {now.Add(-2 * time.Hour), now, false},
		"one in the first third":         {began.Add(day), began.Add(2 * day), false},
		"one that ends before its start": {began.Add(62 * day), began.Add(61 * day), false},
		"one that ends with the third":   {began.Add(29 * day), began.Add(30 * day).Add(time.Minute), true},
	} {
		t.Run(sentence, func(t *testing.T) {
			in := kept(asks(now), status(func(s *api.CertificateStatus) { s.ARI.EarlyWindow = api.EarlyHonoured }), answers(c.start, c.end, time.Hour))
			got := Settle(in, Decide(in), Outcome{}).Status.ARI.EarlyWindow
			if (got == "") != c.trusted {
				t.Errorf("it is %q", got)
			}
		})
	}
}

// TestRenewalInfo_AnEarlyWindowIsFollowedOncePerChain of renewals, and that the next one is not is reported once.
func TestRenewalInfo_AnEarlyWindowIsFollowedOncePerChain(t *testing.T) {
	early := status(func(s *api.CertificateStatus) {
		s.ARI.WindowStart, s.ARI.WindowEnd, s.ARI.NextCheckAt = began.Add(time.Hour), began.Add(2*time.Hour), now.Add(time.Hour)
	})
	state := func(e api.EarlyState) option {
		return status(func(s *api.CertificateStatus) { s.ARI.EarlyWindow = e })
	}
	first := kept(asks(now), early)
	if iss := next(t, first, MakeKey, Outcome{Sealed: []byte("sealed")}).Issuance; iss.EarlyWindow != api.EarlyHonoured {
		t.Errorf("the successor knows %q", iss.EarlyWindow)
	}
	second := kept(asks(now), early, state(api.EarlyHonoured))
	p := Decide(second)
	if p.Reason != api.ReasonNotNeeded {
		t.Fatalf("decided %+v", p)
	}
	got := Settle(second, p, Outcome{}).Status
	if got.ARI.EarlyWindow != api.EarlyIgnored || noticesSent(got, api.NoticeWarning) != 1 || noticesSent(got, api.NoticeFailed) != 0 || got.RenewalSource != api.SourceLifetime || lastEntry(got).Reason != api.ReasonWindowIgnored {
		t.Errorf("%+v", got)
	}
	third := stored(second, Settled{Status: got})
	third.Stored.Outbox = nil
	if got := Settle(third, Decide(third), Outcome{}).Status; noticesSent(got, api.NoticeFailed) != 0 {
		t.Errorf("it is sent again: %+v", got.Outbox)
	}
	for _, e := range []api.EarlyState{api.EarlyHonoured, api.EarlyIgnored, ""} {
		late := kept(asks(now), state(e), at(renewAt))
		if iss := next(t, late, MakeKey, Outcome{Sealed: []byte("sealed")}).Issuance; iss.EarlyWindow != e {
			t.Errorf("after a usual renewal %q becomes %q", e, iss.EarlyWindow)
		}
	}
	usual := kept(asks(now), state(api.EarlyHonoured), answers(began.Add(60*day), began.Add(61*day), time.Hour))
	if got := Settle(usual, Decide(usual), Outcome{}).Status; noticesSent(got, api.NoticeFailed) != 0 || got.RenewalSource != api.SourceARI {
		t.Errorf("a usual window: %+v", got)
	}
}

// TestRenewalInfo_TheSuccessorBeginsWithWhatTheIssuanceKnows of early windows.
func TestRenewalInfo_TheSuccessorBeginsWithWhatTheIssuanceKnows(t *testing.T) {
	in := kept(target(holds(successor)), issuing(held(successor), func(i *api.Issuance) { i.EarlyWindow = api.EarlyIgnored }))
	if got := Settle(in, Decide(in), Outcome{}).Status.ARI; got == nil || got.EarlyWindow != api.EarlyIgnored {
		t.Errorf("%+v", got)
	}
}

// TestRenewalInfo_AnErrorBeforeAnEffectCountsOnce: it is in the write before the effect and in the one after.
func TestRenewalInfo_AnErrorBeforeAnEffectCountsOnce(t *testing.T) {
	in := kept(asks(now), spec(func(c *api.Certificate) { c.Tags = map[string]string{"team": "web"} }), refuses(failing(api.Transient, "", "no answer")))
	p := Decide(in)
	if p.Passive() {
		t.Fatalf("there is no effect: %+v", p)
	}
	got := Settle(claimed(in, p), p, Outcome{}).Status.ARI
	if got.Failures != 1 || !got.NextCheckAt.Equal(now.Add(time.Minute)) {
		t.Errorf("%d failures, next in %s", got.Failures, got.NextCheckAt.Sub(now))
	}
}
