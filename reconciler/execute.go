package reconciler

import (
	"context"
	"fmt"

	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

// execute runs the step under the effect's own context (fence.go). Each executor has at most one external effect; what
// it reads before may be repeated.
func (r *Reconciler) execute(ctx context.Context, in plan.Input, p plan.Plan) plan.Outcome {
	run, known := executors[p.Action]
	if !known {
		panic(fmt.Sprintf("reconciler: no executor for %q", p.Action))
	}
	return run(r, ctx, in, p)
}

// executors has the executor of every action but Wait, which has no effect.
var executors = map[plan.Action]func(*Reconciler, context.Context, plan.Input, plan.Plan) plan.Outcome{
	plan.Forget:            (*Reconciler).executeNothing,
	plan.DropIssuance:      (*Reconciler).executeNothing,
	plan.ResumeOrder:       (*Reconciler).executeNothing,
	plan.RollBack:          (*Reconciler).executeNothing,
	plan.RollOutAgain:      (*Reconciler).executeNothing,
	plan.ClaimARN:          (*Reconciler).executeClaim,
	plan.ReleaseTarget:     (*Reconciler).executeRelease,
	plan.Tag:               (*Reconciler).executeTag,
	plan.DeleteCertificate: (*Reconciler).executeDelete,
	plan.Import:            (*Reconciler).executeImport,
	plan.ImportPlaceholder: (*Reconciler).executePlaceholder,
	plan.CleanDNS:          (*Reconciler).executeCleanDNS,
	plan.MakeKey:           (*Reconciler).executeMakeKey,
	plan.NewOrder:          (*Reconciler).executeNewOrder,
	plan.Publish:           (*Reconciler).executePublish,
	plan.Accept:            (*Reconciler).executeAccept,
	plan.Finalize:          (*Reconciler).executeFinalize,
	plan.Download:          (*Reconciler).executeDownload,
	plan.Notify:            (*Reconciler).executeNotify,
	plan.Admit:             (*Reconciler).executeAdmit,
	plan.Dismiss:           (*Reconciler).executeDismiss,
}

// executeNothing has no effect of its own: the whole effect is in the save that follows.
func (r *Reconciler) executeNothing(context.Context, plan.Input, plan.Plan) plan.Outcome {
	return plan.Outcome{}
}

func (r *Reconciler) executeClaim(ctx context.Context, in plan.Input, p plan.Plan) plan.Outcome {
	owner, err := r.Certificates.ClaimARN(ctx, p.ARN, in.Name, p.PreviousOwner)
	return plan.Outcome{Owner: owner, Err: wrap("claim", err)}
}

func (r *Reconciler) executeRelease(ctx context.Context, in plan.Input, p plan.Plan) plan.Outcome {
	if p.ARN == "" || p.KeepClaim {
		return plan.Outcome{}
	}
	return plan.Outcome{Err: wrap("release claim", r.Certificates.ReleaseARN(ctx, p.ARN, in.Name))}
}

// checkClaim stops a change of a certificate that another record has claimed since it was observed.
func (r *Reconciler) checkClaim(ctx context.Context, in plan.Input, arn string) error {
	owner, err := r.Certificates.ClaimOwner(ctx, arn)
	if err == nil {
		err = plan.CheckClaim(arn, owner, in.Name)
	}
	return err
}

// executeTag marks a retired certificate only after its claim is released. A crash in between leaves a tag to set
// again, and never a claim that nothing releases.
func (r *Reconciler) executeTag(ctx context.Context, in plan.Input, p plan.Plan) plan.Outcome {
	if err := r.checkClaim(ctx, in, p.ARN); err != nil {
		return notTried("check claim", err)
	}
	if p.Reason == api.ReasonRetired {
		if err := r.Certificates.ReleaseARN(ctx, p.ARN, in.Name); err != nil {
			return notTried("release claim", err)
		}
	}
	return plan.Outcome{Err: wrap("tag certificate", r.ACM.Tag(ctx, location(in, p.Target), p.ARN, p.Set, p.Unset))}
}

// executeDelete releases the claim first. A crash in between leaves a certificate to delete, and never a claim that
// nothing releases.
func (r *Reconciler) executeDelete(ctx context.Context, in plan.Input, p plan.Plan) plan.Outcome {
	if err := r.checkRecord(ctx, in); err != nil {
		return notTried("read the record again", err)
	}
	if err := r.checkClaim(ctx, in, p.ARN); err != nil {
		return notTried("check claim", err)
	}
	if err := r.Certificates.ReleaseARN(ctx, p.ARN, in.Name); err != nil {
		return notTried("release claim", err)
	}
	return plan.Outcome{Err: wrap("delete certificate", r.ACM.Delete(ctx, location(in, p.Target), p.ARN))}
}

// checkRecord returns a Conflict if the record has changed since it was observed: users write it without regard to our
// version.
func (r *Reconciler) checkRecord(ctx context.Context, in plan.Input) error {
	o, err := r.Certificates.Get(ctx, in.Name)
	if err != nil {
		return err
	}
	if (o.Record != nil) != in.HasRecord || (in.HasRecord && api.SpecDigest(o.Record) != in.SpecDigest) {
		return &api.Error{Kind: api.Conflict, Message: "the record has changed meanwhile"}
	}
	return nil
}

func (r *Reconciler) executeImport(ctx context.Context, in plan.Input, p plan.Plan) plan.Outcome {
	sealed, pem := plan.ToImport(in, p)
	key, err := r.Sealer.Open(ctx, in.Name, sealed)
	if err != nil {
		return notTried("open sealed key", err)
	}
	if p.ARN != "" {
		if err := r.checkClaim(ctx, in, p.ARN); err != nil {
			return notTried("check claim", err)
		}
	}
	leaf, chain := plan.SplitChain(pem)
	arn, err := r.ACM.Import(ctx, location(in, p.Target), api.ImportRequest{ARN: p.ARN, Leaf: leaf, Chain: chain, Key: key, Tags: p.Set})
	return r.imported(ctx, in, p, arn, wrap("import certificate", err))
}

// imported claims a certificate that was just created. If that fails, the certificate's tag proves its owner, and a
// later step writes the claim.
func (r *Reconciler) imported(ctx context.Context, in plan.Input, p plan.Plan, arn string, err error) plan.Outcome {
	out := plan.Outcome{ARN: arn, Err: err}
	if err == nil && p.ARN == "" {
		owner, err := r.Certificates.ClaimARN(ctx, arn, in.Name, "")
		out.Claimed = err == nil && owner == in.Name
	}
	return out
}

// executePlaceholder imports a self-signed certificate. Its key is not stored: the first real certificate replaces it.
func (r *Reconciler) executePlaceholder(ctx context.Context, in plan.Input, p plan.Plan) plan.Outcome {
	request, err := r.placeholder(in)
	if err != nil {
		return notTried("make placeholder", err)
	}
	request.Tags = p.Set
	arn, err := r.ACM.Import(ctx, location(in, p.Target), request)
	return r.imported(ctx, in, p, arn, wrap("import placeholder", err))
}

func (r *Reconciler) executeCleanDNS(ctx context.Context, in plan.Input, p plan.Plan) plan.Outcome {
	return plan.Outcome{Err: wrap("remove TXT records", r.DNS.Remove(ctx, p.Role, p.Zone, p.Values))}
}

func (r *Reconciler) executePublish(ctx context.Context, in plan.Input, p plan.Plan) plan.Outcome {
	id, err := r.DNS.Publish(ctx, p.Role, p.Zone, p.Values)
	return plan.Outcome{ChangeID: id, Err: wrap("publish TXT records", err)}
}

func (r *Reconciler) executeMakeKey(ctx context.Context, in plan.Input, p plan.Plan) plan.Outcome {
	key, spki, err := r.makeKey(plan.KeyType(in))
	if err != nil {
		return notTried("make key", err)
	}
	sealed, err := r.Sealer.Seal(ctx, in.Name, key)
	return plan.Outcome{Sealed: sealed, PublicKeySHA256: spki, Err: wrap("seal key", err)}
}

func (r *Reconciler) executeNewOrder(ctx context.Context, in plan.Input, p plan.Plan) plan.Outcome {
	if !plan.IsCounted(in) {
		return notTried("place order", &api.Error{Kind: api.Bug, Message: "the order is not counted in the ledger of the account"})
	}
	a, err := r.acmeAccount(ctx, in)
	if err != nil {
		return notTried("read account key", err)
	}
	o, err := r.CA.NewOrder(ctx, a, api.OrderRequest{Domains: in.Issuance.Domains, Profile: in.Issuance.Profile, Replaces: p.ReplacesCertID})
	return plan.Outcome{Order: &o, Err: wrap("place order", err)}
}

func (r *Reconciler) executeAccept(ctx context.Context, in plan.Input, p plan.Plan) plan.Outcome {
	a, err := r.acmeAccount(ctx, in)
	if err != nil {
		return notTried("read account key", err)
	}
	return plan.Outcome{Err: wrap("accept challenges", r.CA.Accept(ctx, a, p.URLs))}
}

func (r *Reconciler) executeFinalize(ctx context.Context, in plan.Input, p plan.Plan) plan.Outcome {
	a, err := r.acmeAccount(ctx, in)
	if err != nil {
		return notTried("read account key", err)
	}
	key, err := r.Sealer.Open(ctx, in.Name, in.Issuance.SealedKey)
	if err != nil {
		return notTried("open sealed key", err)
	}
	csr, err := makeCSR(key, in.Issuance.CommonName, in.Issuance.Domains)
	if err != nil {
		return notTried("make CSR", err)
	}
	return plan.Outcome{Err: wrap("finalize order", r.CA.Finalize(ctx, a, in.Issuance.OrderURL, in.Order.FinalizeURL, csr))}
}

func (r *Reconciler) executeDownload(ctx context.Context, in plan.Input, p plan.Plan) plan.Outcome {
	a, err := r.acmeAccount(ctx, in)
	if err != nil {
		return notTried("read account key", err)
	}
	chain, err := r.CA.Download(ctx, a, in.Order.CertificateURL, plan.PreferredChain(in))
	return plan.Outcome{Chain: chain.PEM, Note: chain.Note, Err: wrap("download certificate", err)}
}

func (r *Reconciler) executeNotify(ctx context.Context, in plan.Input, p plan.Plan) plan.Outcome {
	accepted, err := r.deliver(ctx, in.Stored.Outbox)
	return plan.Outcome{DeliveredTo: accepted, Err: wrap("notify", err)}
}

// notTried returns the outcome if something that the effect needs could not be read, so that nothing was sent.
func notTried(operation string, err error) plan.Outcome {
	return plan.Outcome{Err: wrap(operation, err), NotTried: true}
}

// location returns the place of the target with that key.
func location(in plan.Input, key string) api.Location {
	for _, t := range in.Targets {
		if t.Stored.Key == key {
			return t.Location
		}
	}
	return api.Location{}
}

func wrap(operation string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", operation, err)
}
