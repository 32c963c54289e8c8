package reconciler

import (
	"context"
	"log/slog"
	"math"

	"certloop/reconciler/api"
	"certloop/reconciler/logkey"
	"certloop/reconciler/plan"
)

// mostUsageChanges bounds the places that one resync changes; the next one goes on.
const mostUsageChanges = 1000

// resyncUsage gives back the places of records that are deleted or under another policy, and takes those that were lost.
// A record that comes back between the reading and the change can lose its place, until the next resync.
func (r *Reconciler) resyncUsage(ctx context.Context, items []api.Listed) error {
	changes := plan.UsageDrift(items)
	changed := 0
	for _, c := range changes[:min(len(changes), mostUsageChanges)] {
		o, err := r.Certificates.Get(ctx, c.Record)
		if err != nil {
			return err
		}
		if !c.Confirm(o) {
			continue
		}
		if err := r.changeUsage(ctx, c); err != nil {
			return err
		}
		changed++
	}
	if changed > 0 {
		r.Log.WarnContext(ctx, "places under policies repaired", slog.Int(logkey.Records, changed))
	}
	return nil
}

func (r *Reconciler) changeUsage(ctx context.Context, c plan.UsageChange) error {
	if !c.Admit {
		return r.Usage.Dismiss(ctx, c.Policy, c.Record)
	}
	// It was admitted before, whatever the policy allows now.
	_, err := r.Usage.Admit(ctx, c.Policy, c.Record, math.MaxInt32)
	return err
}
