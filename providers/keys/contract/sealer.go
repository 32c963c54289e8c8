// Package contract is what every keeper of keys must do for the loop, seen through its two ports. The strict fakes pass
// all of it; an emulator passes what it enforces, and names the rest with the reason.
package contract

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"certloop/internal/suite"
	"certloop/internal/testca"
	"certloop/reconciler/api"
	"certloop/reconciler/ports"
)

// SealerSubject is a Sealer under test, and what administrators do to its KMS key.
type SealerSubject struct {
	ports.Sealer
	// SetState puts the key into one of States.
	SetState func(*testing.T, State)
	// Replace points the Sealer's alias at another key; Destroy deletes the key that the alias points at.
	Replace, Destroy func(*testing.T)
}

// State is a state of a KMS key, or of the access to it.
type State string

// The states. In all but the first nothing can be sealed or opened, and nothing is lost.
const (
	Enabled         State = "enabled"
	Disabled        State = "disabled"
	PendingDeletion State = "scheduled for deletion"
	PendingImport   State = "without its material"
	Unavailable     State = "in a key store that is not connected"
	Denied          State = "denied"
)

// States that are transient.
var States = []State{Disabled, PendingDeletion, PendingImport, Unavailable, Denied}

// RunSealer runs the whole contract, each part on a subject of its own. notEnforced are, by sentence, the parts that an
// emulator does not enforce, with the reason.
func RunSealer(t *testing.T, subject func(*testing.T) SealerSubject, notEnforced map[string]string) {
	suite.Run(t, sealerParts(), notEnforced, subject)
}

type sealerPart = suite.Part[SealerSubject]

func sealerParts() map[string]sealerPart {
	all := map[string]sealerPart{
		"what was sealed opens, of every key type":         opens,
		"two sealings of one key differ":                   differ,
		"nothing of the key can be read in what is sealed": opaque,
		"under another name it does not open":              otherName,
		"what is cut off or damaged does not open":         damaged,
		"nothing at all does not open":                     nothing,
		"it opens after the alias has moved":               moved,
		"its KMS key destroyed, it is lost":                destroyed,
		"an ended context is a transient error":            endedSealing,
	}
	for _, state := range States {
		all["while its KMS key is "+string(state)+", it waits"] = func(t *testing.T, s SealerSubject) { waits(t, s, state) }
	}
	return all
}

// PrivateKey is a new private key in PEM.
func PrivateKey(t api.KeyType) api.Secret {
	return api.NewSecret([]byte(testca.KeyPEM(testca.NewKey(t))))
}

func (s SealerSubject) sealed(t *testing.T, name string, plain api.Secret) []byte {
	t.Helper()
	sealed, err := s.Seal(t.Context(), name, plain)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func (s SealerSubject) wantOpen(t *testing.T, name string, sealed []byte, want api.Secret) {
	t.Helper()
	got, err := s.Open(t.Context(), name, sealed)
	if err != nil || !bytes.Equal(got.Reveal(), want.Reveal()) {
		t.Errorf("another key comes back, or none: %v", err)
	}
}

func (s SealerSubject) wantLost(t *testing.T, name string, sealed []byte) {
	t.Helper()
	got, err := s.Open(t.Context(), name, sealed)
	wantError(t, err, api.Terminal, api.ReasonKeyLost)
	if !got.IsZero() {
		t.Error("a key comes with the error")
	}
}

func opens(t *testing.T, s SealerSubject) {
	for _, keyType := range api.KeyTypes {
		key := PrivateKey(keyType)
		s.wantOpen(t, "www.example.com", s.sealed(t, "www.example.com", key), key)
	}
}

func differ(t *testing.T, s SealerSubject) {
	key := PrivateKey(api.EC256)
	if bytes.Equal(s.sealed(t, "www", key), s.sealed(t, "www", key)) {
		t.Error("they are the same")
	}
}

func opaque(t *testing.T, s SealerSubject) {
	key := PrivateKey(api.RSA4096)
	wantWithout(t, string(s.sealed(t, "www", key)), key)
}

func otherName(t *testing.T, s SealerSubject) {
	sealed := s.sealed(t, "www", PrivateKey(api.EC256))
	for _, name := range []string{"www2", "", "Www"} {
		s.wantLost(t, name, sealed)
	}
}

func damaged(t *testing.T, s SealerSubject) {
	sealed := s.sealed(t, "www", PrivateKey(api.EC256))
	for n := 1; n < len(sealed); n += 7 {
		s.wantLost(t, "www", sealed[:n])
	}
	for i := len(sealed) - 1; i > len(sealed)-200; i -= 13 {
		other := slices.Clone(sealed)
		other[i] ^= 1
		s.wantLost(t, "www", other)
	}
	s.wantLost(t, "www", append(slices.Clone(sealed), 0))
	s.wantLost(t, "www", append(slices.Clone(sealed), make([]byte, 8000)...))
}

func nothing(t *testing.T, s SealerSubject) {
	s.wantLost(t, "www", nil)
	s.wantLost(t, "www", []byte{})
}

func moved(t *testing.T, s SealerSubject) {
	key := PrivateKey(api.EC256)
	before := s.sealed(t, "www", key)
	s.Replace(t)
	s.wantOpen(t, "www", before, key)
	s.wantOpen(t, "www", s.sealed(t, "www", key), key)
}

func destroyed(t *testing.T, s SealerSubject) {
	sealed := s.sealed(t, "www", PrivateKey(api.EC256))
	s.Destroy(t)
	s.wantLost(t, "www", sealed)
	_, err := s.Seal(t.Context(), "www", PrivateKey(api.EC256))
	wantError(t, err, api.Terminal, api.ReasonKeyUnavailable)
	s.Replace(t)
	key := PrivateKey(api.EC256)
	s.wantOpen(t, "www", s.sealed(t, "www", key), key)
	s.wantLost(t, "www", sealed)
}

// waits holds that nothing is lost by a state that passes.
func waits(t *testing.T, s SealerSubject, state State) {
	key := PrivateKey(api.EC256)
	sealed := s.sealed(t, "www", key)
	s.SetState(t, state)
	_, err := s.Open(t.Context(), "www", sealed)
	wantError(t, err, api.Transient, api.ReasonKeyUnavailable)
	_, err = s.Seal(t.Context(), "www", key)
	wantError(t, err, api.Transient, api.ReasonKeyUnavailable)
	wantWithout(t, everyForm(err), key)
	s.SetState(t, Enabled)
	s.wantOpen(t, "www", sealed, key)
}

func endedSealing(t *testing.T, s SealerSubject) {
	key := PrivateKey(api.EC256)
	sealed := s.sealed(t, "www", key)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.Seal(ctx, "www", key)
	wantError(t, err, api.Transient, api.ReasonKeyUnavailable)
	_, err = s.Open(ctx, "www", sealed)
	wantError(t, err, api.Transient, api.ReasonKeyUnavailable)
}
