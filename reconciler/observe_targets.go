package reconciler

import (
	"context"

	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

// observeTargets observes every target of the spec, and those that only the status still has.
func (r *Reconciler) observeTargets(ctx context.Context, in *plan.Input, cache *observationCache) {
	for _, t := range plan.ObservedTargets(*in) {
		in.Targets = append(in.Targets, r.cachedTarget(ctx, *in, t, cache))
	}
}

// cachedTarget returns the target from the cache, or observes it in ACM.
func (r *Reconciler) cachedTarget(ctx context.Context, in plan.Input, t plan.Target, cache *observationCache) plan.Target {
	if known, ok := cache.get(t); ok {
		return known
	}
	t = r.observeTarget(ctx, in, t)
	cache.put(t)
	return t
}

func (r *Reconciler) observeTarget(ctx context.Context, in plan.Input, t plan.Target) plan.Target {
	if t.Wanted {
		if t.Err = plan.CheckTarget(in.Policies, in.Name, t.Target, t.Stored.Claimed); t.Err != nil {
			return t
		}
	}
	if arn := t.KnownARN(); arn != "" {
		t.Found, t.Err = r.describe(ctx, t.Location, arn)
		t = r.prove(ctx, in, t)
	}
	return r.observePredecessor(ctx, r.discover(ctx, in, t))
}

// prove reads who has the claim on what was found, and whether the owners by tag or claim still exist. If the owner tag
// is ours, it reads the claim only before the certificate is let go.
func (r *Reconciler) prove(ctx context.Context, in plan.Input, t plan.Target) plan.Target {
	if !plan.NeedsClaim(in, t) {
		return t
	}
	owner, err := r.Certificates.ClaimOwner(ctx, t.Found.ARN)
	if err != nil {
		t.Found, t.Err = nil, wrap("read the claim", err)
		return t
	}
	t.OwnerGone, t.OwnerBusy = r.ownerDeleted(ctx, in, t.Found.Tags[api.TagOwner])
	t.ClaimedBy = owner
	if owner != "" && owner != in.Name {
		t.ClaimGone, _ = r.recordDeleted(ctx, in, owner)
	}
	return t
}

// observePredecessor observes the previous certificate of the target that is still to be marked.
func (r *Reconciler) observePredecessor(ctx context.Context, t plan.Target) plan.Target {
	t.PredecessorARN, t.Predecessor, t.PredecessorClaim, t.PredecessorErr = "", nil, "", nil
	if !plan.NeedsPredecessor(t) {
		return t // not observed, which does not mean that it does not exist
	}
	t.PredecessorARN = t.Stored.RetiredARN
	t.Predecessor, t.PredecessorErr = r.describe(ctx, t.Location, t.PredecessorARN)
	if t.Predecessor != nil && t.Predecessor.Tags[api.TagOwner] == "" {
		t.PredecessorClaim, t.PredecessorErr = r.Certificates.ClaimOwner(ctx, t.PredecessorARN)
	}
	return t
}

// describe returns nil and no error if ACM answers that the certificate does not exist.
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

// discover searches for the target's certificate by its tags, if needed. If the described certificate is not proved to
// be the record's, it remains the answer only if the search finds nothing.
func (r *Reconciler) discover(ctx context.Context, in plan.Input, t plan.Target) plan.Target {
	switch plan.NeedsSearch(in, t) {
	case plan.SearchNothing:
		return t
	case plan.SearchInstead:
		if found := r.search(ctx, in, plan.WithoutFound(t)); found.Found != nil || found.Err != nil {
			return found
		}
		return t
	default:
		return r.search(ctx, in, t)
	}
}

func (r *Reconciler) search(ctx context.Context, in plan.Input, t plan.Target) plan.Target {
	arns, err := r.ACM.Find(ctx, t.Location, in.Owner, t.Stored.Key)
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
		t = plan.WithFound(in, t, found)
	}
	return t
}

// ownerDeleted reports whether owner is a record of our table that no longer exists, and whether an effect of it may still
// be in progress. Any doubt means that it exists.
func (r *Reconciler) ownerDeleted(ctx context.Context, in plan.Input, owner string) (deleted, busy bool) {
	name := plan.OwningRecord(in, owner)
	if name == "" {
		return false, false
	}
	return r.recordDeleted(ctx, in, name)
}

func (r *Reconciler) recordDeleted(ctx context.Context, in plan.Input, name string) (deleted, busy bool) {
	o, err := r.Certificates.Get(ctx, name)
	if err != nil {
		return false, false
	}
	return plan.IsDeleted(in, o)
}
