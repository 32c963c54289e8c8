package reconciler

import (
	"context"
	"sync"

	"golang.org/x/sync/semaphore"
)

// turn is how many endpoints of one certificate are asked at a time, of those that the invocation may ask at a time. Each certificate
// begins with a full share, and gives back what it does not need once its endpoints are known. So few certificates with many names are
// under way at a time, and their time is sufficient for them, but many with one name.
type turn struct {
	of        *semaphore.Weighted
	mu        sync.Mutex
	endpoints int
}

// takeTurn waits for a full share. The error is that of ctx.
func (r *Reconciler) takeTurn(ctx context.Context, of *semaphore.Weighted) (*turn, error) {
	t := r.ownTurn()
	t.of = of
	return t, of.Acquire(ctx, int64(t.endpoints))
}

// ownTurn is that of the only certificate of an invocation.
func (r *Reconciler) ownTurn() *turn {
	return &turn{endpoints: min(endpointsAtOnce, r.ProbesAtOnce)}
}

// keep gives back what is not needed for that many endpoints. Those that are found later have to share what is kept.
func (t *turn) keep(endpoints int) { t.reduce(t.endpoints - max(1, min(endpoints, t.endpoints))) }

// giveOne gives back one part of the share, giveAll what is left of it.
func (t *turn) giveOne() { t.reduce(1) }
func (t *turn) giveAll() { t.reduce(t.endpoints) }

func (t *turn) reduce(by int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.endpoints -= by
	if t.of != nil {
		t.of.Release(int64(by))
	}
}
