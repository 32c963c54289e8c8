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

// accountPass is one run over one account.
type accountPass struct {
	*Reconciler
	name string
	tally
}

// reconcileAccount is the pass over an account.
func (r *Reconciler) reconcileAccount(ctx context.Context, name string) (Result, error) {
	return r.drivePass(ctx, &accountPass{Reconciler: r, name: name})
}

func (p *accountPass) count() *tally { return &p.tally }

func (p *accountPass) key() api.Key { return api.Key{Kind: api.KindAccount, Name: p.name} }

func (p *accountPass) step(ctx context.Context) (progress, error) {
	if !p.timeFor(ctx, time.Second) {
		return passOver(p.soon()), nil
	}
	in, err := p.observeAccountRecord(ctx, p.name)
	if err != nil {
		return progress{}, err
	}
	p.observeDirectory(ctx, &in)
	next := plan.DecideAccount(in)
	p.converged = next.Action == plan.Forget || atRest(next.Reason)
	switch {
	case next.Reason == api.ReasonLeased || next.Reason == api.ReasonGone:
		return p.until(ctx, next.At, in.Now), nil
	case next.Action == plan.Forget:
		return progress{}, p.Accounts.ForgetAccount(ctx, p.name, in.Stored.Version)
	case next.Passive():
		return p.rest(ctx, in, next)
	}
	return p.act(ctx, in, next)
}

// due is the progress after what is on record now: at once, later, or not before something changes.
func (p *accountPass) due(ctx context.Context, at, now time.Time) progress {
	if !at.IsZero() && !at.After(now) {
		return stepAgain()
	}
	return p.until(ctx, at, now)
}

// rest stores what was observed, if it is new.
func (p *accountPass) rest(ctx context.Context, in plan.AccountInput, next plan.Plan) (progress, error) {
	p.logWait(ctx, p.key(), next)
	status, at := plan.SettleAccount(in, next, plan.AccountOutcome{})
	if !in.HasStatus || !api.SameStored(status, in.Stored) {
		if err := p.Accounts.WriteAccount(ctx, p.name, &status); err != nil {
			return progress{}, err
		}
	}
	return p.due(ctx, at, in.Now), nil
}

// act claims, executes and saves.
func (p *accountPass) act(ctx context.Context, in plan.AccountInput, next plan.Plan) (progress, error) {
	if p.stale(in.Now) {
		return progress{}, decideAgain()
	}
	claimed := plan.IntendAccount(in, next, p.now())
	claimed.ClaimID = p.NewID()
	if err := p.Accounts.WriteAccount(ctx, p.name, &claimed); err != nil {
		return progress{}, err
	}
	in.Stored, in.HasStatus = claimed, true
	effect, end, ok := p.effectContext(ctx, in.Stored.LeaseUntil)
	defer end()
	if !ok {
		status := plan.AbandonAccount(in)
		if err := p.Accounts.WriteAccount(ctx, p.name, &status); err != nil {
			return progress{}, err
		}
		return progress{}, decideAgain()
	}
	out := p.executeAccount(effect, in, next)
	p.effects++
	p.logEffect(ctx, p.key(), next, out.Err, slog.Int64(logkey.Generation, in.Stored.Generation))
	if plan.IsFailure(next.Action, out.Err) {
		p.fail(&p.tally, out.Err)
	}
	status, at := plan.SettleAccount(in, next, out)
	if err := p.Accounts.WriteAccount(ctx, p.name, &status); err != nil {
		return progress{}, err
	}
	return p.due(ctx, at, in.Now), nil
}

func (r *Reconciler) observeAccountRecord(ctx context.Context, name string) (plan.AccountInput, error) {
	o, err := r.Accounts.GetAccount(ctx, name)
	if err != nil {
		return plan.AccountInput{}, err
	}
	in := r.accountInput(name, o)
	if in.Spec != nil && in.Stored.KeyCreated && in.Stored.Directory == in.Spec.Directory {
		_, in.KeyErr = r.AccountKeys.Key(ctx, in.Stored.KeyID)
	}
	return in, nil
}

// accountInput returns what the table has of the account.
func (r *Reconciler) accountInput(name string, o api.AccountObject) plan.AccountInput {
	in := plan.AccountInput{Now: r.now(), Name: name, Config: r.planConfig()}
	if o.Status != nil {
		in.HasStatus, in.Stored = true, plan.BelieveAccount(*o.Status, name, in.Now, in.Config)
	}
	if o.Record == nil {
		return in
	}
	in.HasRecord, in.SpecDigest, in.Policies = true, api.SpecDigest(o.Record), spec.DecodePolicySet(o.Policies)
	if in.Spec, in.SpecErr = spec.DecodeAccount(o.Record); in.SpecErr != nil {
		in.Spec = nil
	}
	return in
}

// observeDirectory reads what the CA says about itself, when its time has come.
func (r *Reconciler) observeDirectory(ctx context.Context, in *plan.AccountInput) {
	if !plan.NeedsDirectory(*in) {
		return
	}
	ctx, end := r.Clock.WithDeadline(ctx, r.Clock.Now().Add(directoryTime))
	defer end()
	directory, err := r.Directories.ReadDirectory(ctx, directoryOf(in.Spec))
	if in.DirectoryErr = err; err == nil {
		in.Directory = &directory
	}
}

// directoryOf returns the account as far as its directory is concerned.
func directoryOf(spec *api.Account) api.ACMEAccount {
	return api.ACMEAccount{Name: spec.Name, Directory: spec.Directory, CACertificates: spec.CACertificates, Network: spec.Network}
}

func (r *Reconciler) executeAccount(ctx context.Context, in plan.AccountInput, p plan.Plan) plan.AccountOutcome {
	if p.Action == plan.Notify {
		accepted, err := r.deliver(ctx, in.Stored.Outbox)
		return plan.AccountOutcome{DeliveredTo: accepted, Err: wrap("notify", err)}
	}
	if p.Action == plan.Wake {
		return plan.AccountOutcome{Err: wrap("queue certificates", r.wake(ctx, in.Name))}
	}
	id := api.AccountKeyID(in.Name, in.Spec.Directory)
	if p.Action == plan.CreateKey {
		return plan.AccountOutcome{Err: wrap("create account key", r.createAccountKey(ctx, id, in.Spec.KeyType))}
	}
	key, err := r.accountKey(ctx, in.Name, in.Spec.Directory)
	if err != nil {
		return plan.AccountOutcome{Err: wrap("read account key", err)}
	}
	a := api.ACMEAccount{Name: in.Name, Directory: in.Spec.Directory, CACertificates: in.Spec.CACertificates, Network: in.Spec.Network, URI: in.Stored.URI, Key: key}
	switch p.Action {
	case plan.Lookup:
		uri, err := r.Registrar.Lookup(ctx, a)
		return plan.AccountOutcome{URI: uri, Err: wrap("look up account", err)}
	case plan.UpdateContact:
		return plan.AccountOutcome{Err: wrap("update contact", r.Registrar.UpdateContact(ctx, a, in.Spec.Email))}
	}
	return r.register(ctx, in, a)
}

// register presents the EAB credential. It runs only after the CA answered that it does not know the key.
func (r *Reconciler) register(ctx context.Context, in plan.AccountInput, a api.ACMEAccount) plan.AccountOutcome {
	var eab *api.EAB
	if in.Spec.EABSecretARN != "" {
		credential, err := r.AccountKeys.EAB(ctx, in.Spec.EABSecretARN)
		if err != nil {
			return plan.AccountOutcome{Err: wrap("read EAB credential", err)}
		}
		eab = &credential
	}
	uri, err := r.Registrar.Register(ctx, a, in.Spec.Email, eab)
	return plan.AccountOutcome{URI: uri, Err: wrap("register account", err)}
}

func (r *Reconciler) createAccountKey(ctx context.Context, id string, t api.KeyType) error {
	key, err := r.NewKey(t)
	if err != nil {
		return err
	}
	secret, err := encodeKey(key)
	if err != nil {
		return err
	}
	_, err = r.AccountKeys.Create(ctx, id, secret)
	return err
}

// wake queues every certificate of the account.
func (r *Reconciler) wake(ctx context.Context, account string) error {
	var keys []api.Key
	for item, err := range r.Index.All(ctx) {
		if err != nil {
			return err
		}
		if item.Key.Kind == api.KindCertificate && item.Record != nil && plan.AccountOf(item.Record) == account {
			keys = append(keys, item.Key)
		}
	}
	return r.Enqueue(ctx, keys)
}
