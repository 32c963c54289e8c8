package keys

import (
	"encoding/binary"
	"fmt"
	"regexp"
	"sync"

	"certloop/reconciler/api"
)

// sealed is a sealed key. Its form:
//
//	byte 0     the version of the form: 1
//	byte 1-2   n, the length of the next part, big-endian
//	n bytes    the ARN of the KMS key, as Encrypt answered it
//	the rest   the ciphertext of KMS, of the plain bytes with the encryption context {"certloop:record": <name>}
//
// The ARN is kept for two reasons. An alias may have been moved to another key by the time of opening. And to a
// ciphertext that names its key alone, KMS answers AccessDeniedException both where the key was deleted and where access is
// denied: of the two, one drops an issuance and the other waits.
//
// KMS authenticates the ciphertext and the context. The head is not authenticated and need not be: with another ARN in
// it, nothing opens.
type sealed struct {
	keyARN     string
	ciphertext []byte
}

const (
	sealedVersion = 1
	headLength    = 3
)

func (s sealed) encode() []byte {
	b := []byte{sealedVersion}
	b = binary.BigEndian.AppendUint16(b, uint16(len(s.keyARN)))
	b = append(b, s.keyARN...)
	return append(b, s.ciphertext...)
}

// keyARN is the form of a KMS key's ARN (KMS Developer Guide, "Key identifiers").
var keyARN = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^arn:[a-z0-9-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]{1,128}$`)
})

// decodeSealed reads the form. Of another version nothing is lost: whoever wrote it can read it.
func decodeSealed(b []byte) (sealed, error) {
	if len(b) > 0 && b[0] != sealedVersion {
		return sealed{}, &api.Error{Kind: api.Transient, Reason: api.ReasonKeyUnavailable, Message: fmt.Sprintf(
			"the key was sealed in form %d by another version of certloop: deploy a version that supports it", b[0])}
	}
	if len(b) < headLength {
		return sealed{}, lost("the sealed key is truncated")
	}
	n := int(binary.BigEndian.Uint16(b[1:headLength]))
	rest := b[headLength:]
	if len(rest) <= n || len(rest)-n > longestCiphertext || !keyARN().Match(rest[:n]) {
		return sealed{}, lost("the sealed key is damaged")
	}
	return sealed{keyARN: string(rest[:n]), ciphertext: rest[n:]}, nil
}

func lost(message string) *api.Error {
	return &api.Error{Kind: api.Terminal, Reason: api.ReasonKeyLost, Message: message}
}
