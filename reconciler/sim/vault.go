package sim

import (
	"bytes"
	"fmt"

	"certloop/reconciler/api"
)

// vault is KMS and Secrets Manager. It remembers every private byte it saw, so that the run can look for them in
// all that was written.
type vault struct {
	n       int
	sealed  map[string]sealedKey
	secrets map[string][]byte
	EAB     map[string]api.EAB
	seen    [][]byte
	// Destroyed: the KMS key is gone and nothing opens. lost says that somebody was told so: what a sealed key was for is
	// given up then, and rightly.
	Destroyed, lost bool
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

func (v *vault) open(name string, sealed []byte) (api.Secret, error) {
	k, ok := v.sealed[string(sealed)]
	if !ok || k.name != name || v.Destroyed {
		v.lost = true
		return api.Secret{}, &api.Error{Kind: api.Terminal, Reason: api.ReasonKeyLost, Message: "the sealed key does not open"}
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

func (v *vault) eab(arn string) (api.EAB, error) {
	e, ok := v.EAB[arn]
	if !ok {
		return api.EAB{}, &api.Error{Kind: api.Terminal, Reason: api.ReasonEABUnavailable, Message: "no secret " + arn}
	}
	return e, nil
}
