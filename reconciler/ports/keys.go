package ports

import (
	"context"

	"certloop/reconciler/api"
)

// Sealer encrypts private keys (KMS).
type Sealer interface {
	// Seal encrypts plain, bound to the record's name.
	Seal(ctx context.Context, name string, plain api.Secret) ([]byte, error)
	// Open decrypts. Transient with ReasonKeyUnavailable: the KMS key is disabled or access is denied, wait. Terminal
	// with ReasonKeyLost: the ciphertext does not decrypt, or its KMS key is destroyed.
	Open(ctx context.Context, name string, sealed []byte) (api.Secret, error)
}

// AccountKeys stores account keys and reads EAB credentials (Secrets Manager).
type AccountKeys interface {
	// Create stores key under id, or returns the key that exists already. id is the last part of the secret's name:
	// <account>/<digest of directory>.
	Create(ctx context.Context, id string, key api.Secret) (api.Secret, error)
	// Key returns the key under id; NotFound if there is none.
	Key(ctx context.Context, id string) (api.Secret, error)
	// EAB reads a credential. Terminal with ReasonEABUnavailable; the message names the ARN and the expected form.
	EAB(ctx context.Context, secretARN string) (api.EAB, error)
}
