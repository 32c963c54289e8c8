package reconciler

import (
	"context"

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
			if ts.Claimed {
				t.ACMARN = ts.ARN
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
	arn := t.ACMARN
	if arn == "" {
		arn = t.Status.ARN
	}
	if arn != "" {
		t.Found, t.Err = r.describe(ctx, t.Location, arn)
	}
	if t.Err == nil && t.ACMARN == "" {
		t = r.discover(ctx, in, t)
	}
	if t.Found != nil {
		t.OwnerGone = r.ownerGone(ctx, in, t.Found.Tags[api.TagOwner])
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

// discover looks for the target's certificate by ownership tag: where none is known, where the known one is gone,
// and where an import's reply was lost, so that the new one may be there beside the old.
func (r *Reconciler) discover(ctx context.Context, in plan.Input, t plan.Target) plan.Target {
	begun := in.Issuance != nil && !in.Issuance.Imports[t.Status.Key].IsZero()
	if t.Found != nil && !begun {
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
		if found != nil && ours(in, t, found) && (t.Found == nil || plan.Prefer(in, found, t.Found)) {
			if t.Found != nil {
				t.Superseded = t.Status.ARN
			}
			t.Found, t.Listed = found, true
		}
	}
	return t
}

// ours checks the tags themselves: the index that Find asks lags behind them.
func ours(in plan.Input, t plan.Target, found *api.Installed) bool {
	return found.Type == "IMPORTED" && found.Tags[api.TagOwner] == in.Owner && found.Tags[api.TagTarget] == t.Status.Key &&
		found.Tags[api.TagRetired] == "" && found.Tags[api.TagAdopted] == ""
}

// ownerGone says that owner is a record of our table that is there no more. Any doubt says no.
func (r *Reconciler) ownerGone(ctx context.Context, in plan.Input, owner string) bool {
	if owner == "" || owner == in.Owner {
		return false
	}
	table, name, ok := api.ParseOwner(owner)
	if !ok || table != r.TableARN {
		return false
	}
	o, err := r.Certificates.Get(ctx, name)
	return err == nil && o.Record == nil
}
