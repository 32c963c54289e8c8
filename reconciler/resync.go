package reconciler

import (
	"context"
	"log/slog"

	"certloop/reconciler/api"
	"certloop/reconciler/logkey"
	"certloop/reconciler/plan"
)

// Resync compares every record with one listing per ACM, and queues those that need a pass. The listing is the informer
// cache: a converged record costs no call of its own.
func (r *Reconciler) Resync(ctx context.Context) error {
	var (
		items   []api.Listed
		unknown plan.Unknown
		served  plan.ServedCount
	)
	began, due := r.Clock.Now(), map[string]int64{}
	policies := r.readPolicies(ctx)
	for item, err := range r.Index.All(ctx) {
		switch {
		case err != nil:
			return err
		case item.Unknown:
			unknown.Add(item.Key)
		case item.Key.Kind == api.KindServedStatus:
			served.Add(item, began)
			if item.Served != nil {
				due[item.Key.Name] = item.Served.DueAt
			}
		default:
			served.Add(item, began)
			items = append(items, item)
		}
	}
	listing, accounts := r.sweep(ctx, items), plan.Accounts(items)
	policies = r.rebuildPolicies(ctx, policies, items)
	keys := policies.keys(items)
	for _, item := range items {
		if plan.Stale(item, listing, r.Clock.Now()) || plan.Orphaned(item, accounts) || (r.Revocation != nil && plan.Unchecked(item)) {
			keys = append(keys, item.Key)
		}
	}
	r.Log.InfoContext(ctx, "resync", slog.Int(logkey.Records, len(items)), slog.Int(logkey.Queued, len(keys)))
	err := r.Enqueue(ctx, keys)
	r.planProbes(ctx, items, due)
	if err == nil {
		err = r.closePolicies(ctx, policies, items)
	}
	census := plan.TakeCensus(items, r.Clock.Now())
	census.UnknownKinds, census.Served = unknown.Count, r.servedCensus(served)
	r.Meter.Counted(census)
	r.reportUnknown(ctx, unknown)
	if err == nil {
		r.Meter.Resynced()
	}
	return err
}

// sweep lists each place once. A place that cannot be listed is missing from the result: its records are reconciled one
// by one, and the condition of each reports what is wrong.
func (r *Reconciler) sweep(ctx context.Context, items []api.Listed) plan.Listing {
	listing := plan.Listing{}
	tried := map[api.Location]bool{}
	for _, item := range items {
		if item.Status == nil {
			continue
		}
		for _, t := range item.Status.Targets {
			if tried[t.Location] {
				continue
			}
			tried[t.Location] = true
			found, err := r.Sweeper.Sweep(ctx, t.Location)
			if err != nil {
				r.Log.WarnContext(ctx, "sweep failed", slog.String(logkey.Region, t.Region), slog.String(logkey.Role, t.RoleARN),
					slog.String(logkey.ErrorKind, string(api.KindOf(err))), slog.String(logkey.Error, err.Error()))
				continue
			}
			listing[t.Location] = found
		}
	}
	return listing
}
