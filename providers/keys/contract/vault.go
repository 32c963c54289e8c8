package contract

import (
	"bytes"
	"context"
	"sync"
	"testing"

	"certloop/internal/suite"
	"certloop/reconciler/api"
	"certloop/reconciler/ports"
)

// VaultSubject is an AccountKeys under test, and what operators do to its secrets.
type VaultSubject struct {
	ports.AccountKeys
	// Put keeps a secret of that name in a region, and returns its ARN.
	Put func(t *testing.T, region, name, value string) (arn string)
	// Name is the secret's of an account key; it lies in Region.
	Name   func(id string) string
	Region string
	// ScheduleDeletion marks a secret for deletion, Restore removes the mark, Remove deletes it without recovery.
	ScheduleDeletion, Restore, Remove func(t *testing.T, region, name string)
}

// RunVault runs the whole contract, each part on a subject of its own. notEnforced are, by sentence, the parts that an
// emulator does not enforce, with the reason.
func RunVault(t *testing.T, subject func(*testing.T) VaultSubject, notEnforced map[string]string) {
	suite.Run(t, map[string]suite.Part[VaultSubject]{
		"a key that was created is there":                             created,
		"of two creators both learn the key of the first":             createdTwice,
		"many creators at once agree on one key":                      createdAtOnce,
		"the keys of two accounts are apart":                          apart,
		"a key that nobody created is not found":                      unknown,
		"a key scheduled for deletion is not found nor made anew":     scheduled,
		"a key deleted without recovery is not found":                 removed,
		"what is no key is refused, and not repeated":                 noKey,
		"a credential is read, in whichever region it lies":           credentials,
		"a credential of another form is refused, and not repeated":   malformed,
		"a credential that does not exist is refused":                 noCredential,
		"a credential scheduled for deletion is refused":              scheduledCredential,
		"what is no ARN is refused, and not repeated":                 noARN,
		"an ended context is a transient error, and nothing was made": endedVault,
	}, notEnforced, subject)
}

const account = "default/0123456789abcdef"

func (s VaultSubject) created(t *testing.T, id string, key api.Secret) api.Secret {
	t.Helper()
	got, err := s.Create(t.Context(), id, key)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func wantSame(t *testing.T, got, want api.Secret) {
	t.Helper()
	if !bytes.Equal(got.Reveal(), want.Reveal()) {
		t.Error("it is another key")
	}
}

func (s VaultSubject) wantKey(t *testing.T, id string, want api.Secret) {
	t.Helper()
	got, err := s.Key(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, got, want)
}

func created(t *testing.T, s VaultSubject) {
	for id, keyType := range map[string]api.KeyType{account: api.EC256, "other/0123456789abcdef": api.RSA2048} {
		key := PrivateKey(keyType)
		wantSame(t, s.created(t, id, key), key)
		s.wantKey(t, id, key)
	}
}

func createdTwice(t *testing.T, s VaultSubject) {
	first := PrivateKey(api.EC256)
	s.created(t, account, first)
	wantSame(t, s.created(t, account, PrivateKey(api.EC256)), first)
	s.wantKey(t, account, first)
}

func createdAtOnce(t *testing.T, s VaultSubject) {
	var got [8]api.Secret
	var errs [8]error
	var all sync.WaitGroup
	for i := range got {
		all.Go(func() { got[i], errs[i] = s.Create(t.Context(), account, PrivateKey(api.EC256)) })
	}
	all.Wait()
	for i := range got {
		if errs[i] != nil {
			t.Fatal(errs[i])
		}
		wantSame(t, got[i], got[0])
	}
	s.wantKey(t, account, got[0])
}

func apart(t *testing.T, s VaultSubject) {
	a, b := PrivateKey(api.EC256), PrivateKey(api.EC256)
	s.created(t, "a/0", a)
	s.created(t, "a/1", b)
	s.wantKey(t, "a/0", a)
	s.wantKey(t, "a/1", b)
}

func unknown(t *testing.T, s VaultSubject) {
	_, err := s.Key(t.Context(), account)
	wantError(t, err, api.NotFound, api.ReasonSecretUnavailable)
	wantMessage(t, err, s.Name(account))
}

func scheduled(t *testing.T, s VaultSubject) {
	key := PrivateKey(api.EC256)
	s.created(t, account, key)
	s.ScheduleDeletion(t, s.Region, s.Name(account))
	_, err := s.Key(t.Context(), account)
	wantError(t, err, api.Terminal, api.ReasonSecretUnavailable)
	wantMessage(t, err, s.Name(account), "restore-secret")
	other := PrivateKey(api.EC256)
	_, err = s.Create(t.Context(), account, other)
	wantError(t, err, api.Terminal, api.ReasonSecretUnavailable)
	wantMessage(t, err, s.Name(account), "restore-secret")
	wantWithout(t, everyForm(err), other)
	s.Restore(t, s.Region, s.Name(account))
	s.wantKey(t, account, key)
}

func removed(t *testing.T, s VaultSubject) {
	s.created(t, account, PrivateKey(api.EC256))
	s.Remove(t, s.Region, s.Name(account))
	_, err := s.Key(t.Context(), account)
	wantError(t, err, api.NotFound, api.ReasonSecretUnavailable)
}

func noKey(t *testing.T, s VaultSubject) {
	value := `{"private_key":"c29tZXRoaW5nIHRoYXQgaXMgbm8gUEVN"}`
	s.Put(t, s.Region, s.Name(account), value)
	_, err := s.Key(t.Context(), account)
	wantError(t, err, api.Terminal, api.ReasonSecretUnavailable)
	wantMessage(t, err, s.Name(account), "PEM")
	wantWithout(t, everyForm(err), api.NewSecret([]byte(value)))
	_, err = s.Create(t.Context(), account, PrivateKey(api.EC256))
	wantError(t, err, api.Terminal, api.ReasonSecretUnavailable)
}

func endedVault(t *testing.T, s VaultSubject) {
	arn := s.Put(t, s.Region, "eab", goodEAB)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.Create(ctx, account, PrivateKey(api.EC256))
	wantError(t, err, api.Transient, api.ReasonSecretUnavailable)
	_, err = s.Key(ctx, account)
	wantError(t, err, api.Transient, api.ReasonSecretUnavailable)
	_, err = s.EAB(ctx, arn)
	wantError(t, err, api.Transient, api.ReasonEABUnavailable)
	_, err = s.Key(t.Context(), account)
	wantError(t, err, api.NotFound, api.ReasonSecretUnavailable)
}
