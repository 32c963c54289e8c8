package reconciler

import (
	"context"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/logkey"
	"certloop/reconciler/plan"
	"certloop/reconciler/spec"
)

// probe probes one certificate for that long at most, and reports whether the result was stored.
func (r *Reconciler) probe(ctx context.Context, name string, most time.Duration, turn *turn) bool {
	in, err := r.observeServed(ctx, name)
	if err != nil {
		return r.probeFailed(ctx, name, err)
	}
	switch why := plan.WhyUnprobed(in); {
	case why.Forget:
		return r.probeFailed(ctx, name, r.Served.ForgetServed(ctx, name, in.Served.Version))
	case why.Why != "":
		later := plan.Postponed(in)
		return r.probeFailed(ctx, name, r.Served.WriteServed(ctx, name, &later))
	}
	turn.keep(len(plan.AllEndpoints(in)))
	served := r.seeServed(ctx, &in, most, turn)
	if ctx.Err() != nil {
		return false // the end of the invocation says nothing about the endpoints
	}
	if err := r.Served.WriteServed(ctx, name, &served); err != nil {
		return r.probeFailed(ctx, name, err)
	}
	if plan.ServedChanges(in, served) {
		err = r.Enqueue(ctx, []api.Key{{Kind: api.KindCertificate, Name: name}})
	}
	return r.probeFailed(ctx, name, err)
}

// seeServed returns what the endpoints serve, as far as they show it in that time.
func (r *Reconciler) seeServed(ctx context.Context, in *plan.ProbeInput, most time.Duration, turn *turn) api.ServedStatus {
	end := r.Clock.Now().Add(most)
	r.readFrontends(ctx, in, most/2)
	ctx, cancel := r.Clock.WithDeadline(ctx, end)
	defer cancel()
	seen := r.look(ctx, *in, turn)
	in.Now = r.now()
	return plan.SettleProbe(*in, seen)
}

// probeFailed logs err and reports whether there is none. A conflict means that another invocation probes the certificate.
func (r *Reconciler) probeFailed(ctx context.Context, name string, err error) bool {
	if err != nil && api.KindOf(err) != api.Conflict {
		r.Log.LogAttrs(ctx, slog.LevelWarn, "probe failed", append(record(api.KindCertificate, name),
			slog.String(logkey.ErrorKind, string(api.KindOf(err))), slog.String(logkey.Error, err.Error()))...)
	}
	return err == nil
}

func (r *Reconciler) observeServed(ctx context.Context, name string) (plan.ProbeInput, error) {
	o, err := r.Certificates.Get(ctx, name)
	if err != nil {
		return plan.ProbeInput{}, err
	}
	return r.probeInput(name, o), nil
}

// probeInput returns what decides whether and how a certificate is probed. An invalid record has no Spec.
func (r *Reconciler) probeInput(name string, o api.Object) plan.ProbeInput {
	in := plan.ProbeInput{Now: r.now(), Name: name, HasRecord: o.Record != nil, ReadsFrontends: r.Frontends != nil}
	if o.Served != nil {
		in.Served = *plan.BelieveServed(o.Served, in.Now)
	}
	admittedBy := ""
	if o.Status != nil {
		status := plan.Believe(*o.Status, name, in.Now, r.planConfig())
		in.Status, admittedBy = &status, status.Policy
		in.Policies = plan.BelievePolicies(spec.DecodePolicySet(o.Policies), status)
	}
	if o.Record == nil {
		return in
	}
	if c, err := spec.DecodeCertificate(o.Record, spec.Defaults{Region: r.Region}); err == nil {
		in.Spec = plan.FixExternalIDs(c, in.Policies, admittedBy)
	}
	return in
}

// look connects to the endpoints until ctx ends. An endpoint may have an RSA and an ECDSA certificate: the one of the kind in place
// is looked for. What was not asked by then, or did not answer, has no sightings.
func (r *Reconciler) look(ctx context.Context, in plan.ProbeInput, turn *turn) [][]api.Sighting {
	endpoints, order := plan.AllEndpoints(in), plan.ProbeOrder(in)
	seen := make([][]api.Sighting, len(endpoints))
	var next atomic.Int64
	askers := turn.endpoints
	running := parallel(askers, r.ProbesAtOnce == 1)
	for range askers {
		running.do(func() {
			for n := int(next.Add(1)) - 1; n < len(order) && ctx.Err() == nil; n = int(next.Add(1)) - 1 {
				e := endpoints[order[n]]
				e.KeyType = in.Status.KeyType
				if sightings := r.Prober.Probe(ctx, e); ctx.Err() == nil || slices.ContainsFunc(sightings, isFact) {
					seen[order[n]] = sightings
				}
			}
			turn.giveOne() // the others may be waiting for an endpoint that does not answer
		})
	}
	running.wait()
	return seen
}

func isFact(s api.Sighting) bool { return s.State.IsFact() }
