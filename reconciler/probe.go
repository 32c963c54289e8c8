package reconciler

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"certloop/reconciler/logkey"
)

const (
	// probeTime bounds the probes of one invocation: the schedule begins the next one a minute later.
	probeTime = 50 * time.Second
	// certificateTime bounds the probe of one certificate. What its endpoints did not show by then is unknown.
	certificateTime = 20 * time.Second
	// storeTime is left to store what the last certificates showed.
	storeTime = 5 * time.Second
	// mostProbed bounds the names that one invocation takes from the index.
	mostProbed = 20_000
	// endpointsAtOnce bounds the endpoints of one certificate that are probed at a time, so that one whose endpoints do not answer
	// leaves room for others.
	endpointsAtOnce = 16
)

// Probe connects to the endpoints of the certificates that are due for it, oldest first, as far as there is time, and stores what
// they serve. It changes nothing else. A certificate whose condition changes thereby is queued.
//
// Each certificate has a time of its own, and is begun only while all of that is left. So the result of each one that is begun is
// stored, and its next probe is later: whatever endpoints do, they delay no other certificate for long.
func (r *Reconciler) Probe(ctx context.Context) error {
	if r.Prober == nil {
		return nil
	}
	window := r.probeWindow(ctx)
	ctx, cancel := r.beforeReserve(ctx)
	defer cancel()
	var (
		probed  atomic.Int64
		problem error
		taken   int
	)
	running, turns := parallel(r.ProbesAtOnce, r.ProbesAtOnce == 1), semaphore.NewWeighted(int64(r.ProbesAtOnce))
	for name, err := range r.Served.DueServed(ctx, r.Clock.Now()) {
		if problem = err; err != nil || !window.isOpen(r.Clock.Now()) || taken == mostProbed {
			break
		}
		taken++
		turn, err := r.takeTurn(ctx, turns)
		if err != nil {
			break // ctx has ended
		}
		running.do(func() {
			defer turn.giveAll()
			if window.isOpen(r.Clock.Now()) && r.probe(ctx, name, window.each, turn) {
				probed.Add(1)
			}
		})
	}
	running.wait()
	if n := probed.Load(); n > 0 {
		r.Log.InfoContext(ctx, "probe", slog.Int64(logkey.Records, n))
	}
	if ctx.Err() != nil {
		problem = nil // the rest is due at the next one
	}
	r.measureProbe(problem)
	return problem
}

// probeWindow is when the probes of certificates begin, and how long each may take.
type probeWindow struct {
	until time.Time
	each  time.Duration
}

// probeWindow returns that of one invocation. A short invocation gives each certificate less time.
func (r *Reconciler) probeWindow(ctx context.Context) probeWindow {
	now, all := r.Clock.Now(), probeTime
	if deadline, ok := ctx.Deadline(); ok {
		all = min(all, deadline.Sub(now)-r.Reserve)
	}
	each := min(certificateTime, (all-storeTime)/2)
	return probeWindow{until: now.Add(all - storeTime - each), each: each}
}

func (w probeWindow) isOpen(now time.Time) bool { return w.each > 0 && !now.After(w.until) }

// parallel runs functions side by side, at most that many; one by one in the caller's goroutine if alone is true.
func parallel(most int, alone bool) *functions {
	p := &functions{alone: alone}
	p.group.SetLimit(most)
	return p
}

type functions struct {
	alone bool
	group errgroup.Group
}

func (p *functions) do(f func()) {
	if p.alone {
		f()
		return
	}
	p.group.Go(func() error { f(); return nil })
}

func (p *functions) wait() { _ = p.group.Wait() } // no function returns an error
