// Package progress waits for the sandbox. It bounds a wait by what happens, not by how long it takes: on a busy machine
// everything takes longer, and a loop that is stuck shows nothing new however long one waits.
package progress

import (
	"context"
	"fmt"
	"time"
)

// Limits bound a wait.
type Limits struct {
	// Idle ends the wait if nothing new is seen for that long.
	Idle time.Duration
	// Most ends it in any case: what shows something new for ever does not converge.
	Most time.Duration
	// Poll is the time between two checks.
	Poll time.Duration
}

// Default allows for a back-off, and for a busy machine.
var Default = Limits{Idle: 90 * time.Second, Most: 6 * time.Minute, Poll: 100 * time.Millisecond}

// Until repeats check until it returns "". Otherwise check returns what is still missing: each text that it has not
// returned before is progress. The error contains the last text.
func (l Limits) Until(ctx context.Context, check func() (missing string)) error {
	ctx, cancel := context.WithTimeoutCause(ctx, l.Most, fmt.Errorf("not done within %s, although something new was seen", l.Most))
	defer cancel()
	seen := map[string]bool{}
	idle := time.NewTimer(l.Idle)
	defer idle.Stop()
	for {
		missing := check()
		if missing == "" {
			return nil
		}
		if !seen[missing] {
			seen[missing] = true
			idle.Reset(l.Idle)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s (%w)", missing, context.Cause(ctx))
		case <-idle.C:
			return fmt.Errorf("%s (nothing new was seen for %s)", missing, l.Idle)
		case <-time.After(l.Poll):
		}
	}
}
