package sim

import (
	"bytes"
	"fmt"

	"certloop/reconciler/api"
)

// vault is KMS and Secrets Manager. It remembers every private byte it saw, so that the run can search for them in
// everything that was written.
type vault struct {
	n       int
	sealed  map[string]sealedKey
	secrets map[string][]byte
	EAB     map[string]api.EAB
	seen    [][]byte
	// destroyed: a KMS key is deleted. Disabled: no decryption succeeds for now.
	destroyed bool
	Disabled  bool
	// KeyFault, if set, returns the error of the nth read of an account key, counted from 1.
	KeyFault func(n int) error
	reads    int
}

type sealedKey struct {
	name  string
	plain []byte
}

func newVault() *vault {
	return &vault{sealed: map[string]sealedKey{}, secrets: map[string][]byte{}, EAB: map[string]api.EAB{}}
}

func (v *vault) seal(name string, plain api.Secret) ([]byte, error) {
	v.n++
	v.seen = append(v.seen, plain.Reveal())
	id := fmt.Sprintf("sealed-%d", v.n)
	v.sealed[id] = sealedKey{name, bytes.Clone(plain.Reveal())}
	return []byte(id), nil
}

// DestroyKey deletes the KMS key: what was sealed with it can never be decrypted.
func (v *vault) DestroyKey() { v.sealed, v.destroyed = map[string]sealedKey{}, true }

func (v *vault) open(name string, sealed []byte) (api.Secret, error) {
	if v.Disabled {
		return api.Secret{}, &api.Error{Kind: api.Transient, Reason: api.ReasonKeyUnavailable, Message: "the KMS key is disabled"}
	}
	k, ok := v.sealed[string(sealed)]
	if !ok || k.name != name {
		return api.Secret{}, &api.Error{Kind: api.Terminal, Reason: api.ReasonKeyLost, Message: "the sealed key cannot be decrypted"}
	}
	return api.NewSecret(bytes.Clone(k.plain)), nil
}

func (v *vault) create(id string, key api.Secret) (api.Secret, error) {
	if _, there := v.secrets[id]; !there {
		v.secrets[id] = bytes.Clone(key.Reveal())
		v.seen = append(v.seen, key.Reveal())
	}
	return v.key(id)
}

func (v *vault) key(id string) (api.Secret, error) {
	b, ok := v.secrets[id]
	if !ok {
		return api.Secret{}, &api.Error{Kind: api.NotFound, Message: "no account key " + id}
	}
	return api.NewSecret(bytes.Clone(b)), nil
}

// read returns the key, or the injected error.
func (v *vault) read(id string) (api.Secret, error) {
	v.reads++
	if v.KeyFault != nil {
		if err := v.KeyFault(v.reads); err != nil {
			return api.Secret{}, err
		}
	}
	return v.key(id)
}

func (v *vault) eab(arn string) (api.EAB, error) {
	e, ok := v.EAB[arn]
	if !ok {
		return api.EAB{}, &api.Error{Kind: api.Terminal, Reason: api.ReasonEABUnavailable, Message: "no secret " + arn}
	}
	return e, nil
}
