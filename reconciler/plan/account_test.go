package plan

import (
	"strings"
	"testing"
	"time"

	"certloop/reconciler/api"
)

// takeAccount takes a step as a pass does.
func takeAccount(t *testing.T, in AccountInput, action Action, o AccountOutcome) (api.AccountStatus, time.Time) {
	t.Helper()
	p := DecideAccount(in)
	if p.Action != action {
		t.Fatalf("decided %+v, want %s", p, action)
	}
	if !p.Passive() {
		in.Stored, in.HasStatus = IntendAccount(in, p, in.Now), true
		in.Stored.ClaimID = "claim-1"
	}
	return SettleAccount(in, p, o)
}

func readiness(s api.AccountStatus) api.Condition {
	c, _ := api.GetCondition(s.Conditions, api.ConditionReady)
	return c
}

func TestSettleAccount_AnAccountComesToBeStepByStep(t *testing.T) {
	in := newAccount()
	for _, step := range []struct {
		action Action
		out    AccountOutcome
	}{
		{CreateKey, AccountOutcome{}},
		{Lookup, AccountOutcome{Err: failing(api.NotFound, "", "unknown")}},
		{Register, AccountOutcome{URI: "https://ca.test/acct/1"}},
		{Wake, AccountOutcome{}},
		{Wait, AccountOutcome{}},
	} {
		status, at := takeAccount(t, in, step.action, step.out)
		if step.action != Wait && !at.Equal(now) {
			t.Errorf("after %s the next step comes at %s", step.action, at)
		}
		if status.ClaimID != "" || !status.LeaseUntil.IsZero() {
			t.Errorf("after %s it is claimed still", step.action)
		}
		in.Stored, in.HasStatus = status, true
	}
	s := in.Stored
	if !s.IsReady() || s.URI != "https://ca.test/acct/1" || s.Email != "ops@example.com" || s.KeyID != api.AccountKeyID("default", dir) || s.DueAt != 0 || s.WakePending {
		t.Errorf("status %+v", s)
	}
}

func TestSettleAccount_AnAccountThatTheCAKnowsIsNotRegisteredAgain(t *testing.T) {
	got, _ := takeAccount(t, registered(accountStatus(unregistered)), Lookup, AccountOutcome{URI: "https://ca.test/acct/1"})
	if got.URI != "https://ca.test/acct/1" || !got.IsReady() || !got.WakePending {
		t.Errorf("status %+v", got)
	}
	next := registered()
	next.Stored = got
	if p := DecideAccount(next); p.Action != UpdateContact {
		t.Errorf("whose address it has is not known: %+v", p)
	}
}

// TestSettleAccount_ACredentialIsNotPresentedTwice: a registration whose reply was lost is looked up before another is tried.
func TestSettleAccount_ACredentialIsNotPresentedTwice(t *testing.T) {
	for sentence, c := range map[string]struct {
		err  error
		want Action
	}{
		"no answer":           {failing(api.Transient, "", "no answer"), Lookup},
		"an unforeseen error": {errBug, Lookup},
		"refused":             {failing(api.Terminal, api.ReasonEABRequired, "EAB is required"), Register},
		"throttled":           {throttled(time.Minute), Register},
	} {
		t.Run(sentence, func(t *testing.T) {
			in := registered(accountStatus(unknownToCA))
			got, at := takeAccount(t, in, Register, AccountOutcome{Err: c.err})
			if !at.After(now) {
				t.Error("it is tried again at once")
			}
			in.Stored, in.Now = got, at
			if p := DecideAccount(in); p.Action != c.want {
				t.Errorf("then %s, want %s", p.Action, c.want)
			}
		})
	}
	in := registered(accountStatus(unknownToCA))
	crashed := in
	crashed.Stored = IntendAccount(in, DecideAccount(in), in.Now)
	crashed.Now = crashed.Stored.LeaseUntil
	if p := DecideAccount(crashed); p.Action != Lookup {
		t.Errorf("after a crash: %s", p.Action)
	}
}

func TestSettleAccount_AnAccountStepThatFails(t *testing.T) {
	for sentence, c := range map[string]struct {
		err    error
		before int
		wait   time.Duration
		reason api.Reason
	}{
		"refused":                  {failing(api.Terminal, api.ReasonEABRequired, "no"), 0, 5 * time.Minute, api.ReasonEABRequired},
		"refused without a reason": {failing(api.Terminal, "", "no"), 0, 5 * time.Minute, api.ReasonRegistrationRefused},
		"refused again":            {failing(api.Terminal, "", "no"), 1, 30 * time.Minute, api.ReasonRegistrationRefused},
		"no answer":                {failing(api.Transient, "", "no"), 0, 10 * time.Second, api.ReasonCAUnavailable},
		"throttled":                {throttled(time.Hour), 0, time.Hour, api.ReasonRateLimited},
		"unforeseen":               {errBug, 0, 5 * time.Minute, api.ReasonInternalError},
	} {
		t.Run(sentence, func(t *testing.T) {
			in := registered(accountStatus(unknownToCA), accountStatus(func(s *api.AccountStatus) { s.Failures = c.before }))
			got, at := takeAccount(t, in, Register, AccountOutcome{Err: c.err})
			if got.Failures != c.before+1 || at.Sub(now) != c.wait || got.LastError != api.MessageOf(c.err) {
				t.Errorf("%d failures, again in %s: %q", got.Failures, at.Sub(now), got.LastError)
			}
			if r := readiness(got); r.Status != api.ConditionFalse || r.Reason != c.reason || r.Message != api.MessageOf(c.err) {
				t.Errorf("ready: %+v", r)
			}
			in.Stored, in.Now = got, now.Add(time.Second)
			later, _ := SettleAccount(in, DecideAccount(in), AccountOutcome{})
			if r := readiness(later); r.Reason != c.reason || r.Message != api.MessageOf(c.err) {
				t.Errorf("a second look changes it to %+v", r)
			}
		})
	}
}

func TestSettleAccount_AWriteInBetweenIsNoRefusal(t *testing.T) {
	got, at := takeAccount(t, registered(accountStatus(unknownToCA)), Register, AccountOutcome{Err: failing(api.Conflict, "", "somebody wrote")})
	if r := readiness(got); r.Reason != api.ReasonRegistering || r.Message != "" || got.Failures != 0 || !at.Equal(now) {
		t.Errorf("ready: %+v after %d failures, again at %s", r, got.Failures, at)
	}
}

func TestSettleAccount_TheConditionsOfAnAccount(t *testing.T) {
	for sentence, c := range map[string]struct {
		in              AccountInput
		accepted, ready api.Condition
	}{
		"registered":                             {registered(), api.Condition{Status: api.ConditionTrue, Reason: api.ReasonAccepted}, api.Condition{Status: api.ConditionTrue, Reason: api.ReasonRegistered}},
		"on its way":                             {newAccount(), api.Condition{Status: api.ConditionTrue, Reason: api.ReasonAccepted}, api.Condition{Status: api.ConditionFalse, Reason: api.ReasonRegistering}},
		"invalid":                                {registered(accountIsInvalid), api.Condition{Status: api.ConditionFalse, Reason: api.ReasonInvalidSpec, Message: "directory: none"}, api.Condition{Status: api.ConditionFalse, Reason: api.ReasonInvalidSpec, Message: "the record is not accepted"}},
		"without a key":                          {registered(keyFails(failing(api.NotFound, "", "gone"))), api.Condition{Status: api.ConditionTrue, Reason: api.ReasonAccepted}, api.Condition{Status: api.ConditionFalse, Reason: api.ReasonAccountKeyLost, Message: "restore the secret"}},
		"whose key cannot be read at the moment": {registered(keyFails(failing(api.Transient, "", "no answer"))), api.Condition{Status: api.ConditionTrue, Reason: api.ReasonAccepted}, api.Condition{Status: api.ConditionTrue, Reason: api.ReasonRegistered}},
	} {
		t.Run(sentence, func(t *testing.T) {
			p := waitInstead(DecideAccount(c.in))
			got, _ := SettleAccount(c.in, p, AccountOutcome{})
			for of, want := range map[api.ConditionType]api.Condition{api.ConditionAccepted: c.accepted, api.ConditionReady: c.ready} {
				have, _ := api.GetCondition(got.Conditions, of)
				if have.Status != want.Status || have.Reason != want.Reason || !strings.Contains(have.Message, want.Message) || have.ObservedGeneration != got.Generation {
					t.Errorf("%s: %+v, want %+v", of, have, want)
				}
			}
		})
	}
}

func TestSettleAccount_AnotherDirectoryForgetsTheAccountAtTheOld(t *testing.T) {
	other := "https://other.test/dir"
	in := registered(accountSpec(func(a *api.Account) { a.Directory = other }), accountStatus(waking))
	got, _ := takeAccount(t, in, CreateKey, AccountOutcome{})
	if got.URI != "" || got.Email != "" || got.Directory != other || got.KeyID != api.AccountKeyID("default", other) || !got.KeyCreated || got.IsReady() {
		t.Errorf("status %+v", got)
	}
}

// TestSettleAccount_AnAccountThatWaitsIsNotLookedAtAtOnce: a rest that is over at once is no rest, and a pass would never end.
func TestSettleAccount_AnAccountThatWaitsIsNotLookedAtAtOnce(t *testing.T) {
	for sentence, in := range map[string]AccountInput{
		"in a pause":              registered(accountStatus(waking), accountStatus(accountPaused)),
		"without its key":         registered(accountStatus(waking), keyFails(failing(api.NotFound, "", "gone"))),
		"with a key out of reach": registered(accountStatus(waking), keyFails(failing(api.Transient, "", "no answer"))),
		"with an invalid record":  registered(accountStatus(waking), accountIsInvalid),
	} {
		t.Run(sentence, func(t *testing.T) {
			p := DecideAccount(in)
			if !p.Passive() {
				t.Fatalf("decided %+v", p)
			}
			got, _ := SettleAccount(in, p, AccountOutcome{})
			got.Outbox = nil // what was seen is reported first
			in.Stored = got
			got, at := SettleAccount(in, p, AccountOutcome{})
			if !at.Equal(p.At) || !got.WakePending {
				t.Errorf("it waits until %s and is looked at again at %s; waking: %v", p.At, at, got.WakePending)
			}
		})
	}
	back := registered(accountStatus(func(s *api.AccountStatus) { s.Conditions[1].Status = api.ConditionFalse }))
	if got, at := SettleAccount(back, DecideAccount(back), AccountOutcome{}); !got.WakePending || !at.Equal(now) {
		t.Errorf("one that became ready wakes its certificates at once, not at %s; waking: %v", at, got.WakePending)
	}
}

func TestSettleAccount_AWakingThatFailsIsTriedAgain(t *testing.T) {
	got, at := takeAccount(t, registered(accountStatus(waking)), Wake, AccountOutcome{Err: failing(api.Transient, "", "no queue")})
	if !got.WakePending || !at.Equal(now.Add(10*time.Second)) || !got.IsReady() {
		t.Errorf("waking: %v, again at %s, ready: %v", got.WakePending, at, got.IsReady())
	}
}

func TestSettleAccount_ACorrectedAccountStartsAnew(t *testing.T) {
	in := registered(accountStatus(unknownToCA), accountStatus(accountPaused), accountSpec(func(a *api.Account) { a.EABSecretARN = "arn" }))
	got, _ := SettleAccount(in, Plan{Action: Wait, At: now.Add(time.Hour), Reason: api.ReasonRegistering}, AccountOutcome{})
	if got.Generation != 2 || got.ObservedGeneration != 2 || got.SpecDigest != in.SpecDigest {
		t.Errorf("generation %d, observed %d", got.Generation, got.ObservedGeneration)
	}
	if got.Failures != 0 || !got.FailureBackoffUntil.IsZero() || got.LastError != "" {
		t.Errorf("%d failures, %q, until %s", got.Failures, got.LastError, got.FailureBackoffUntil)
	}
}

func TestSettleAccount_AnAccountsStepIsOnRecordBeforeItIsTaken(t *testing.T) {
	in := registered(accountStatus(unknownToCA))
	got := IntendAccount(in, DecideAccount(in), in.Now)
	if !got.LeaseUntil.Equal(now.Add(3*time.Minute)) || got.DueAt != now.Add(10*time.Minute).Unix() || got.Due != api.DuePartition {
		t.Errorf("leased until %s, due at %d", got.LeaseUntil, got.DueAt)
	}
}

func TestSettleAccount_AnAccountsStepThatSucceedsEndsItsPause(t *testing.T) {
	in := registered(accountStatus(unknownToCA), accountStatus(func(s *api.AccountStatus) { s.Failures, s.LastError = 3, "no answer" }))
	got, _ := takeAccount(t, in, Register, AccountOutcome{URI: "https://ca.test/acct/1"})
	if got.Failures != 0 || got.LastError != "" || !got.FailureBackoffUntil.IsZero() {
		t.Errorf("%d failures, %q", got.Failures, got.LastError)
	}
	failed, at := takeAccount(t, in, Register, AccountOutcome{Err: failing(api.Terminal, "", "refused")})
	if !failed.RetryAfterUntil.IsZero() || failed.DueAt != at.Unix() {
		t.Errorf("without a word of the CA until %s, due at %d, again at %s", failed.RetryAfterUntil, failed.DueAt, at)
	}
}
