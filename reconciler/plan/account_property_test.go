package plan

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"certloop/reconciler/api"
	"pgregory.net/rapid"
)

// accountScene is an AccountInput that prints itself as it is written.
type accountScene struct{ AccountInput }

func (s accountScene) GoString() string { return accountText(s.AccountInput) }

func accountText(in AccountInput) string {
	b, err := json.Marshal(struct {
		Spec   *api.Account
		Status api.AccountStatus
	}{in.Spec, in.Stored})
	if err != nil {
		panic(err)
	}
	return string(b)
}

// accounts is any account that a pass may meet.
var accounts = rapid.Custom(func(t *rapid.T) accountScene {
	in := registered()
	in.Spec = &api.Account{Name: "default", Directory: one(t, "directory", dir, dir, "https://other.test/dir"), Email: one(t, "email", "", "ops@example.com", "new@example.com")}
	if in.HasStatus = !rarely(t, "no status"); !in.HasStatus {
		in.Stored = api.AccountStatus{}
	} else {
		someAccountStatus(t, &in.Stored)
	}
	if in.Stored.KeyCreated && in.Stored.Directory == in.Spec.Directory && rarely(t, "key fails") {
		in.KeyErr = someError(t, "key")
	}
	switch one(t, "record", "valid", "valid", "valid", "valid", "invalid", "gone") {
	case "invalid":
		accountIsInvalid(&in)
	case "gone":
		accountGoes(&in)
	}
	return accountScene{in}
})

func someAccountStatus(t *rapid.T, s *api.AccountStatus) {
	s.SpecDigest = one(t, "spec seen", "spec 1", "spec 1", "spec 0")
	s.URI, s.KeyCreated, s.AccountNotFound = one(t, "URI", "", "https://ca.test/acct/1"), !rarely(t, "no key"), rapid.Bool().Draw(t, "unknown")
	s.Failures, s.FailureBackoffUntil, s.RetryAfterUntil = one(t, "failures", 0, 1, 9), someTime(t, "next attempt"), someTime(t, "retry after")
	s.LastError, s.WakePending = one(t, "last error", "", "it refuses"), rapid.Bool().Draw(t, "waking")
	s.DueAt = one(t, "due", 0, now.Unix(), now.Unix()+600, now.Unix()+86400)
	if rarely(t, "claimed") {
		s.ClaimID, s.LeaseUntil = "claim-1", one(t, "lease", now.Add(-time.Second), now.Add(time.Minute))
	}
	s.Conditions = nil
	for _, c := range []api.ConditionType{api.ConditionAccepted, api.ConditionReady} {
		if !rarely(t, "no condition") {
			s.Conditions = append(s.Conditions, api.Condition{Type: c, Status: one(t, "condition", api.ConditionTrue, api.ConditionFalse),
				Reason: api.ReasonRegistrationRefused, LastTransitionTime: began, ObservedGeneration: 1})
		}
	}
}

func someAccountOutcome(t *rapid.T, p Plan) AccountOutcome {
	if p.Passive() {
		return AccountOutcome{}
	}
	if rapid.Bool().Draw(t, "it fails") {
		return AccountOutcome{Err: someError(t, "outcome")}
	}
	return AccountOutcome{URI: "https://ca.test/acct/2"}
}

// step is one step of an account's pass, as it is written down.
func (in AccountInput) step(p Plan, o AccountOutcome) (AccountInput, time.Time) {
	if !p.Passive() {
		in.Stored, in.HasStatus = IntendAccount(in, p, in.Now), true
		in.Stored.ClaimID = "claim-2"
	}
	s, at := SettleAccount(in, p, o)
	in.Stored, in.HasStatus = s, true
	return in, at
}

// unsettled reports whether nothing is settled after the plan: the status is not ours to write, or deleted.
func unsettled(p Plan) bool {
	return p.Reason == api.ReasonLeased || p.Reason == api.ReasonGone || p.Action == Forget
}

func TestSettleAccount_AnAccountsStepIsAFunctionOfWhatIsSeen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := accounts.Draw(t, "account").AccountInput
		before := accountText(in)
		p := DecideAccount(in)
		if again := DecideAccount(in); !reflect.DeepEqual(p, again) {
			t.Fatalf("%+v, and then %+v", p, again)
		}
		if unsettled(p) {
			return
		}
		o := someAccountOutcome(t, p)
		a, atA := in.step(p, o)
		b, atB := in.step(p, o)
		if accountText(a) != accountText(b) || !atA.Equal(atB) {
			t.Fatalf("settled\n%s and then\n%s", accountText(a), accountText(b))
		}
		if accountText(in) != before {
			t.Fatalf("changed\n%s to\n%s", before, accountText(in))
		}
		everyTime(reflect.ValueOf(a.Stored), "", func(path string, at time.Time) {
			if at.Nanosecond() != 0 || at.Location() != time.UTC {
				t.Fatalf("%s is %s", path, at)
			}
		})
	})
}

func TestSettleAccount_AnAccountsTransitionTimeMovesOnlyWhenTheStatusFlips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := accounts.Draw(t, "account").AccountInput
		p := DecideAccount(in)
		if unsettled(p) {
			return
		}
		after, _ := in.step(p, someAccountOutcome(t, p))
		for _, c := range after.Stored.Conditions {
			old, had := api.GetCondition(in.Stored.Conditions, c.Type)
			moved := !c.LastTransitionTime.Equal(old.LastTransitionTime)
			if flipped := !had || old.Status != c.Status; moved != flipped {
				t.Fatalf("%s: %s since %s, and now %s since %s", c.Type, old.Status, old.LastTransitionTime, c.Status, c.LastTransitionTime)
			}
		}
	})
}

// TestSettleAccount_AnAccountsPassEnds: what failed pauses, and a rest lasts; else a pass would go on until its deadline.
func TestSettleAccount_AnAccountsPassEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := accounts.Draw(t, "account").AccountInput
		for range 10 {
			p := DecideAccount(in)
			if unsettled(p) {
				return
			}
			o := AccountOutcome{URI: "https://ca.test/acct/2"}
			if p.Action == Lookup && rapid.Bool().Draw(t, "unknown to the CA") {
				o.Err = failing(api.NotFound, "", "unknown")
			} else if rapid.Bool().Draw(t, "it fails") {
				o.Err = failing(one(t, "kind", api.Transient, api.Terminal, api.Throttled, api.Bug), "", "no")
			}
			if p.Passive() {
				o = AccountOutcome{}
			}
			after, at := in.step(p, o)
			if at.IsZero() || at.After(now) {
				return
			}
			in = after
		}
		t.Fatalf("it goes on and on: %s", accountText(in))
	})
}

// TestSettleAccount_AnEABCredentialIsPresentedOnlyToACAThatKnowsNoAccount: it may be of use only once.
func TestSettleAccount_AnEABCredentialIsPresentedOnlyToACAThatKnowsNoAccount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := accounts.Draw(t, "account").AccountInput
		if p := DecideAccount(in); p.Action != Register {
			return
		}
		s := newAccountState(in).next
		if s.URI != "" || !s.AccountNotFound || !s.KeyCreated || in.KeyErr != nil || s.Directory != in.Spec.Directory {
			t.Fatalf("a registration with %+v", s)
		}
		if after := IntendAccount(in, Plan{Action: Register}, in.Now); after.AccountNotFound {
			t.Fatal("after a crash it would be presented again unasked")
		}
	})
}

func TestSettleAccount_ASecondLookAtAnAccountWritesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := accounts.Draw(t, "account").AccountInput
		for range 2 {
			p := DecideAccount(in)
			if !p.Passive() || unsettled(p) {
				return
			}
			in, _ = in.step(p, AccountOutcome{})
		}
		p := DecideAccount(in)
		if !p.Passive() {
			return
		}
		after, _ := in.step(p, AccountOutcome{})
		if d := differences(in.Stored, after.Stored); len(d) > 0 {
			t.Fatalf("%+v writes %v", p, d)
		}
	})
}
