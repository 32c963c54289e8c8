package reconciler

import (
	"context"
	"fmt"
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

// unmeasured is the default Meter.
type unmeasured struct{}

func (unmeasured) Reconciled(api.PassResult)               {}
func (unmeasured) Failed(string)                           {}
func (unmeasured) Issued(api.IssuanceStage, time.Duration) {}
func (unmeasured) Counted(api.Census)                      {}
func (unmeasured) Resynced()                               {}

// survey counts all records and statuses. It reads the whole table, so it is skipped if there is no Meter.
func (r *Reconciler) survey(ctx context.Context) error {
	if r.Meter == (unmeasured{}) {
		return nil
	}
	ctx, cancel := r.beforeReserve(ctx)
	defer cancel()
	var (
		census api.Census
		served plan.ServedCount
	)
	now := r.Clock.Now()
	for item, err := range r.Index.Glance(ctx) {
		if err != nil {
			return fmt.Errorf("count the records: %w", err)
		}
		plan.Enumerate(&census, item, now)
		served.Add(item, now)
	}
	census.Served = r.servedCensus(served)
	r.Meter.Counted(census)
	return nil
}

// tally is the result of one pass. ended is false while it runs, and stays false if it panics.
type tally struct {
	effects                            int
	failed, converged, ended, observed bool
}

func (t *tally) result(err error) api.PassResult {
	switch {
	case t.failed || err != nil || !t.ended:
		return api.PassFailed
	case t.converged:
		return api.PassConverged
	}
	return api.PassRequeued
}

// fail counts a failure by the error's reason, or else by its kind.
func (r *Reconciler) fail(t *tally, err error) {
	t.failed = true
	r.Meter.Failed(string(api.ReasonOf(err, api.Reason(api.KindOf(err)))))
}

// measureStep counts what failed in a step: the effect itself, an observation before it, or an answer that only Settle
// reads.
func (p *pass) measureStep(in plan.Input, next plan.Plan, out plan.Outcome, settled plan.Settled) {
	switch {
	case plan.IsFailure(next.Action, out.Err):
		p.fail(&p.tally, out.Err)
	case plan.IsFailure(next.Action, next.Failure):
		p.fail(&p.tally, &api.Error{Reason: api.ReasonOf(next.Failure, next.Reason)})
	case settled.Status.Failures > in.Stored.Failures:
		p.fail(&p.tally, &api.Error{Reason: settled.Status.LastReason})
	}
}

// measureObservations counts, once a pass, what could not be observed. A CA without renewal information is not a failure.
func (p *pass) measureObservations(in plan.Input) {
	if p.tally.observed {
		return
	}
	p.tally.observed = true
	for _, t := range in.Targets {
		if t.Wanted && t.Err != nil {
			p.fail(&p.tally, t.Err)
		}
	}
	if api.KindOf(in.RenewalErr) != "" && api.KindOf(in.RenewalErr) != api.NotFound {
		p.fail(&p.tally, in.RenewalErr)
	}
}

// measureRevocations counts the certificates that the write has made known as revoked.
func (r *Reconciler) measureRevocations(before, now api.CertificateStatus) {
	if r.RevocationMeter == nil {
		return
	}
	for range plan.NewlyRevoked(before, now) {
		r.RevocationMeter.Revoked()
	}
}

// measureIssuance counts what the CA issued. It also counts a rejected certificate, because that uses up the CA's rate
// limit. DropIssuance with success is the step after the last import, and its save can succeed only once.
func (p *pass) measureIssuance(in plan.Input, next plan.Plan, out plan.Outcome) {
	if next.Action == plan.Download && out.Err == nil && in.Issuance != nil {
		p.Meter.Issued(api.StageObtained, in.Now.Sub(in.Issuance.CreatedAt))
	}
	if next.Action == plan.DropIssuance && next.Success && in.Issuance != nil && !in.Issuance.CreatedAt.IsZero() {
		p.Meter.Issued(api.StageInstalled, in.Now.Sub(in.Issuance.CreatedAt))
	}
}

// atRest reports whether a pass that waits for that reason has nothing left to do.
func atRest(reason api.Reason) bool {
	switch reason {
	case api.ReasonNotNeeded, api.ReasonSuspended, api.ReasonRegistered, api.ReasonGone:
		return true
	}
	return false
}
