package reconciler

import (
	"context"
	"fmt"
	"slices"

	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

// dryRun returns what the passes would do, without any effect.
func (r *Reconciler) dryRun(ctx context.Context, inv Invocation) (Answer, error) {
	d := dryRun{Reconciler: r.dry(inv.Records), inv: inv, ready: map[string]bool{}}
	for _, record := range inv.Records {
		if record.Key.Kind != api.KindAccount {
			continue
		}
		if _, err := d.account(ctx, record.Key.Name); err != nil {
			return Answer{}, fmt.Errorf("account %s: %w", record.Key.Name, err)
		}
	}
	for _, name := range d.names() {
		if err := d.certificate(ctx, name); err != nil {
			return Answer{}, fmt.Errorf("certificate %s: %w", name, err)
		}
	}
	return d.answer, nil
}

// dryRun is one dry run.
type dryRun struct {
	*Reconciler
	inv    Invocation
	answer Answer
	// ready are the accounts that are in the answer, and whether they are ready after their passes.
	ready map[string]bool
}

// names returns the certificates that are asked for; if none is named, those of the records.
func (d *dryRun) names() []string {
	names := slices.Clone(d.inv.Names)
	if len(names) > 0 {
		return names
	}
	for _, record := range d.inv.Records {
		if record.Key.Kind == api.KindCertificate {
			names = append(names, record.Key.Name)
		}
	}
	return names
}

func (d *dryRun) certificate(ctx context.Context, name string) error {
	if !d.timeFor(ctx, 0) {
		return &api.Error{Kind: api.Transient, Message: "the time of the invocation is over: invoke again with fewer names"}
	}
	in, err := d.observe(ctx, name, d.inv, nil, nil)
	if err != nil {
		return err
	}
	p := d.Decide(in)
	if why := plan.ForceRefused(in); why != "" && p.Reason == api.ReasonNotNeeded {
		p.Reason, p.Message = api.ReasonPolicyDenied, why
	}
	outlook, err := d.outlook(ctx, in)
	if err != nil {
		return err
	}
	c := CertificateAnswer{Name: name, ACMARN: in.Stored.ACMARN, Decision: decisionOf(p)}
	c.Decision.Outlook = &outlook
	if in.HasStatus {
		status := in.Stored
		c.Status = &status
	}
	d.answer.Certificates = append(d.answer.Certificates, c)
	return nil
}

func decisionOf(p plan.Plan) *plan.Decision {
	return &plan.Decision{Action: string(p.Action), Reason: p.Reason, Message: api.Message(p.Message), Target: p.Target, At: p.At}
}

// outlook returns what follows. It resolves the zones, reads the CAA records and asks the name servers if an order depends on
// them, which a pass does later, and expects the account to be ready if its own passes make it so.
func (d *dryRun) outlook(ctx context.Context, in plan.Input) (plan.Outlook, error) {
	if in.Account.Spec != nil && !in.Account.Ready {
		ready, err := d.account(ctx, in.Account.Name)
		if err != nil {
			return plan.Outlook{}, err
		}
		if ready {
			in = plan.AssumeRegistered(in)
		}
	}
	o := plan.OutlookOf(in)
	if o.GuessesZones() {
		ctx, cancel := d.beforeReserve(ctx)
		defer cancel()
		in.Zones, in.ZoneErr = d.DNS.Resolve(ctx, in.Spec.DNS, in.Spec.Domains, in.Spec.Zone)
		o = plan.OutlookOf(in)
	}
	if o.Orders > 0 {
		ctx, cancel := d.beforeReserve(ctx)
		defer cancel()
		in.CAA, in.CAAErr = d.CAA.ReadCAA(ctx, in.Spec.Domains)
		o = plan.OutlookOf(in)
		if questions := plan.PreflightQuestions(in); len(questions) > 0 {
			in.Servers, in.ServersErr = d.NameServers.AskServers(ctx, questions)
		}
		o.Warnings = plan.OrderWarnings(in)
	}
	return o, nil
}

// account answers for the account, once, and reports whether it is ready after its passes.
func (d *dryRun) account(ctx context.Context, name string) (ready bool, err error) {
	if ready, known := d.ready[name]; known {
		return ready, nil
	}
	in, err := d.observeAccountRecord(ctx, name)
	if err != nil {
		return false, err
	}
	p := plan.DecideAccount(in)
	if p.Reason == api.ReasonInvalidSpec {
		p.Message = api.MessageOf(in.SpecErr)
	}
	registers, ready := plan.AccountOutlook(in)
	d.ready[name] = ready
	d.answer.Accounts = append(d.answer.Accounts, AccountAnswer{Name: name, Registers: registers, Decision: decisionOf(p)})
	return ready, nil
}
