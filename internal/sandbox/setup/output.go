package setup

import (
	"bytes"
	"sync"
)

// Output stores what is written to it, for a test to read; its zero value is empty. It is safe for concurrent use.
type Output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write adds p. It never fails.
func (t *Output) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.b.Write(p)
}

// String returns everything that was written so far.
func (t *Output) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.b.String()
}
