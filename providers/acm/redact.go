package acm

import (
	"encoding/base64"
	"strings"

	"certloop/reconciler/api"
)

// withoutKey is e, but without what the service says where that quotes the private key. ACM is not known to do so; a
// proxy or a validation error that repeats the request would put the key into the status and the log.
func withoutKey(e *api.Error, key api.Secret) *api.Error {
	if !quotes(e.Error(), key) {
		return e
	}
	return &api.Error{Kind: e.Kind, Reason: e.Reason, RetryAfter: e.RetryAfter,
		Message: "the import was answered with an error that quotes the private key and is left out"}
}

// fragment is the length at which a piece of the key counts as a quotation: no message has that much by chance.
const fragment = 24

// quotes says that text holds a piece of key, as PEM or as the request carries it (base64 of PEM).
func quotes(text string, key api.Secret) bool {
	plain := string(key.Reveal())
	for line := range strings.Lines(plain) {
		if line = strings.TrimSpace(line); !strings.HasPrefix(line, "-----") && holdsPiece(text, line) {
			return true
		}
	}
	return holdsPiece(text, base64.StdEncoding.EncodeToString([]byte(plain)))
}

func holdsPiece(text, whole string) bool {
	for i := 0; i+fragment <= len(whole); i += fragment {
		if strings.Contains(text, whole[i:i+fragment]) {
			return true
		}
	}
	return false
}
