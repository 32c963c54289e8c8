// Package fake is AWS KMS and AWS Secrets Manager over HTTP, as strict as the real ones where emulators are lenient:
// the states of KMS keys, the limits of Encrypt, secrets that are scheduled for deletion, and reads that lag behind.
//
// Sources of the rules: KMS API Reference (Encrypt, Decrypt), KMS Developer Guide ("Key states of AWS KMS keys"),
// Secrets Manager API Reference (CreateSecret, GetSecretValue, DeleteSecret).
package fake

import (
	"crypto/rand"
	"fmt"
	"strings"

	"certloop/providers/internal/awsfake"
)

// KeyState is the state of a KMS key, in the words of its refusals.
type KeyState string

// The states of a KMS key.
const (
	Enabled         KeyState = "enabled"
	Disabled        KeyState = "disabled"
	PendingDeletion KeyState = "pending deletion"
	PendingImport   KeyState = "pending import"
	Unavailable     KeyState = "unavailable"
)

// KMS is AWS KMS in one account and region, with symmetric keys only. It is safe for concurrent use.
type KMS struct {
	*awsfake.Endpoint

	keys    map[string]*kmsKey // by ARN
	aliases map[string]string  // ARN of the key
}

type kmsKey struct {
	arn      string
	state    KeyState
	material []byte
}

const (
	kmsScope = "arn:aws:kms:" + awsfake.Region + ":" + awsfake.Account + ":"
	idLength = len("00000000-0000-0000-0000-000000000000")
)

// NewKMS makes a KMS without keys.
func NewKMS() *KMS {
	k := &KMS{keys: map[string]*kmsKey{}, aliases: map[string]string{}}
	k.Endpoint = awsfake.New(awsfake.Config{Targets: []string{"TrentService."}, Operations: map[string]awsfake.Operation{
		"Encrypt": awsfake.JSON(k.encrypt), "Decrypt": awsfake.JSON(k.decrypt),
	}})
	return k
}

// AddKey makes an enabled key and returns its ARN.
func (k *KMS) AddKey() string {
	material, id := make([]byte, 32), make([]byte, 16)
	_, _ = rand.Read(material) // never fails since Go 1.24
	_, _ = rand.Read(id)
	key := &kmsKey{state: Enabled, material: material,
		arn: fmt.Sprintf("%skey/%x-%x-%x-%x-%x", kmsScope, id[:4], id[4:6], id[6:8], id[8:10], id[10:])}
	k.Locked(func() { k.keys[key.arn] = key })
	return key.arn
}

// SetAlias points an alias ("alias/…") at a key.
func (k *KMS) SetAlias(alias, arn string) { k.Locked(func() { k.aliases[alias] = arn }) }

// SetState puts a key into a state.
func (k *KMS) SetState(arn string, state KeyState) { k.Locked(func() { k.keys[arn].state = state }) }

// Destroy deletes a key permanently, as AWS does at the end of its waiting period.
func (k *KMS) Destroy(arn string) { k.Locked(func() { delete(k.keys, arn) }) }

// usable finds the key that KeyId names, and refuses where its state does not allow cryptography.
func (k *KMS) usable(id string) (*kmsKey, *awsfake.Refusal) {
	arn := id
	switch {
	case strings.HasPrefix(id, "alias/"):
		arn = k.aliases[id]
	case strings.HasPrefix(id, kmsScope+"alias/"):
		arn = k.aliases[strings.TrimPrefix(id, kmsScope)]
	case !strings.HasPrefix(id, "arn:"):
		arn = kmsScope + "key/" + id
	}
	key := k.keys[arn]
	switch {
	case key == nil && strings.Contains(id, "alias/"):
		return nil, awsfake.Refuse("NotFoundException", "Alias %s is not found.", id)
	case key == nil:
		return nil, awsfake.Refuse("NotFoundException", "Key '%s' does not exist", arn)
	case key.state == Disabled:
		return nil, awsfake.Refuse("DisabledException", "%s is disabled.", arn)
	case key.state != Enabled:
		return nil, awsfake.Refuse("KMSInvalidStateException", "%s is %s.", arn, key.state)
	}
	return key, nil
}
