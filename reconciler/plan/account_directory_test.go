package plan

import (
	"slices"
	"testing"
	"time"

	"certloop/reconciler/api"
)

// TestAccount_TheDirectoryIsReadOnceADay: what it says is stored, an error changes nothing but the time of the next read.
func TestAccount_TheDirectoryIsReadOnceADay(t *testing.T) {
	in := registered()
	if !NeedsDirectory(in) {
		t.Fatal("it is not read")
	}
	in.Directory = &api.Directory{CAAIdentities: []string{"CA.test", "not a name", "ca.test"}}
	in.Stored, _ = takeAccount(t, in, Wait, AccountOutcome{})
	if !slices.Equal(in.Stored.CAAIdentities, []string{"ca.test"}) || !in.Stored.NextDirectoryReadAt.Equal(now.Add(20*time.Hour)) {
		t.Errorf("stored %q, next read %s", in.Stored.CAAIdentities, in.Stored.NextDirectoryReadAt)
	}
	if in.Directory = nil; NeedsDirectory(in) {
		t.Error("it is read again at once")
	}
	in.Now = now.Add(20 * time.Hour)
	in.DirectoryErr = failing(api.Transient, api.ReasonCAUnavailable, "no answer")
	in.Stored, _ = takeAccount(t, in, Wait, AccountOutcome{})
	if s := in.Stored; len(s.CAAIdentities) != 1 || s.DirectoryFailures != 1 || !s.NextDirectoryReadAt.Equal(in.Now.Add(time.Minute)) || !s.IsReady() {
		t.Errorf("after an error: %+v", s)
	}
}

func TestAccount_WhenTheDirectoryIsNotRead(t *testing.T) {
	for sentence, in := range map[string]AccountInput{
		"it is not registered":     newAccount(),
		"another invocation works": registered(accountStatus(func(s *api.AccountStatus) { s.ClaimID, s.LeaseUntil = "c", now.Add(time.Minute) })),
		"during a pause":           registered(accountStatus(func(s *api.AccountStatus) { s.RetryAfterUntil = now.Add(time.Hour) })),
		"its key is lost":          registered(func(in *AccountInput) { in.KeyErr = failing(api.NotFound, "", "no such secret") }),
	} {
		if NeedsDirectory(in) {
			t.Errorf("%s: it is read", sentence)
		}
	}
}

// TestAccount_AnotherDirectoryHasOtherNames: nothing of the CA of before is compared with.
func TestAccount_AnotherDirectoryHasOtherNames(t *testing.T) {
	in := registered(accountStatus(func(s *api.AccountStatus) {
		s.CAAIdentities, s.NextDirectoryReadAt = []string{"ca.test"}, now.Add(time.Hour)
	}))
	spec := *in.Spec
	spec.Directory = "https://other.test/dir"
	in.Spec, in.SpecDigest = &spec, "another"
	if s := newAccountState(in).next; len(s.CAAIdentities) != 0 || !s.NextDirectoryReadAt.IsZero() {
		t.Errorf("%+v", s)
	}
}
