package api

import (
	"fmt"
	"io"
	"log/slog"
)

// Secret holds private bytes: a private key in PEM, an HMAC key. Every way of printing it prints [redacted]; the
// bytes are reached through Reveal only, so that a search for Reveal finds every place where they leave.
type Secret struct {
	// fmt prints by reflection where it may not call methods: inside an unexported field, and for %p. Of a pointer to
	// a string it prints the address in every case; of a slice, and of a pointer to one, it would print the bytes.
	text *string
	// Two secrets are never compared with ==, which would compare the pointers.
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

// Reveal returns the bytes themselves, a copy that is the caller's; nil where there are none.
func (s Secret) Reveal() []byte {
	if s.text == nil {
		return nil
	}
	return []byte(*s.text)
}

// IsZero is true where there is nothing in it.
func (s Secret) IsZero() bool { return s.text == nil }

func (Secret) String() string   { return redacted }
func (Secret) GoString() string { return redacted }

// Format answers every verb, %x and %d too, which would otherwise walk into the bytes.
func (Secret) Format(f fmt.State, _ rune) { io.WriteString(f, redacted) }

// MarshalJSON never lets the bytes into a JSON document.
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// MarshalText never lets the bytes into a text encoding.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue never lets the bytes into a log line.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }
