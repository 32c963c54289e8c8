package reconciler

import (
	"context"
	"log/slog"
	"math"

	"certloop/reconciler/api"
	"certloop/reconciler/logkey"
	"certloop/reconciler/plan"
)

// mostUsageChanges bounds the admissions that one resync changes; the next one continues.
const mostUsageChanges = 1000

// resyncUsage revokes the admissions of records that are deleted or under another policy, and repeats those that were
// lost. A record that is created again between the reading and the change can lose its admission until the next resync.
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
		r.Log.WarnContext(ctx, "admissions under policies repaired", slog.Int(logkey.Records, changed))
	}
	return nil
}

func (r *Reconciler) changeUsage(ctx context.Context, c plan.UsageChange) error {
	if !c.Admit {
		return r.Usage.Dismiss(ctx, c.Policy, c.Record)
	}
	// It was admitted before, so the policy's current maximum does not matter.
	_, err := r.Usage.Admit(ctx, c.Policy, c.Record, math.MaxInt32)
	return err
}
