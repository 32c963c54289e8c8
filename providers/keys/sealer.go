// Package keys keeps private keys: those of certificates sealed by AWS KMS, and those of ACME accounts in AWS Secrets
// Manager, beside the EAB credentials that operators store there.
//
// It deliberately does not make keys, does not look into them beyond their form, does not remember one between calls,
// and does not decide what follows where one is lost.
package keys

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/kms"

	"certloop/providers/internal/awserr"
	"certloop/reconciler/api"
	"certloop/reconciler/ports"
)

// contextKey is the key of the encryption context; its value is the record's name. It is not secret: CloudTrail shows
// it, and a key policy may ask for it (kms:EncryptionContext:certloop:record).
const contextKey = "certloop:record"

const (
	// longestPlain is the most bytes that Encrypt accepts with a symmetric key (KMS API Reference, Encrypt). An RSA key of 4,096 bits is
	// 3,272 bytes of PKCS#8 PEM, so that no envelope is needed.
	longestPlain = 4096
	// longestCiphertext is the most bytes that Decrypt accepts (KMS API Reference, Decrypt).
	longestCiphertext = 6144
)

// SealerConfig is what a Sealer is made of.
type SealerConfig struct {
	Client *kms.Client
	// KeyID is a key ID, an alias or either's ARN, of a symmetric key for encryption. What was sealed opens with the key
	// that sealed it, wherever the alias points by then.
	KeyID string
}

var _ ports.Sealer = (*Sealer)(nil)

// Sealer implements ports.Sealer with AWS KMS. It is safe for concurrent use.
type Sealer struct {
	client *kms.Client
	keyID  string
}

// NewSealer makes a Sealer; it sends nothing.
func NewSealer(c SealerConfig) *Sealer { return &Sealer{client: c.Client, keyID: c.KeyID} }

// Seal implements ports.Sealer. The form of what it returns is that of sealed.
//
// Errors: Transient with ReasonKeyUnavailable as of Open; Terminal with ReasonKeyUnavailable where the KMS key does not
// exist or cannot encrypt.
func (s *Sealer) Seal(ctx context.Context, name string, plain api.Secret) ([]byte, error) {
	this := sealing{action: "kms:Encrypt", key: s.keyID}
	if n := len(plain.Reveal()); n > longestPlain {
		return nil, &api.Error{Kind: api.Terminal, Reason: api.ReasonInternalError,
			Message: fmt.Sprintf("the key to seal has %d bytes, and KMS accepts at most %d", n, longestPlain)}
	}
	out, err := s.client.Encrypt(ctx, &kms.EncryptInput{
		KeyId: &s.keyID, Plaintext: plain.Reveal(), EncryptionContext: map[string]string{contextKey: name},
	})
	if err != nil {
		return nil, awserr.Without(this.classify(err), plain)
	}
	if out.KeyId == nil || len(out.CiphertextBlob) == 0 {
		return nil, this.unanswered(nil)
	}
	return sealed{keyARN: *out.KeyId, ciphertext: out.CiphertextBlob}.encode(), nil
}

// Open implements ports.Sealer.
//
// What operators can fix waits (Transient, ReasonKeyUnavailable): a KMS key that is disabled, that waits for its
// material, or that is scheduled for deletion, which can be cancelled; access that is denied; a refusal nobody foresaw.
// Only what is proven is lost (Terminal, ReasonKeyLost): KMS reports that this ciphertext, this name and this key do not
// belong together, or that the key does not exist. So a key that is destroyed drops the issuance when its waiting
// period of 7 to 30 days is over, and not before.
func (s *Sealer) Open(ctx context.Context, name string, b []byte) (api.Secret, error) {
	from, err := decodeSealed(b)
	if err != nil {
		return api.Secret{}, err
	}
	this := sealing{action: "kms:Decrypt", key: from.keyARN, opens: true}
	out, err := s.client.Decrypt(ctx, &kms.DecryptInput{
		KeyId: &from.keyARN, CiphertextBlob: from.ciphertext, EncryptionContext: map[string]string{contextKey: name},
	})
	if err != nil {
		return api.Secret{}, this.classify(err)
	}
	if len(out.Plaintext) == 0 {
		return api.Secret{}, this.unanswered(nil)
	}
	return api.NewSecret(out.Plaintext), nil
}
