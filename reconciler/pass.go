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
	observed observationCache
	tally
}

func (p *pass) count() *tally { return &p.tally }

func (p *pass) key() api.Key { return api.Key{Kind: api.KindCertificate, Name: p.name} }

func (p *pass) step(ctx context.Context) (progress, error) {
	in, err := p.observe(ctx, p.name, *p.inv, &p.observed)
	if err != nil {
		return progress{}, err
	}
	p.inv.Force = in.Force
	if why := plan.ForceRefused(in); why != "" {
		p.inv.Force, in.Force, p.inv.refusal = "", "", why
	}
	p.steerRollout(&in)
	next := p.Decide(in)
	if next.Passive() {
		return p.rest(ctx, in, next)
	}
	if !p.observed.usableFor(next.Action) {
		p.observed.invalidate()
		return stepAgain(), nil
	}
	if !p.timeFor(ctx, time.Second) {
		return passOver(p.soon()), nil
	}
	return p.act(ctx, in, next)
}

// steerRollout passes a request for a rollback, or to undo one, on until it is on record, and not after: what happens later must not
// be answered with it again.
func (p *pass) steerRollout(in *plan.Input) {
	if !p.inv.RollBack && !p.inv.RollOutAgain {
		return
	}
	rolledBack := plan.IsRolledBack(*in)
	undone := p.inv.undoing && !rolledBack
	if why := plan.RollbackRefused(*in); why != "" && !undone {
		p.inv.RollBack, p.inv.RollOutAgain, p.inv.refusal = false, false, why
	}
	p.inv.RollBack = p.inv.RollBack && !rolledBack
	p.inv.RollOutAgain = p.inv.RollOutAgain && rolledBack
	p.inv.undoing = p.inv.RollOutAgain
	in.RollBack, in.RollOutAgain = p.inv.RollBack, p.inv.RollOutAgain
}

// rest stores what was observed, if it is new, and returns when to reconcile next. The pass itself waits for a short
// time.
func (p *pass) rest(ctx context.Context, in plan.Input, next plan.Plan) (progress, error) {
	p.logWait(ctx, p.key(), next)
	settled := plan.Settle(in, next, plan.Outcome{})
	if next.Reason == api.ReasonLeased || next.Reason == api.ReasonGone {
		p.converged = atRest(next.Reason)
		return p.until(ctx, next.At, in.Now), nil
	}
	result := p.chain(ctx, in, &settled)
	if _, err := p.save(ctx, in, settled); err != nil {
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

// act claims, executes and saves. The claim survives a crash and shows what may have happened.
func (p *pass) act(ctx context.Context, in plan.Input, next plan.Plan) (progress, error) {
	if p.stale(in.Now) {
		return progress{}, decideAgain()
	}
	intent := plan.Intend(in, next, p.now())
	intent.Status.ClaimID = p.NewID()
	claimed, err := p.save(ctx, in, intent)
	if err != nil {
		return progress{}, err
	}
	in = claimed
	effect, end, ok := p.effectContext(ctx, in.Stored.LeaseUntil)
	defer end()
	if !ok {
		return p.abandon(ctx, in, next)
	}
	out := p.execute(effect, in, next)
	if plan.ChangesTargets(next.Action) {
		p.observed.invalidate() // whatever came of it
	}
	p.effects++
	p.logEffect(ctx, p.key(), next, out.Err, effectOn(in, next, out)...)
	settled := plan.Settle(in, next, out)
	p.measureStep(in, next, out, settled)
	if settled.Forget {
		err = p.forget(ctx, in, settled)
	} else {
		err = p.saveSettled(ctx, in, settled)
	}
	if err != nil {
		return progress{}, err
	}
	if next.Action == plan.Download {
		p.noteShape(ctx, in, settled)
	}
	if next.Action == plan.Import && out.Err == nil {
		p.planFirstProbe(ctx, in, settled)
	}
	p.converged = settled.Forget
	p.measureIssuance(in, next, out)
	return progress{again: !settled.Forget}, nil
}

// abandon releases the claim if its effect was not begun, and makes the pass decide again.
func (p *pass) abandon(ctx context.Context, in plan.Input, next plan.Plan) (progress, error) {
	if err := p.saveSettled(ctx, in, plan.Abandon(in, next)); err != nil {
		return progress{}, err
	}
	return progress{}, decideAgain()
}

// save writes what differs from what was read and returns the input as it is now stored.
func (p *pass) save(ctx context.Context, in plan.Input, s plan.Settled) (plan.Input, error) {
	w := api.Write{Name: p.name}
	if !in.HasStatus || in.Distrusted || !api.SameStored(in.Stored, s.Status) {
		status := s.Status
		w.Status = &status
	}
	if s.Issuance != nil && (in.Issuance == nil || in.Distrusted || !api.SameStored(*in.Issuance, *s.Issuance)) {
		iss := *s.Issuance
		w.Issuance = &iss
	}
	w.Ledger, w.LedgerOf = s.Ledger, in.Account.Name
	if (w.Issuance != nil || w.Ledger != nil) && w.Status == nil {
		status := s.Status
		w.Status = &status // the version on the status is the lock of both
	}
	if w.Status == nil {
		return in, nil
	}
	if !in.HasRecord && !in.HasStatus && in.Issuance == nil {
		return in, nil
	}
	if err := p.Certificates.Write(ctx, w); err != nil {
		p.observed.ledger = nil // another record of the account may have been first
		return in, err
	}
	if w.Ledger != nil {
		in.Ledger, in.LedgerDistrusted, p.observed.ledger = w.Ledger, false, nil
	}
	p.observed.wrote(in.Stored.Version, w.Status.Version)
	p.measureRevocations(in.Stored, *w.Status)
	in.HasStatus, in.Stored, in.Distrusted = true, *w.Status, false
	if w.Issuance != nil {
		in.Issuance = w.Issuance
		if in.Issuance.IsEmpty() {
			in.Issuance = nil
		}
	}
	return in, nil
}

// saveSettled retries for longer than save: the effect happened, and its result should not have to be observed again.
func (p *pass) saveSettled(ctx context.Context, in plan.Input, s plan.Settled) (err error) {
	for try := range 3 {
		if _, err = p.save(ctx, in, s); err == nil || api.KindOf(err) == api.Conflict {
			return err
		}
		p.Clock.Sleep(ctx, time.Duration(1<<try)*200*time.Millisecond)
	}
	return err
}

func (p *pass) forget(ctx context.Context, in plan.Input, s plan.Settled) error {
	return p.Certificates.Write(ctx, api.Write{Name: p.name, Issuance: in.Issuance, Forget: true, ForgetVersion: in.Stored.Version, ForgetClaims: s.Claims})
}
