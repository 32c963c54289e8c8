package reconciler

import (
	"context"
	"log/slog"
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/logkey"
	"certloop/reconciler/plan"
	"certloop/reconciler/spec"
)

// policyPass is one run over one policy. It updates the set of all policies from the policy's item, queues the records
// that this concerns, and writes the status last. Every write is conditional on what was read, so it needs no lease.
type policyPass struct {
	*Reconciler
	name string
	tally
}

func (r *Reconciler) reconcilePolicy(ctx context.Context, name string) (result Result, err error) {
	p, began := &policyPass{Reconciler: r, name: name}, r.Clock.Now()
	defer func() { r.Meter.Reconciled(p.result(err)) }()
	result, err = p.run(ctx)
	if err != nil {
		p.fail(&p.tally, err)
	}
	p.ended = true
	r.logPass(ctx, p.key(), p.tally, r.Clock.Now().Sub(began), result.After)
	return result, err
}

func (p *policyPass) key() api.Key { return api.Key{Kind: api.KindPolicy, Name: p.name} }

func (p *policyPass) run(ctx context.Context) (Result, error) {
	for conflicts := 0; conflicts < maxConflicts; {
		if !p.timeFor(ctx, time.Second) {
			return p.soon(), nil
		}
		err := p.step(ctx)
		switch {
		case api.KindOf(err) == api.Conflict:
			conflicts++
		case err != nil || p.converged:
			return Result{}, err
		}
	}
	return Result{After: 5 * time.Second}, nil
}

// step does one thing. converged is true if there is nothing left to do.
func (p *policyPass) step(ctx context.Context) error {
	o, err := p.Policies.GetPolicy(ctx, p.name)
	if err != nil {
		return err
	}
	o.Policies = spec.DecodePolicySet(o.Policies)
	in := plan.PolicyInput{Now: p.now(), Name: p.name, PolicyObject: o}
	if o.Record != nil {
		in.Entry, in.SpecErr = spec.DecodePolicyEntry(p.name, o.Record)
	}
	next := plan.DecidePolicy(in)
	switch next.Action {
	case plan.ChangePolicySet:
		return p.changeSet(ctx, next)
	case plan.Wake:
		return p.wakeConcerned(ctx, next)
	case plan.Forget:
		return p.Policies.WritePolicyStatus(ctx, p.name, nil, o.Status.Version)
	case plan.WriteStatus:
		return p.Policies.WritePolicyStatus(ctx, p.name, &next.Status, 0)
	}
	p.converged = true
	return nil
}

func (p *policyPass) changeSet(ctx context.Context, next plan.PolicyPlan) error {
	if err := p.Policies.WritePolicySet(ctx, &next.Set); err != nil {
		return err
	}
	p.effects++
	p.Log.LogAttrs(ctx, slog.LevelInfo, "policies changed", append(record(api.KindPolicy, p.name),
		slog.String(logkey.Action, string(next.Action)), slog.Int(logkey.Policies, len(next.Set.Policies)))...)
	return nil
}

// wakeConcerned queues the records before it removes them from the set's list: a crash in between leaves the list.
func (p *policyPass) wakeConcerned(ctx context.Context, next plan.PolicyPlan) error {
	queued, err := p.wakeMatching(ctx, next.Patterns)
	if err != nil {
		return err
	}
	p.effects++
	p.Log.LogAttrs(ctx, slog.LevelInfo, "records queued", append(record(api.KindPolicy, p.name),
		slog.String(logkey.Action, string(next.Action)), slog.Int(logkey.Queued, queued))...)
	return p.Policies.WritePolicySet(ctx, &next.Set)
}

// wakeBatch is how many keys are held before they are queued.
const wakeBatch = 1000

// wakeMatching queues the certificates and accounts whose name matches one of the patterns, and returns their number.
func (r *Reconciler) wakeMatching(ctx context.Context, patterns []string) (queued int, err error) {
	ctx, cancel := r.beforeReserve(ctx)
	defer cancel()
	var keys []api.Key
	for item, err := range r.Index.All(ctx) {
		if err != nil {
			return queued, err
		}
		if !plan.Concerns(item, patterns) {
			continue
		}
		if keys = append(keys, item.Key); len(keys) < wakeBatch {
			continue
		}
		if err := r.Enqueue(ctx, keys); err != nil {
			return queued, err
		}
		queued, keys = queued+len(keys), nil
	}
	return queued + len(keys), r.Enqueue(ctx, keys)
}
