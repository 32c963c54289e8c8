package reconciler

import (
	"context"
	"time"

	"certloop/reconciler/plan"
)

// act claims, executes and saves, and takes the steps that follow without another observation. The claim survives a crash and shows
// what may have happened.
func (p *pass) act(ctx context.Context, in plan.Input, next plan.Plan) (progress, error) {
	if p.stale(in.Now) {
		return progress{}, decideAgain()
	}
	work, err := p.claim(ctx, step{stored: in, in: in, next: next, observed: in.Now})
	for err == nil {
		var again bool
		var result progress
		if work, result, again, err = p.effect(ctx, work); !again {
			return result, err
		}
	}
	return progress{}, err
}

// step is a step of a pass, and what the table has of it.
type step struct {
	// stored is what the table has; in is the world of the step. They differ until the step's claim is saved.
	stored, in plan.Input
	next       plan.Plan
	// before is what a step before it stores in the same write; nil: nothing.
	before *plan.Settled
	// observed is when the world was observed.
	observed time.Time
}

// claim saves the intent of the step, with the result of the step before it. A step without an effect is not claimed.
func (p *pass) claim(ctx context.Context, s step) (step, error) {
	intent := plan.Intend(s.in, s.next, p.now())
	intent.Status.ClaimID = p.NewID()
	if s.before == nil && !plan.HasEffect(s.next.Action) {
		intent.Status.ClaimID = ""
		s.in.Stored, s.in.HasStatus = intent.Status, true
		return s, nil
	}
	claimed, err := p.saveAfter(ctx, s, intent)
	if err != nil {
		return s, err
	}
	s.in.HasStatus, s.in.Stored, s.in.Issuance, s.in.Distrusted = true, claimed.Stored, claimed.Issuance, false
	if intent.Ledger != nil || (s.before != nil && s.before.Ledger != nil) {
		s.in.Ledger, s.in.LedgerDistrusted = claimed.Ledger, claimed.LedgerDistrusted
	}
	s.stored, s.before = s.in, nil
	return s, nil
}

// effect executes the step and saves the result, or returns the step that follows it, claimed, and true.
func (p *pass) effect(ctx context.Context, s step) (following step, result progress, again bool, err error) {
	in, next := s.in, s.next
	effect, end, ok := p.effectContext(ctx, in.Stored.LeaseUntil)
	defer end()
	if !ok {
		result, err = p.abandon(ctx, s.stored, next)
		return s, result, false, err
	}
	out := p.execute(effect, in, next)
	if out.Err != nil {
		dropKeys(ctx)
	}
	if plan.ChangesTargets(next.Action) {
		p.observed.invalidate() // whatever came of it
	}
	p.effects++
	p.logEffect(ctx, p.key(), next, out.Err, effectOn(in, next, out)...)
	settled, after := plan.Follow(in, next, out, p.now())
	p.measureStep(in, next, out, settled)
	if following, ok := p.follow(ctx, s, out, settled, after); ok {
		if following.next.Passive() {
			result, err = p.rest(ctx, following)
			return s, result, false, err
		}
		if following, err = p.claim(ctx, following); err == nil {
			p.measureIssuance(in, next, out)
		}
		return following, progress{}, err == nil, err
	}
	result, err = p.settle(ctx, s, out, settled)
	return s, result, false, err
}

// follow returns the step that follows without another observation.
func (p *pass) follow(ctx context.Context, s step, out plan.Outcome, settled plan.Settled, after plan.Input) (step, bool) {
	if settled.Forget || !p.timeFor(ctx, time.Second) {
		return step{}, false
	}
	inv := *p.inv // what is not saved yet is not carried out
	next := p.decide(&after, &inv)
	if !plan.Follows(s.next, out, after, next, s.observed) || p.confirm(ctx, after, next) != nil {
		return step{}, false
	}
	return step{stored: s.stored, in: after, next: next, before: &settled, observed: s.observed}, true
}

// settle saves the result of the step.
func (p *pass) settle(ctx context.Context, s step, out plan.Outcome, settled plan.Settled) (progress, error) {
	var err error
	if settled.Forget {
		err = p.forget(ctx, s.stored, settled)
	} else {
		_, err = p.saveSettled(ctx, s.stored, settled)
	}
	if err != nil {
		return progress{}, err
	}
	if s.next.Action == plan.Download {
		p.noteShape(ctx, s.in, settled)
	}
	if s.next.Action == plan.Import && out.Err == nil {
		p.planFirstProbe(ctx, s.in, settled)
	}
	p.converged = settled.Forget
	p.measureIssuance(s.in, s.next, out)
	return progress{again: !settled.Forget}, nil
}

// abandon releases the claim if its effect was not begun, and makes the pass decide again.
func (p *pass) abandon(ctx context.Context, in plan.Input, next plan.Plan) (progress, error) {
	if _, err := p.saveSettled(ctx, in, plan.Abandon(in, next)); err != nil {
		return progress{}, err
	}
	return progress{}, decideAgain()
}
