package sim

import (
	"context"
	"time"
)

// clock is time as the world's own: it moves when somebody sleeps, and when the driver turns it.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func (c *clock) Sleep(_ context.Context, d time.Duration) { c.now = c.now.Add(d) }
