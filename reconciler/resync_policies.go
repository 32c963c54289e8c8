package reconciler

import (
	"context"
	"errors"
	"log/slog"

	"certloop/reconciler/api"
	"certloop/reconciler/logkey"
	"certloop/reconciler/plan"
	"certloop/reconciler/spec"
)

// Decoder decodes the records of a listing.
var Decoder = plan.Decoder{PolicyEntry: spec.DecodePolicyEntry, Account: spec.DecodeAccount}

// resyncedPolicies are the policies as a resync found them. err is set if they could not be read or repaired.
type resyncedPolicies struct {
	set api.PolicySet
	err error
}

// readPolicies reads the set. It must run before the listing.
func (r *Reconciler) readPolicies(ctx context.Context) resyncedPolicies {
	set, err := r.Policies.GetPolicySet(ctx)
	return resyncedPolicies{spec.DecodePolicySet(set), err}
}

// rebuildPolicies makes the set from the items again if it was lost, forged or damaged, or if a message about a policy
// was lost.
func (r *Reconciler) rebuildPolicies(ctx context.Context, p resyncedPolicies, items []api.Listed) resyncedPolicies {
	if p.err != nil {
		return p
	}
	next, differs := plan.RebuiltPolicySet(Decoder, p.set, items)
	if !differs {
		return p
	}
	if err := r.Policies.WritePolicySet(ctx, &next); err != nil {
		return resyncedPolicies{p.set, unlessConflict(err)}
	}
	r.Log.WarnContext(ctx, "policy set repaired", slog.Int(logkey.Policies, len(next.Policies)))
	return resyncedPolicies{set: next}
}

// keys returns the policies that need a pass, and the records that the policies concern and that no pass has queued.
func (p resyncedPolicies) keys(items []api.Listed) []api.Key {
	if p.err != nil {
		return nil
	}
	keys := plan.DriftedPolicies(Decoder, p.set, items)
	for _, item := range items {
		if plan.Concerns(item, p.set.ToWake) || plan.Unjudged(Decoder, p.set, item) {
			keys = append(keys, item.Key)
		}
	}
	return keys
}

// closePolicies removes the queued records from the set's list, and updates the admissions under max_certificates.
func (r *Reconciler) closePolicies(ctx context.Context, p resyncedPolicies, items []api.Listed) error {
	if p.err != nil {
		return p.err
	}
	var err error
	if len(p.set.ToWake) > 0 {
		p.set.ToWake = nil
		err = unlessConflict(r.Policies.WritePolicySet(ctx, &p.set))
	}
	return errors.Join(err, r.resyncUsage(ctx, items))
}

// unlessConflict returns nil for a conflict: the other writer works on the same.
func unlessConflict(err error) error {
	if api.KindOf(err) == api.Conflict {
		return nil
	}
	return err
}
