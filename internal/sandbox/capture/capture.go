// Package capture keeps what several goroutines write, for a test to read.
package capture

import (
	"bytes"
	"sync"
)

// Text keeps what is written to it; its zero value is empty. It is safe for concurrent use.
type Text struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write adds p. It never fails.
func (t *Text) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.b.Write(p)
}

// String returns everything that was written so far.
func (t *Text) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.b.String()
}
