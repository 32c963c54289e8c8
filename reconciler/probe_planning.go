package reconciler

import (
	"context"
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

// expectServed makes the endpoints be probed at that time, or earlier if they are due earlier. If another writer was first, it
// tries once again if again is set. If it fails, the resync repeats it.
func (r *Reconciler) expectServed(ctx context.Context, name string, served *api.ServedStatus, at time.Time, again bool) {
	if r.Prober == nil {
		return
	}
	var next api.ServedStatus
	if served != nil {
		next = *served
	}
	if next.DueAt != 0 && next.DueAt <= at.Unix() {
		return
	}
	next.DueAt = at.Unix()
	err := r.Served.WriteServed(ctx, name, &next)
	if api.KindOf(err) == api.Conflict && again {
		// A probe was under way. It expected the certificate before, and its next one may be an hour away.
		if o, readErr := r.Certificates.Get(ctx, name); readErr == nil {
			r.expectServed(ctx, name, plan.BelieveServed(o.Served, r.now()), at, false)
			return
		}
	}
	_ = r.probeFailed(ctx, name, err)
}

// planFirstProbe makes the endpoints be probed soon after an import.
func (p *pass) planFirstProbe(ctx context.Context, in plan.Input, settled plan.Settled) {
	if !plan.WhyUnprobed(probed(in, settled)).Forget {
		p.expectServed(ctx, in.Name, in.Served, plan.FirstProbe(p.now()), true)
	}
}

// planProbe makes a certificate be probed whose next probe is not planned, or too late: after a change of the record, or if its
// ServedStatus was lost or damaged.
func (p *pass) planProbe(ctx context.Context, in plan.Input, settled plan.Settled) {
	if in.Config.Probe && plan.LacksProbe(probed(in, settled)) {
		p.expectServed(ctx, in.Name, in.Served, plan.NextProbe(in.Name, in.Spec, in.Now), false)
	}
}

// probed returns what decides whether the certificate is probed, after a step.
func probed(in plan.Input, settled plan.Settled) plan.ProbeInput {
	out := plan.ProbeInput{Now: in.Now, Name: in.Name, HasRecord: in.HasRecord, Spec: in.Spec, Policies: in.Policies,
		Status: &settled.Status, ReadsFrontends: in.Config.Frontends}
	if in.Served != nil {
		out.Served = *in.Served
	}
	return out
}

// planProbes makes certificates be probed whose next probe is not planned, or too late: those that were installed before probes were
// switched on, those whose import a crash cut off, and those whose ServedStatus was lost or damaged. due is when each is due, as the
// listing has it.
func (r *Reconciler) planProbes(ctx context.Context, items []api.Listed, due map[string]int64) {
	if r.Prober == nil {
		return
	}
	running := parallel(r.ProbesAtOnce, r.ProbesAtOnce == 1)
	for _, item := range items {
		if item.Key.Kind != api.KindCertificate || !r.timeFor(ctx, time.Second) {
			continue
		}
		in := r.probeInput(item.Key.Name, api.Object{Record: item.Record, Status: item.Status, Served: &api.ServedStatus{DueAt: due[item.Key.Name]}})
		if plan.LacksProbe(in) {
			running.do(func() {
				r.expectServed(ctx, in.Name, nil, plan.NextProbe(in.Name, in.Spec, r.now()), true)
			})
		}
	}
	running.wait()
}
