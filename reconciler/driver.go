package reconciler

import (
	"context"
	"time"

	"certloop/reconciler/api"
)

// A stepper is a pass over one record.
type stepper interface {
	// step observes, decides and does at most one thing. A Conflict means that somebody else wrote first, or that too little
	// was left of the lease: the next step decides anew. Any other error ends the pass.
	step(ctx context.Context) (progress, error)
	// count returns where the pass is counted.
	count() *tally
	// key returns the record.
	key() api.Key
}

// progress is what a step says about the next one.
type progress struct {
	// again: the next step is due now. Else the pass is over, with result.
	again  bool
	result Result
}

// stepAgain is the progress after which the next step is due.
func stepAgain() progress { return progress{again: true} }

// passOver is the progress after which the pass is over.
func passOver(r Result) progress { return progress{result: r} }

const (
	// maxSteps bounds one pass; a certificate of one name needs about fifteen.
	maxSteps = 200
	// maxConflicts is how often a pass lets another writer go first before it leaves the record to it.
	maxConflicts = 8
	// afterConflicts is when the record is reconciled again after that.
	afterConflicts = 5 * time.Second
)

// drivePass drives the pass over one record to its end, and logs and measures it. It is ended by every way out but a panic.
func (r *Reconciler) drivePass(ctx context.Context, s stepper) (result Result, err error) {
	ctx = withKeys(ctx)
	began, t := r.Clock.Now(), s.count()
	defer func() { r.Meter.Reconciled(t.result(err)) }()
	result, err = r.takeSteps(ctx, s)
	t.ended = true
	r.logPass(ctx, s.key(), *t, r.Clock.Now().Sub(began), result.After)
	return result, err
}

// takeSteps is the only place that handles a conflict: the other writer goes first, and what is left is decided anew.
func (r *Reconciler) takeSteps(ctx context.Context, s stepper) (Result, error) {
	conflicts := 0
	for range maxSteps {
		if !r.timeFor(ctx, 0) {
			return r.soon(), nil
		}
		s.count().converged = false
		next, err := s.step(ctx)
		switch {
		case api.KindOf(err) == api.Conflict:
			if conflicts++; conflicts == maxConflicts {
				return Result{After: afterConflicts}, nil
			}
		case err != nil:
			return Result{}, err
		case !next.again:
			return next.result, nil
		}
	}
	return Result{After: time.Minute}, nil
}

// until ends the pass until at, and waits itself where that is short; zero: nothing is due.
func (r *Reconciler) until(ctx context.Context, at, now time.Time) progress {
	if at.IsZero() {
		return passOver(Result{})
	}
	after := max(at.Sub(now), time.Second)
	if !r.sitsOut(ctx, after) {
		return passOver(Result{After: after})
	}
	r.Clock.Sleep(ctx, after)
	return stepAgain()
}

// sitsOut reports whether the pass waits that long itself.
func (r *Reconciler) sitsOut(ctx context.Context, after time.Duration) bool {
	return after <= r.InlineWait && r.timeFor(ctx, after)
}

// decideAgain returns the error that makes the pass decide again, as after somebody else's write.
func decideAgain() error {
	return &api.Error{Kind: api.Conflict, Message: "too little of the lease was left"}
}
