package api

import "log/slog"

// Secret holds private bytes: a private key in PEM, an HMAC key. Every way of printing it prints [redacted]; the
// bytes are reached through Reveal only, so that a search for Reveal finds every place where they leave.
type Secret struct{ bytes []byte }

const redacted = "[redacted]"

// NewSecret wraps b; the caller gives it up.
func NewSecret(b []byte) Secret { return Secret{bytes: b} }

// Reveal returns the bytes themselves.
func (s Secret) Reveal() []byte { return s.bytes }

// IsZero is true where there is nothing in it.
func (s Secret) IsZero() bool { return len(s.bytes) == 0 }

func (Secret) String() string   { return redacted }
func (Secret) GoString() string { return redacted }

// MarshalJSON never lets the bytes into a JSON document.
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// MarshalText never lets the bytes into a text encoding.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue never lets the bytes into a log line.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }
