package reconciler

import (
	"context"
	"errors"
	"log/slog"

	"certloop/reconciler/api"
	"certloop/reconciler/logkey"
	"certloop/reconciler/plan"
)

// resyncedPolicies are the policies as a resync found them. The set is read before the listing begins, so that what the
// listing lacks of it was written later, or was never there.
type resyncedPolicies struct {
	set api.PolicySet
	err error
}

// openPolicies reads the set and takes out what no policy can have put in. Everything else that was lost or forged is
// repaired by the passes over the policies concerned, each of which reads its own item.
func (r *Reconciler) openPolicies(ctx context.Context) (p resyncedPolicies) {
	set, err := r.Policies.GetPolicySet(ctx)
	if err != nil {
		return resyncedPolicies{err: err}
	}
	cleaned, dirty := plan.CleanPolicySet(set)
	if !dirty {
		return resyncedPolicies{set: set}
	}
	r.Log.WarnContext(ctx, "policy set repaired", slog.Int(logkey.Policies, len(cleaned.Policies)))
	if err := r.Policies.WritePolicySet(ctx, &cleaned); err != nil {
		return resyncedPolicies{set: set, err: unlessConflict(err)}
	}
	return resyncedPolicies{set: cleaned}
}

// keys are the policies that need a pass, and the records that the policies concern and that no pass has queued.
func (p resyncedPolicies) keys(items []api.Listed) []api.Key {
	if p.err != nil {
		return nil
	}
	keys := plan.DriftedPolicies(p.set, items)
	for _, item := range items {
		if plan.Concerns(item, p.set.Waking) || plan.Unjudged(p.set, item) {
			keys = append(keys, item.Key)
		}
	}
	return keys
}

// closePolicies takes the note of the records that were queued from the set, and brings the places under max_certificates
// in line with the records.
func (r *Reconciler) closePolicies(ctx context.Context, p resyncedPolicies, items []api.Listed) error {
	if p.err != nil {
		return p.err
	}
	var err error
	if len(p.set.Waking) > 0 {
		p.set.Waking = nil
		err = unlessConflict(r.Policies.WritePolicySet(ctx, &p.set))
	}
	return errors.Join(err, r.resyncUsage(ctx, items))
}

// unlessConflict is nil for a conflict: whoever wrote first is at work on the same.
func unlessConflict(err error) error {
	if api.KindOf(err) == api.Conflict {
		return nil
	}
	return err
}
