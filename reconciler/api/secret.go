package api

import (
	"fmt"
	"io"
	"log/slog"
)

// Secret holds private bytes: a private key in PEM, an HMAC key. Every way of printing it prints [redacted]. Only
// Reveal returns the bytes, so that a search for Reveal finds every place where they are used.
type Secret struct {
	// fmt prints by reflection where it may not call methods: inside an unexported field, and for %p. Of a pointer to a
	// string it always prints the address; of a slice, and of a pointer to one, it would print the bytes.
	text *string
	// This prevents a comparison with ==, which would compare the pointers.
	_ [0]func()
}

const redacted = "[redacted]"

// NewSecret keeps a copy of b.
func NewSecret(b []byte) Secret {
	if len(b) == 0 {
		return Secret{}
	}
	text := string(b)
	return Secret{text: &text}
}

// Reveal returns a copy of the bytes; nil if there are none.
func (s Secret) Reveal() []byte {
	if s.text == nil {
		return nil
	}
	return []byte(*s.text)
}

// IsZero reports whether the secret is empty.
func (s Secret) IsZero() bool { return s.text == nil }

func (Secret) String() string   { return redacted }
func (Secret) GoString() string { return redacted }

// Format handles every verb, also %x and %d, which would otherwise print the bytes.
func (Secret) Format(f fmt.State, _ rune) { io.WriteString(f, redacted) }

// MarshalJSON keeps the bytes out of JSON documents.
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// MarshalText keeps the bytes out of text encodings.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue keeps the bytes out of log lines.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }
