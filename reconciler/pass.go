package reconciler

import (
	"context"
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

// pass is one run over one certificate.
type pass struct {
	*Reconciler
	name     string
	inv      *Invocation
	table    tableCache
	observed observationCache
	tally
}

func (p *pass) count() *tally { return &p.tally }

func (p *pass) key() api.Key { return api.Key{Kind: api.KindCertificate, Name: p.name} }

func (p *pass) step(ctx context.Context) (next progress, err error) {
	defer func() {
		if err != nil {
			p.table.drop()
		}
	}()
	return p.takeStep(ctx)
}

func (p *pass) takeStep(ctx context.Context) (progress, error) {
	in, err := p.observe(ctx, p.name, *p.inv, &p.table, &p.observed)
	if err != nil {
		return progress{}, err
	}
	next := p.decide(&in, p.inv)
	if next.Passive() {
		return p.rest(ctx, step{stored: in, in: in, next: next})
	}
	if !p.observed.usableFor(next.Action) {
		p.observed.invalidate()
		return stepAgain(), nil
	}
	if !p.timeFor(ctx, time.Second) {
		return passOver(p.soon()), nil
	}
	if err := p.confirm(ctx, in, next); err != nil {
		return progress{}, err
	}
	return p.act(ctx, in, next)
}

// decide decides, and removes from the input and the invocation what is carried out or refused.
func (p *pass) decide(in *plan.Input, inv *Invocation) plan.Plan {
	inv.Force = in.Force
	if why := plan.ForceRefused(*in); why != "" {
		inv.Force, in.Force, inv.refusal = "", "", why
	}
	steerRollout(in, inv)
	return p.Decide(*in)
}

// steerRollout passes a request for a rollback, or to undo one, on until it is on record, and not after: what happens later must not
// be answered with it again.
func steerRollout(in *plan.Input, inv *Invocation) {
	if !inv.RollBack && !inv.RollOutAgain {
		return
	}
	rolledBack := plan.IsRolledBack(*in)
	undone := inv.undoing && !rolledBack
	if why := plan.RollbackRefused(*in); why != "" && !undone {
		inv.RollBack, inv.RollOutAgain, inv.refusal = false, false, why
	}
	inv.RollBack = inv.RollBack && !rolledBack
	inv.RollOutAgain = inv.RollOutAgain && rolledBack
	inv.undoing = inv.RollOutAgain
	in.RollBack, in.RollOutAgain = inv.RollBack, inv.RollOutAgain
}

// rest stores what was observed, if it is new, and returns when to reconcile next. The pass itself waits for a short
// time.
func (p *pass) rest(ctx context.Context, s step) (progress, error) {
	in, next := s.in, s.next
	p.logWait(ctx, p.key(), next)
	settled := plan.Settle(in, next, plan.Outcome{})
	if next.Reason == api.ReasonLeased || next.Reason == api.ReasonGone {
		p.table.drop() // another invocation is about to write
		p.converged = atRest(next.Reason)
		return p.until(ctx, next.At, in.Now), nil
	}
	result := p.chain(ctx, in, &settled)
	if _, err := p.saveAfter(ctx, s, settled); err != nil {
		return progress{}, err
	}
	p.measureStep(in, next, plan.Outcome{}, settled)
	p.measureObservations(in)
	if settledAgain(settled, in) {
		return stepAgain(), nil
	}
	p.planProbe(ctx, in, settled)
	p.converged = atRest(next.Reason)
	if result.After > 0 {
		return passOver(result), nil
	}
	return p.until(ctx, settled.At, in.Now), nil
}

// chain leaves the record to the queued message if that arrives in time; otherwise it stores the message that will be
// queued. The zero Result means that no message is needed.
func (p *pass) chain(ctx context.Context, in plan.Input, s *plan.Settled) Result {
	after := max(s.At.Sub(in.Now), time.Second)
	if s.At.IsZero() || after > longestDelay || p.sitsOut(ctx, after) || settledAgain(*s, in) {
		return Result{}
	}
	if plan.Carried(in.Stored.QueuedFor, in.Now, s.At) {
		return Result{After: after, Carried: true}
	}
	s.Status.QueuedFor = s.At
	return Result{After: after, Noted: true}
}

// settledAgain reports whether storing what was observed put a notice into the outbox that is to be sent now.
func settledAgain(s plan.Settled, in plan.Input) bool {
	return len(s.Status.Outbox) > len(in.Stored.Outbox) && plan.NoticeWaits(s.Status, in.Now)
}
