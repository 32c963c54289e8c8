package reconciler

import (
	"context"

	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

// deliver sends the next notice of an outbox on every channel that has not taken it, and returns those that took it now.
func (r *Reconciler) deliver(ctx context.Context, outbox []api.OutboxEntry) (took []string, err error) {
	entry := outbox[plan.NextNotice(outbox)]
	return r.Notifier.Notify(ctx, entry.Notice, entry.Told)
}
