package reconciler

import (
	"context"
	"log/slog"
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/plan"
	"certloop/reconciler/spec"
)

// observe reads everything that a decision depends on, and changes nothing:
//
//	table:    record, status, issuance, account          unless cached
//	ACM:      each target's certificate                  unless leased, invalid or unknown, or cached
//	Route 53: where the TXT records go                   a new spec, before an order
//	table:    the account's ledger                       an order would be counted now, or cached
//	DNS:      CAA records                                an order would be placed now, or cached
//	DNS:      the zones' name servers                    a validation would begin now
//	Route 53: whether a change is served                 an order under way
//	CA:       the order                                  an order under way
//	CA:       an order that was given up                 before another is placed or finalized
//	CA:       renewal information                        when its time has come
//	CA:       whether a certificate is revoked           when its time has come
//
// What could not be read is in the Input as an error. Only the table's own errors end the pass.
func (r *Reconciler) observe(ctx context.Context, name string, inv Invocation, table *tableCache, cache *observationCache) (plan.Input, error) {
	in := plan.Input{
		Now: r.Clock.Now().UTC().Truncate(time.Second), Name: name, Owner: api.Owner(r.TableARN, name),
		Force: inv.Force, Placeholder: inv.Placeholder, RollBack: inv.RollBack, RollOutAgain: inv.RollOutAgain, Config: r.planConfig(),
	}
	if err := r.observeTable(ctx, &in, table); err != nil {
		return in, err
	}
	if plan.IsTokenOnRecord(&in.Stored, in.Force) {
		in.Force = "" // the status has stored it, and it must not overrule a later one
	}
	if plan.LeaseHolds(in.Stored, in.Now, in.Config) {
		return in, nil
	}
	ctx, cancel := r.beforeReserve(ctx)
	defer cancel()
	cache.begin(in)
	r.observeTargets(ctx, &in, cache)
	if in.Spec == nil {
		return in, nil
	}
	r.observeRevocation(ctx, &in)
	if plan.NeedsZones(in) {
		in.Zones, in.ZoneErr = r.DNS.Resolve(ctx, in.Spec.DNS, in.Spec.Domains, in.Spec.Zone)
	}
	if plan.NeedsOrder(in) {
		r.observeChanges(ctx, &in)
		if !plan.AwaitsChange(in) {
			in.Order, in.OrderErr = r.readOrder(ctx, in, in.Issuance.OrderURL)
		}
	}
	if plan.NeedsGivenUp(in) {
		in.GivenUp, in.GivenUpErr = r.readOrder(ctx, in, in.Issuance.GivenUpOrder)
	}
	if plan.NeedsRenewalInfo(in) {
		in.Renewal, in.RenewalErr = r.readRenewalInfo(ctx, in)
	}
	if plan.NeedsLedger(in) {
		if err := cache.readLedger(ctx, r.Ledgers, &in); err != nil {
			return in, err
		}
	}
	if plan.NeedsCAA(in) {
		in.CAA, in.CAAErr = cache.readCAA(ctx, r.CAA, in.Spec.Domains)
	}
	if plan.NeedsServers(in) {
		in.Servers, in.ServersErr = r.NameServers.AskServers(ctx, plan.ServerQuestions(in))
	}
	return in, nil
}

func (r *Reconciler) observeTable(ctx context.Context, in *plan.Input, table *tableCache) error {
	o, err := table.certificate(ctx, r.Certificates, in.Name, r.Clock.Now())
	if err != nil {
		return err
	}
	r.believe(ctx, in, o)
	if r.Prober != nil { // else nothing is probed any more, and what is stored says nothing about the present
		in.Served = plan.BelieveServed(o.Served, in.Now)
	}
	in.Policies = plan.BelievePolicies(spec.DecodePolicySet(o.Policies), in.Stored)
	if o.Record == nil {
		return nil
	}
	in.HasRecord, in.SpecDigest = true, api.SpecDigest(o.Record)
	in.Spec, in.SpecErr = spec.DecodeCertificate(o.Record, spec.Defaults{Region: r.Region})
	if in.SpecErr != nil {
		in.Spec = nil
		return nil
	}
	in.Spec = plan.FixExternalIDs(in.Spec, in.Policies, in.Stored.Policy)
	return r.observeAccount(ctx, in, table)
}

// believe accepts those stored values that the controller can have written.
func (r *Reconciler) believe(ctx context.Context, in *plan.Input, o api.Object) {
	if o.Status != nil {
		in.HasStatus, in.Stored = true, plan.Believe(*o.Status, in.Name, in.Now, in.Config)
		in.Distrusted = !api.SameStored(*o.Status, in.Stored)
	}
	if o.Issuance != nil {
		in.Issuance = plan.BelieveIssuance(o.Issuance, in.Now, in.Config)
		in.Distrusted = in.Distrusted || !api.SameStored(o.Issuance, in.Issuance)
	}
	if in.Distrusted {
		r.Log.LogAttrs(ctx, slog.LevelWarn, "stored status had invalid values", record(api.KindCertificate, in.Name)...)
	}
}

func (r *Reconciler) observeAccount(ctx context.Context, in *plan.Input, table *tableCache) error {
	in.Account = plan.Account{Name: in.Spec.Account}
	o, err := table.accountObject(ctx, r.Accounts, in.Spec.Account)
	if err != nil {
		return err
	}
	if o.Record == nil {
		in.Account.Message = "there is no Account record " + in.Spec.Account + ": create it, or set account to another one"
		return nil
	}
	in.Account.Found = true
	spec, err := spec.DecodeAccount(o.Record)
	if err != nil {
		in.Account.Message = "account " + in.Spec.Account + " is not accepted: read its status"
		in.Account.Failed = true // which the account reports itself
		return nil
	}
	in.Account.Spec, in.Account.Refusal = spec, plan.AccountRefusal(in.Policies, spec)
	if o.Status == nil || o.Status.Directory != spec.Directory || !o.Status.IsReady() {
		in.Account.Message = "account " + in.Spec.Account + " is not registered yet" + whyNot(o.Status)
		in.Account.Failed = plan.AccountFailed(o.Status)
		return nil
	}
	in.Account.Ready, in.Account.URI = true, o.Status.URI
	in.Account.Shapes = plan.BelieveAccount(*o.Status, spec.Name, in.Now, in.Config).Shapes
	in.Account.CAAIdentities = api.IssuerNames(o.Status.CAAIdentities)
	return nil
}

func whyNot(s *api.AccountStatus) string {
	if s == nil {
		return ""
	}
	if c, ok := api.GetCondition(s.Conditions, api.ConditionReady); ok && c.Message != "" {
		return ": " + c.Message
	}
	return ""
}

func (r *Reconciler) readOrder(ctx context.Context, in plan.Input, url string) (*api.Order, error) {
	a, err := r.acmeAccount(ctx, in)
	if err != nil {
		return nil, err
	}
	o, err := r.CA.GetOrder(ctx, a, url)
	if err != nil {
		dropKeys(ctx)
		return nil, err
	}
	return &o, nil
}

func (r *Reconciler) readRenewalInfo(ctx context.Context, in plan.Input) (*api.RenewalInfo, error) {
	a, err := r.acmeAccount(ctx, in)
	if err != nil {
		return nil, err
	}
	info, err := r.RenewalInformer.RenewalInfo(ctx, a, in.Stored.ARI.CertID)
	if err != nil {
		dropKeys(ctx)
		return nil, err
	}
	return &info, nil
}

// observeChanges asks Route 53 once for each change that is not known to be served.
func (r *Reconciler) observeChanges(ctx context.Context, in *plan.Input) {
	in.Synced, in.Lost = map[string]bool{}, map[string]bool{}
	for _, v := range in.Issuance.Published {
		if _, asked := in.Synced[v.ChangeID]; asked || v.ChangeID == "" {
			continue
		}
		synced, err := r.DNS.InSync(ctx, v.Role, v.ChangeID)
		in.Synced[v.ChangeID] = err == nil && synced
		in.Lost[v.ChangeID] = api.KindOf(err) == api.NotFound
		if err != nil && !in.Lost[v.ChangeID] {
			in.SyncErr = wrap("ask whether the TXT records are served", err)
		}
	}
}

// acmeAccount returns the account with which the loop calls the CA for the certificate.
func (r *Reconciler) acmeAccount(ctx context.Context, in plan.Input) (api.ACMEAccount, error) {
	spec := in.Account.Spec
	key, err := r.cachedKey(ctx, spec.Name, spec.Directory)
	if err != nil {
		return api.ACMEAccount{}, err
	}
	return api.ACMEAccount{Name: spec.Name, Directory: spec.Directory, CACertificates: spec.CACertificates, Network: spec.Network, URI: in.Account.URI, Key: key}, nil
}

// accountKey reads the key of an account that was registered, or is about to be. A missing key is Terminal. As NotFound
// it would look like the CA's answer that it does not know the account.
func (r *Reconciler) accountKey(ctx context.Context, account, directory string) (api.Secret, error) {
	key, err := r.AccountKeys.Key(ctx, api.AccountKeyID(account, directory))
	if api.KindOf(err) == api.NotFound {
		err = &api.Error{Kind: api.Terminal, Reason: api.ReasonAccountKeyLost, Message: "the key of account " + account + " was not found in Secrets Manager", Err: err}
	}
	return key, err
}
