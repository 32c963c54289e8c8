package reconciler

import (
	"context"
	"time"
)

// This is the fence between a claim and its effect. A function can stop anywhere, for longer than any lease, and then
// continue, after others have done its work. So:
//
//   - a decision on an observation that is older than a lease is not claimed, but made again;
//   - the lease counts from the claim;
//   - an effect is begun only while at least half of its time is left before the lease ends, less the clocks' skew, and
//     its context ends then. Every request of the effect is under that context.

func (r *Reconciler) now() time.Time { return r.Clock.Now().UTC().Truncate(time.Second) }

// stale reports whether an observation of that time is too old to act on.
func (r *Reconciler) stale(observed time.Time) bool {
	return r.Clock.Now().Sub(observed) >= r.EffectTimeout+r.ClockSkew
}

// effectContext returns a context that ends before the lease and before the reserve. ok is false if too little of the
// lease is left: then nothing may be sent.
func (r *Reconciler) effectContext(ctx context.Context, lease time.Time) (effect context.Context, end context.CancelFunc, ok bool) {
	now := r.Clock.Now()
	until := lease.Add(-r.ClockSkew)
	if until.Sub(now) < r.EffectTimeout/2 {
		return ctx, func() {}, false
	}
	if most := now.Add(r.EffectTimeout); most.Before(until) {
		until = most
	}
	if deadline, bounded := ctx.Deadline(); bounded && deadline.Add(-r.Reserve).Before(until) {
		until = deadline.Add(-r.Reserve)
	}
	effect, end = r.Clock.WithDeadline(ctx, until)
	return effect, end, true
}
