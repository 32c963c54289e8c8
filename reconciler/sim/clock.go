package sim

import (
	"context"
	"time"
)

// clock is the world's time. It moves when a call sleeps, and when the driver advances it.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

// WithDeadline returns a context that ends at that time of the world. Nothing waits for it: every call checks it before
// it is made.
func (c *clock) WithDeadline(ctx context.Context, at time.Time) (context.Context, context.CancelFunc) {
	return deadline{Context: ctx, clock: c, at: at}, func() {}
}

type deadline struct {
	context.Context
	clock *clock
	at    time.Time
}

func (d deadline) Err() error {
	if !d.clock.now.Before(d.at) {
		return context.DeadlineExceeded
	}
	return d.Context.Err()
}

func (c *clock) Sleep(_ context.Context, d time.Duration) { c.now = c.now.Add(d) }
