package awserr

import (
	"encoding/base64"
	"errors"
	"strings"

	smithy "github.com/aws/smithy-go"

	"certloop/reconciler/api"
)

// Without returns e without the message of the service where that quotes the secret of the request. No service is known to
// do so; a proxy, or a validation error that repeats the request, would put the secret into the status and the log.
func Without(e *api.Error, secret api.Secret) *api.Error {
	if !quotes(e.Error(), secret) {
		return e
	}
	return &api.Error{Kind: e.Kind, Reason: e.Reason, RetryAfter: e.RetryAfter,
		Message: "the service returned an error that quotes the secret of the request; it is left out"}
}

// WithoutAnswer returns err without the answer where that holds secrets and could not be read: the SDK keeps a piece of
// it in the error, and repeats a value that has another type than it expects.
func WithoutAnswer(err error) error {
	var e *smithy.DeserializationError
	if errors.As(err, &e) {
		return errUnreadable
	}
	return err
}

var errUnreadable = errors.New("the response cannot be read")

// fragment is the length at which a piece of a secret counts as a quotation: no message has that much by chance.
const fragment = 24

// quotes reports whether text holds a piece of secret, as it is or as a request carries it (base64).
func quotes(text string, secret api.Secret) bool {
	plain := string(secret.Reveal())
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
