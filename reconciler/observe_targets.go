package reconciler

import (
	"context"
	"strings"

	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

// observeTargets looks at every target of the spec, and at those that only the status still knows.
func (r *Reconciler) observeTargets(ctx context.Context, in *plan.Input, seen *looks) {
	known := map[string]api.TargetStatus{}
	for _, t := range in.Status.Targets {
		known[t.Key] = t
	}
	if in.Spec != nil {
		for _, t := range in.Spec.Targets {
			ts, ok := known[t.Key()]
			if !ok {
				ts = api.TargetStatus{Key: t.Key()}
			}
			delete(known, t.Key())
			in.Targets = append(in.Targets, r.look(ctx, *in, plan.Target{Target: t, Wanted: true, Status: ts}, seen))
		}
	}
	for _, ts := range in.Status.Targets {
		if _, left := known[ts.Key]; left {
			t := plan.Target{Target: api.Target{Location: ts.Location}, Status: ts}
			if strings.HasPrefix(ts.Key, "arn:") {
				t.ACMARN = ts.Key // the key of a target that named its ARN
			}
			in.Targets = append(in.Targets, r.look(ctx, *in, t, seen))
		}
	}
}

// look asks ACM about the target, or remembers.
func (r *Reconciler) look(ctx context.Context, in plan.Input, t plan.Target, seen *looks) plan.Target {
	if known, ok := seen.recall(t); ok {
		return known
	}
	t = r.observeTarget(ctx, in, t)
	seen.keep(t)
	return t
}

func (r *Reconciler) observeTarget(ctx context.Context, in plan.Input, t plan.Target) plan.Target {
	if t.Wanted {
		if t.Err = plan.CheckTarget(in.Policies, in.Name, t.Target, t.Status.Claimed); t.Err != nil {
			return t
		}
	}
	arn := t.ACMARN
	if arn == "" {
		arn = t.Status.ARN
	}
	if arn != "" {
		t.Found, t.Err = r.describe(ctx, t.Location, arn)
		t = r.prove(ctx, in, t)
	}
	if t.Err == nil && t.ACMARN == "" {
		t = r.discover(ctx, in, t)
	}
	return r.observePredecessor(ctx, in, t)
}

// prove reads who has the claim on what was found, and whether those who own it by tag or claim still exist. Where the
// owner tag is ours it asks only before the certificate is let go.
func (r *Reconciler) prove(ctx context.Context, in plan.Input, t plan.Target) plan.Target {
	if t.Found == nil || (t.Wanted && t.Found.Tags[api.TagOwner] == in.Owner) {
		return t
	}
	owner, err := r.Certificates.ClaimOwner(ctx, t.Found.ARN)
	if err != nil {
		t.Found, t.Err = nil, wrap("read the claim", err)
		return t
	}
	t.OwnerGone, t.OwnerBusy = r.ownerGone(ctx, in, t.Found.Tags[api.TagOwner])
	t.ClaimedBy = owner
	if owner != "" && owner != in.Name {
		t.ClaimGone, _ = r.recordGone(ctx, in, owner)
	}
	return t
}

// observePredecessor looks at the certificate that the target left behind and that is still to be marked.
func (r *Reconciler) observePredecessor(ctx context.Context, in plan.Input, t plan.Target) plan.Target {
	t.PredecessorARN, t.Predecessor, t.PredecessorClaim, t.PredecessorErr = "", nil, "", nil
	if t.Status.RetiredARN == "" || !t.Wanted || t.Err != nil {
		return t // not observed, which does not mean that it is not there
	}
	t.PredecessorARN = t.Status.RetiredARN
	t.Predecessor, t.PredecessorErr = r.describe(ctx, t.Location, t.PredecessorARN)
	if t.Predecessor != nil && t.Predecessor.Tags[api.TagOwner] == "" {
		t.PredecessorClaim, t.PredecessorErr = r.Certificates.ClaimOwner(ctx, t.PredecessorARN)
	}
	return t
}

// describe returns nil and no error where ACM says that the certificate does not exist.
func (r *Reconciler) describe(ctx context.Context, at api.Location, arn string) (*api.Installed, error) {
	found, err := r.ACM.Describe(ctx, at, arn)
	switch {
	case api.KindOf(err) == api.NotFound:
		return nil, nil
	case err != nil:
		return nil, err
	}
	return &found, nil
}

// discover looks for the target's certificate by ownership tag: where none is known, where the known one is gone or not
// proved to be ours, and where an import's reply was lost, so that the new one may be there beside the old.
func (r *Reconciler) discover(ctx context.Context, in plan.Input, t plan.Target) plan.Target {
	if t.Found != nil && !plan.Owns(in, t) {
		if found := r.discover(ctx, in, withoutFound(t)); found.Found != nil || found.Err != nil {
			return found
		}
		return t
	}
	held := in.Issuance != nil && (in.Issuance.Chain != "" || !in.Issuance.Imports[t.Status.Key].IsZero())
	if t.Found != nil && !held {
		return t
	}
	arns, err := r.ACM.Find(ctx, t.Location, in.Owner, t.Status.Key)
	if err != nil {
		t.Err = err
		return t
	}
	for _, arn := range arns {
		if t.Found != nil && arn == t.Found.ARN {
			t.Listed = true
			continue
		}
		found, err := r.describe(ctx, t.Location, arn)
		if err != nil {
			t.Found, t.Err = nil, err
			return t
		}
		if found != nil && ours(in, t, found) {
			t = preferred(in, t, found)
		}
	}
	return t
}

// preferred takes found for the target's certificate, or for a second one beside it.
func preferred(in plan.Input, t plan.Target, found *api.Installed) plan.Target {
	switch {
	case t.Found == nil:
		t.Found, t.Listed = found, true
	case !plan.Prefer(in, t.Status.ARN, found, t.Found):
		t.Duplicates = append(t.Duplicates, *found)
	case t.Found.ARN == t.Status.ARN:
		t.Found, t.Listed, t.Superseded = found, true, t.Status.ARN
	default:
		t.Duplicates = append(t.Duplicates, *t.Found)
		t.Found, t.Listed = found, true
	}
	return t
}

// ours checks the tags themselves: the index that Find asks lags behind them.
func ours(in plan.Input, t plan.Target, found *api.Installed) bool {
	return found.Type == "IMPORTED" && found.Tags[api.TagOwner] == in.Owner && found.Tags[api.TagTarget] == t.Status.Key &&
		found.Tags[api.TagRetired] == "" && found.Tags[api.TagAdopted] == ""
}

// withoutFound is the target as if nothing had been found there.
func withoutFound(t plan.Target) plan.Target {
	t.Found, t.OwnerGone, t.OwnerBusy, t.ClaimedBy, t.ClaimGone, t.Duplicates = nil, false, false, "", false, nil
	return t
}

// ownerGone reports whether owner is a record of our table that no longer exists, and whether it may have an effect under
// way all the same. Any doubt means that it exists.
func (r *Reconciler) ownerGone(ctx context.Context, in plan.Input, owner string) (gone, busy bool) {
	table, name, ok := api.ParseOwner(owner)
	if !ok || owner == in.Owner || table != r.TableARN {
		return false, false
	}
	return r.recordGone(ctx, in, name)
}

func (r *Reconciler) recordGone(ctx context.Context, in plan.Input, name string) (gone, busy bool) {
	o, err := r.Certificates.Get(ctx, name)
	if err != nil || o.Record != nil {
		return false, false
	}
	return true, o.Status != nil && plan.LeaseHolds(*o.Status, in.Now, in.Config)
}
