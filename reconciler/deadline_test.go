package reconciler

import (
	"context"
	"testing"
	"time"
)

// aheadClock is a clock that is ahead of the system's; aheadContext has its deadline by that clock.
type aheadClock struct {
	systemClock
	by time.Duration
}

func (c aheadClock) Now() time.Time { return time.Now().Add(c.by) }

func (c aheadClock) WithDeadline(ctx context.Context, at time.Time) (context.Context, context.CancelFunc) {
	return context.WithDeadline(ctx, at.Add(-c.by))
}

type aheadContext struct {
	context.Context
	at time.Time
}

func (c aheadContext) Deadline() (time.Time, bool) { return c.at, true }

// TestDeadline_OfAnInvocationIsByTheLoopsClock holds that a loop whose clock is ahead ends in time, too.
func TestDeadline_OfAnInvocationIsByTheLoopsClock(t *testing.T) {
	clock := aheadClock{by: 61 * 24 * time.Hour}
	r := New(Config{Clock: clock, Reserve: 10 * time.Second})
	for sentence, c := range map[string]struct {
		left time.Duration
		fits bool
	}{
		"only the reserve is left": {9 * time.Second, false},
		"a minute is left":         {time.Minute, true},
	} {
		ctx := aheadContext{t.Context(), clock.Now().Add(c.left)}
		if got := r.timeFor(ctx, time.Second); got != c.fits {
			t.Errorf("%s: time for another second is %v", sentence, got)
		}
		bounded, end := r.beforeReserve(ctx)
		if got := bounded.Err() == nil; got != c.fits {
			t.Errorf("%s: the context before the reserve is open: %v", sentence, got)
		}
		end()
	}
}
