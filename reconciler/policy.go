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

func (r *Reconciler) reconcilePolicy(ctx context.Context, name string) (Result, error) {
	p := &policyPass{Reconciler: r, name: name}
	result, err := r.drivePass(ctx, p)
	if err != nil {
		p.fail(&p.tally, err)
	}
	return result, err
}

func (p *policyPass) count() *tally { return &p.tally }

func (p *policyPass) key() api.Key { return api.Key{Kind: api.KindPolicy, Name: p.name} }

func (p *policyPass) step(ctx context.Context) (progress, error) {
	if !p.timeFor(ctx, time.Second) {
		return passOver(p.soon()), nil
	}
	o, err := p.Policies.GetPolicy(ctx, p.name)
	if err != nil {
		return progress{}, err
	}
	o.Policies = spec.DecodePolicySet(o.Policies)
	in := plan.PolicyInput{Now: p.now(), Name: p.name, PolicyObject: o}
	if o.Record != nil {
		in.Entry, in.SpecErr = spec.DecodePolicyEntry(p.name, o.Record)
	}
	next := plan.DecidePolicy(in)
	if next.Action == plan.Wait {
		p.converged = true
		return passOver(Result{}), nil
	}
	return stepAgain(), p.take(ctx, in, next)
}

func (p *policyPass) take(ctx context.Context, in plan.PolicyInput, next plan.PolicyPlan) error {
	switch next.Action {
	case plan.ChangePolicySet:
		return p.changeSet(ctx, next)
	case plan.Wake:
		return p.wakeConcerned(ctx, next)
	case plan.Forget:
		return p.Policies.ForgetPolicyStatus(ctx, p.name, in.Status.Version)
	}
	return p.Policies.WritePolicyStatus(ctx, p.name, &next.Status)
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
