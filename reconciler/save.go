package reconciler

import (
	"context"
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

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
	p.table.wrote(w)
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
func (p *pass) saveSettled(ctx context.Context, in plan.Input, s plan.Settled) (saved plan.Input, err error) {
	for try := range 3 {
		if saved, err = p.save(ctx, in, s); err == nil || api.KindOf(err) == api.Conflict {
			return saved, err
		}
		p.Clock.Sleep(ctx, time.Duration(1<<try)*200*time.Millisecond)
	}
	return saved, err
}

// saveAfter saves what the step stores, with the result of the step before it.
func (p *pass) saveAfter(ctx context.Context, s step, stored plan.Settled) (plan.Input, error) {
	if s.before == nil {
		return p.save(ctx, s.stored, stored)
	}
	if stored.Issuance == nil {
		stored.Issuance = s.before.Issuance
	}
	if stored.Ledger == nil {
		stored.Ledger = s.before.Ledger
	}
	return p.saveSettled(ctx, s.stored, stored)
}

func (p *pass) forget(ctx context.Context, in plan.Input, s plan.Settled) error {
	return p.Certificates.Write(ctx, api.Write{Name: p.name, Issuance: in.Issuance, Forget: true, ForgetVersion: in.Stored.Version, ForgetClaims: s.Claims})
}
