package reconciler

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

// Invoke serves a direct invocation: it reconciles the certificates as far as requested and returns their statuses. If
// Require is not met, the error contains each certificate with reason and message.
func (r *Reconciler) Invoke(ctx context.Context, inv Invocation) (Answer, error) {
	ctx = withKeys(ctx)
	if inv.DryRun {
		return r.dryRun(ctx, inv)
	}
	if inv.Require == api.ConditionServed && r.Prober == nil {
		return Answer{}, errors.New("require Served: probes are switched off in this deployment: switch them on, or require Ready")
	}
	answer := Answer{Certificates: make([]CertificateAnswer, len(inv.Names))}
	var unmet []string
	for i, name := range inv.Names {
		inv := inv
		status, err := r.drive(ctx, name, &inv)
		if err != nil {
			return Answer{}, fmt.Errorf("certificate %s: %w", name, err)
		}
		answer.Certificates[i] = CertificateAnswer{Name: name, Status: status}
		if status != nil {
			answer.Certificates[i].ACMARN = status.ACMARN
		}
		if why := inv.demand().Missing(name, status); why != "" {
			unmet = append(unmet, why)
		}
	}
	if len(unmet) > 0 {
		return answer, fmt.Errorf("%s", strings.Join(unmet, "; "))
	}
	return answer, nil
}

// drive reconciles one certificate, and its account, until the condition holds, nothing more will happen, or the wait
// is over.
//
// The passes receive a token until the status has stored it, and not after: it must not overrule a later token.
//
// If a policy refuses the token, inv has the reason afterwards.
func (r *Reconciler) drive(ctx context.Context, name string, inv *Invocation) (*api.CertificateStatus, error) {
	until, asked := r.Clock.Now().Add(inv.Wait), *inv
	var probed time.Time
	for {
		if err := r.driveAccount(ctx, name); err != nil {
			return nil, err
		}
		request := api.Request{Key: api.Key{Kind: api.KindCertificate, Name: name}}
		result, err := r.reconcile(ctx, name, &asked)
		if err != nil {
			return nil, err
		}
		if result.Noted {
			if err := r.requeue(ctx, request, result); err != nil {
				return nil, err
			}
			result = Result{After: result.After, Carried: true}
		}
		o, err := r.Certificates.Get(ctx, name)
		if err != nil {
			return nil, err
		}
		if inv.refusal = asked.refusal; inv.refusal == "" && asked.Force != inv.Force && !plan.IsTokenOnRecord(o.Status, inv.Force) {
			return nil, fmt.Errorf("force %q was not carried out: another token came after it", inv.Force)
		}
		left := until.Sub(r.Clock.Now())
		if left > 0 && inv.demand().AwaitsServed(o.Status) && r.probeForWait(ctx, name, o, &probed) {
			if result, err = r.reconcile(ctx, name, &asked); err != nil {
				return nil, err
			}
			if o, err = r.Certificates.Get(ctx, name); err != nil {
				return nil, err
			}
		}
		if inv.Require == api.ConditionServed {
			inv.unprobed = plan.NeverServed(r.probeInput(name, o))
		}
		if inv.demand().IsFinal(name, o, r.Clock.Now()) || left <= 0 || !r.timeFor(ctx, time.Second) {
			return o.Status, r.requeue(ctx, request, result)
		}
		pause := left
		if result.After > 0 {
			pause = min(pause, result.After)
		}
		r.Clock.Sleep(ctx, min(pause, 5*time.Second))
	}
}

// probeForWait probes the endpoints for an invocation that waits for them, unless they were probed a moment ago. last is when this
// invocation probed them last.
func (r *Reconciler) probeForWait(ctx context.Context, name string, o api.Object, last *time.Time) bool {
	if in := r.probeInput(name, o); plan.WhyUnprobed(in).Why != "" || !plan.ProbesForWait(in, *last) {
		return false
	}
	*last = r.now()
	window := r.probeWindow(ctx)
	return window.isOpen(*last) && r.probe(ctx, name, window.each, r.ownTurn())
}

// driveAccount reconciles the certificate's account, so that both may be created together and one call waits for both.
func (r *Reconciler) driveAccount(ctx context.Context, name string) error {
	o, err := r.Certificates.Get(ctx, name)
	if err != nil || o.Record == nil {
		return err
	}
	account := plan.AccountOf(o.Record)
	a, err := r.Accounts.GetAccount(ctx, account)
	if err != nil || a.Record == nil || a.Status.IsReady() {
		return err
	}
	_, err = r.reconcileAccount(ctx, account)
	return err
}
