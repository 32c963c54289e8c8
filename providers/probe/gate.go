package probe

import "context"

// gate admits as many at one time as it has room for, in the order in which they came.
type gate chan struct{}

// enter waits for room; false: ctx ended before, and there is nothing to leave.
func (g gate) enter(ctx context.Context) bool {
	if ctx.Err() != nil {
		return false
	}
	select {
	case g <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

func (g gate) leave() { <-g }
