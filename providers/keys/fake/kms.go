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

// KMS is AWS KMS in one account and all regions, with symmetric keys only. It is safe for concurrent use.
type KMS struct {
	*awsfake.Endpoint

	keys    map[string]*kmsKey // by ARN
	aliases map[string]string  // ARN of the key, by ARN of the alias
}

type kmsKey struct {
	arn      string
	state    KeyState
	material []byte
}

const idLength = len("00000000-0000-0000-0000-000000000000")

// kmsScope returns what the ARNs of a region begin with.
func kmsScope(region string) string { return "arn:aws:kms:" + region + ":" + awsfake.Account + ":" }

// NewKMS makes a KMS without keys.
func NewKMS() *KMS {
	k := &KMS{keys: map[string]*kmsKey{}, aliases: map[string]string{}}
	k.Endpoint = awsfake.New(awsfake.Config{Targets: []string{"TrentService."}, Operations: map[string]awsfake.Operation{
		"Encrypt": awsfake.JSON(k.encrypt), "Decrypt": awsfake.JSON(k.decrypt),
		"CreateKey": awsfake.JSON(k.create), "CreateAlias": awsfake.JSON(k.createAlias), "DeleteAlias": awsfake.JSON(k.deleteAlias), "DescribeKey": awsfake.JSON(k.describe),
	}})
	return k
}

// AddKey makes an enabled key and returns its ARN.
func (k *KMS) AddKey() (arn string) {
	k.Locked(func() { arn = k.add(awsfake.Region).arn })
	return arn
}

func (k *KMS) add(region string) *kmsKey {
	material, id := make([]byte, 32), make([]byte, 16)
	_, _ = rand.Read(material) // never fails since Go 1.24
	_, _ = rand.Read(id)
	key := &kmsKey{state: Enabled, material: material,
		arn: fmt.Sprintf("%skey/%x-%x-%x-%x-%x", kmsScope(region), id[:4], id[4:6], id[6:8], id[8:10], id[10:])}
	k.keys[key.arn] = key
	return key
}

// SetAlias points an alias ("alias/…") at a key.
func (k *KMS) SetAlias(alias, arn string) {
	k.Locked(func() { k.aliases[kmsScope(awsfake.Region)+alias] = arn })
}

// SetState puts a key into a state.
func (k *KMS) SetState(arn string, state KeyState) { k.Locked(func() { k.keys[arn].state = state }) }

// Destroy deletes a key permanently, as AWS does at the end of its waiting period.
func (k *KMS) Destroy(arn string) { k.Locked(func() { delete(k.keys, arn) }) }

// find returns the key that KeyId names.
func (k *KMS) find(region, id string) (*kmsKey, *awsfake.Refusal) {
	arn := id
	if !strings.HasPrefix(id, "arn:") {
		if arn = kmsScope(region) + id; !strings.HasPrefix(id, "alias/") {
			arn = kmsScope(region) + "key/" + id
		}
	}
	isAlias := strings.HasPrefix(arn, kmsScope(region)+"alias/")
	if isAlias {
		arn = k.aliases[arn]
	}
	key := k.keys[arn]
	switch {
	case key == nil && isAlias:
		return nil, awsfake.Refuse("NotFoundException", "Alias %s is not found.", id)
	case key == nil:
		return nil, awsfake.Refuse("NotFoundException", "Key '%s' does not exist", arn)
	}
	return key, nil
}

// usable finds the key that KeyId names, and refuses where its state does not allow cryptography.
func (k *KMS) usable(region, id string) (*kmsKey, *awsfake.Refusal) {
	key, refused := k.find(region, id)
	switch {
	case refused != nil:
		return nil, refused
	case key.state == Disabled:
		return nil, awsfake.Refuse("DisabledException", "%s is disabled.", key.arn)
	case key.state != Enabled:
		return nil, awsfake.Refuse("KMSInvalidStateException", "%s is %s.", key.arn, key.state)
	}
	return key, nil
}
