package fake

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/json"

	"certloop/providers/internal/awsfake"
)

type encryptInput struct {
	KeyId             string
	Plaintext         []byte
	EncryptionContext map[string]string
}

func (k *KMS) encrypt(c awsfake.Call, in encryptInput) (any, *awsfake.Refusal) {
	if len(in.Plaintext) == 0 || len(in.Plaintext) > 4096 {
		return nil, invalid("Value at 'plaintext' failed to satisfy constraint: Member must have length between 1 and 4096")
	}
	key, refused := k.usable(c.Region, in.KeyId)
	if refused != nil {
		return nil, refused
	}
	// The ciphertext names its key, as that of the real one does in a form of its own.
	blob := append([]byte(key.id()), key.aead().Seal(nil, nil, in.Plaintext, bound(in.EncryptionContext))...)
	return map[string]any{"CiphertextBlob": blob, "KeyId": key.arn, "EncryptionAlgorithm": "SYMMETRIC_DEFAULT"}, nil
}

type decryptInput struct {
	KeyId             string
	CiphertextBlob    []byte
	EncryptionContext map[string]string
}

func (k *KMS) decrypt(c awsfake.Call, in decryptInput) (any, *awsfake.Refusal) {
	if len(in.CiphertextBlob) == 0 || len(in.CiphertextBlob) > 6144 {
		return nil, invalid("Value at 'ciphertextBlob' failed to satisfy constraint: Member must have length between 1 and 6144")
	}
	if len(in.CiphertextBlob) < idLength {
		return nil, awsfake.Refuse("InvalidCiphertextException", "")
	}
	id, rest := string(in.CiphertextBlob[:idLength]), in.CiphertextBlob[idLength:]
	if in.KeyId == "" && k.keys[kmsScope(c.Region)+"key/"+id] == nil {
		return nil, awsfake.Refuse("AccessDeniedException", "The ciphertext refers to a customer master key that does not "+
			"exist, does not exist in this region, or you are not allowed to access.")
	}
	if in.KeyId == "" {
		in.KeyId = id
	}
	key, refused := k.usable(c.Region, in.KeyId)
	if refused != nil {
		return nil, refused
	}
	if key.id() != id {
		return nil, awsfake.Refuse("IncorrectKeyException", "The key ID in the request does not identify a CMK that can perform this operation.")
	}
	plain, err := key.aead().Open(nil, nil, rest, bound(in.EncryptionContext))
	if err != nil {
		return nil, awsfake.Refuse("InvalidCiphertextException", "")
	}
	return map[string]any{"Plaintext": plain, "KeyId": key.arn, "EncryptionAlgorithm": "SYMMETRIC_DEFAULT"}, nil
}

func invalid(message string) *awsfake.Refusal {
	return awsfake.Refuse("ValidationException", "1 validation error detected: %s", message)
}

func (key *kmsKey) id() string { return key.arn[len(key.arn)-idLength:] }

// aead encrypts and authenticates; its nonce is random and part of what it seals.
func (key *kmsKey) aead() cipher.AEAD {
	block, err := aes.NewCipher(key.material)
	if err != nil {
		panic(err) // the material has 32 bytes
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err)
	}
	return aead
}

// bound is an encryption context as additional data: pairs in the order of their keys.
func bound(context map[string]string) []byte {
	b, _ := json.Marshal(context) // a map of strings always has a JSON form
	return b
}
