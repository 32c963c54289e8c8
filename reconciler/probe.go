package reconciler

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"certloop/reconciler/api"
	"certloop/reconciler/logkey"
	"certloop/reconciler/plan"
	"certloop/reconciler/spec"
)

const (
	// probeTime bounds the probes of one invocation: the schedule begins the next one a minute later.
	probeTime = 50 * time.Second
	// mostProbed bounds the names that one invocation takes from the index.
	mostProbed = 20_000
)

// Probe connects to the endpoints of the certificates that are due for it, oldest first, as far as there is time, and stores what
// they serve. It changes nothing else. A certificate whose condition changes thereby is queued.
func (r *Reconciler) Probe(ctx context.Context) error {
	if r.Prober == nil {
		return nil
	}
	ctx, cancel := r.beforeReserve(ctx)
	defer cancel()
	ctx, end := r.Clock.WithDeadline(ctx, r.Clock.Now().Add(probeTime))
	defer end()
	var (
		probed  atomic.Int64
		problem error
		taken   int
	)
	running := r.probes()
	for name, err := range r.Served.DueServed(ctx, r.Clock.Now()) {
		if problem = err; err != nil || ctx.Err() != nil || taken == mostProbed {
			break
		}
		taken++
		running.do(func() {
			if ctx.Err() == nil && r.probe(ctx, name) {
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

// probe probes one certificate and reports whether the result was stored. What ends with the time of the invocation says nothing
// about the endpoints and is not stored.
func (r *Reconciler) probe(ctx context.Context, name string) bool {
	in, err := r.observeServed(ctx, name)
	if err == nil && !plan.IsProbed(in) {
		err = r.Served.ForgetServed(ctx, name, in.Served.Version)
		return r.probeFailed(ctx, name, err)
	}
	if err != nil {
		return r.probeFailed(ctx, name, err)
	}
	seen := r.look(ctx, plan.Endpoints(in.Spec), in.Status.KeyType)
	if ctx.Err() != nil {
		return false
	}
	in.Now = r.now()
	served := plan.SettleProbe(in, seen)
	if err := r.Served.WriteServed(ctx, name, &served); err != nil {
		return r.probeFailed(ctx, name, err)
	}
	if plan.ServedChanges(in, served) {
		err = r.Enqueue(ctx, []api.Key{{Kind: api.KindCertificate, Name: name}})
	}
	return r.probeFailed(ctx, name, err)
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
	in := plan.ProbeInput{Now: r.now(), Name: name}
	o, err := r.Certificates.Get(ctx, name)
	if err != nil {
		return in, err
	}
	if o.Served != nil {
		in.Served = *plan.BelieveServed(o.Served, in.Now)
	}
	if o.Status != nil {
		status := plan.Believe(*o.Status, name, in.Now, r.planConfig())
		in.Status = &status
	}
	if o.Record != nil {
		// An invalid record is probed no longer: its names are not known.
		in.Spec, _ = spec.DecodeCertificate(o.Record, spec.Defaults{Region: r.Region})
	}
	return in, nil
}

// look connects to all endpoints at once. An endpoint may have an RSA and an ECDSA certificate: the one of that key type is
// looked for.
func (r *Reconciler) look(ctx context.Context, endpoints []api.Endpoint, kind api.KeyType) [][]api.Sighting {
	seen := make([][]api.Sighting, len(endpoints))
	running := r.probes()
	for i, e := range endpoints {
		e.KeyType = kind
		running.do(func() { seen[i] = r.Prober.Probe(ctx, e) })
	}
	running.wait()
	return seen
}

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
			r.expectServed(ctx, name, o.Served, at, false)
			return
		}
	}
	_ = r.probeFailed(ctx, name, err)
}

// beginProbes makes certificates be probed that never were: those that were installed before probes were switched on, and those
// whose import a crash cut off.
func (r *Reconciler) beginProbes(ctx context.Context, items []api.Listed) {
	if r.Prober == nil {
		return
	}
	running := r.probes()
	for _, item := range items {
		if !plan.AwaitsProbe(item) || !r.timeFor(ctx, time.Second) {
			continue
		}
		c, err := spec.DecodeCertificate(item.Record, spec.Defaults{Region: r.Region})
		if err != nil || len(plan.Endpoints(c)) == 0 {
			continue
		}
		running.do(func() { r.expectServed(ctx, item.Key.Name, nil, plan.NextProbe(c, r.now()), false) })
	}
	running.wait()
}

// probes runs functions side by side, at most ProbesAtOnce; one by one in the caller's goroutine if that is 1.
func (r *Reconciler) probes() *probes {
	p := &probes{alone: r.ProbesAtOnce == 1}
	p.group.SetLimit(r.ProbesAtOnce)
	return p
}

type probes struct {
	alone bool
	group errgroup.Group
}

func (p *probes) do(f func()) {
	if p.alone {
		f()
		return
	}
	p.group.Go(func() error { f(); return nil })
}

func (p *probes) wait() { _ = p.group.Wait() } // no function returns an error
