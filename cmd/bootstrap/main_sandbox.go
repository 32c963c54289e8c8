//go:build sandbox

package main

import (
	"context"
	"time"

	"certloop/reconciler"
	"certloop/reconciler/api"
)

// ahead is how far the loop's clock is ahead of the system's. The program of a release does not contain this file, and
// refuses to start with the variable, as with every variable that it does not know.
var ahead time.Duration

func main() {
	variables = append(variables, variable{name: "CERTLOOP_CLOCK_AHEAD", want: aDuration,
		set: duration(func(*config) *time.Duration { return &ahead })})
	boot(wireAhead)
}

// wireAhead makes the loop with a clock that is ahead.
func wireAhead(ctx context.Context, c config, p parts) (controller, error) {
	loop, err := wire(ctx, c, p)
	if r, ok := loop.(*reconciler.Reconciler); ok {
		r.Clock = clockAhead{ahead}
	}
	return later{loop}, err
}

// clockAhead is the system's clock, moved ahead.
type clockAhead struct{ by time.Duration }

func (c clockAhead) Now() time.Time { return time.Now().Add(c.by) }

func (clockAhead) Sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// WithDeadline receives a time of this clock and returns a context of the system's clock, as the clients need it.
func (c clockAhead) WithDeadline(ctx context.Context, at time.Time) (context.Context, context.CancelFunc) {
	return context.WithDeadline(ctx, at.Add(-c.by))
}

// later gives the loop each context with its deadline by the loop's clock. It embeds nothing, so that a method which is new in
// controller is not left out.
type later struct{ loop controller }

var _ controller = later{}

type laterContext struct{ context.Context }

func (c laterContext) Deadline() (time.Time, bool) {
	at, ok := c.Context.Deadline()
	return at.Add(ahead), ok
}

func (l later) Work(ctx context.Context, requests []api.Request) []error {
	return l.loop.Work(laterContext{ctx}, requests)
}

func (l later) Resync(ctx context.Context) error { return l.loop.Resync(laterContext{ctx}) }

func (l later) Tick(ctx context.Context) error { return l.loop.Tick(laterContext{ctx}) }

func (l later) Probe(ctx context.Context) error { return l.loop.Probe(laterContext{ctx}) }

func (l later) Invoke(ctx context.Context, i reconciler.Invocation) (reconciler.Answer, error) {
	return l.loop.Invoke(laterContext{ctx}, i)
}

func (l later) Check(ctx context.Context, names []string) (reconciler.Checks, error) {
	return l.loop.Check(laterContext{ctx}, names)
}

func (l later) Enqueue(ctx context.Context, keys []api.Key) error {
	return l.loop.Enqueue(laterContext{ctx}, keys)
}

func (l later) WakeOwners(ctx context.Context, arns []string) error {
	return l.loop.WakeOwners(laterContext{ctx}, arns)
}
