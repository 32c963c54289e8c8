package reconciler

import (
	"context"
	"log/slog"

	"certloop/reconciler/api"
	"certloop/reconciler/logkey"
	"certloop/reconciler/plan"
)

// reportUnknown reports items of unknown kinds: a record with a misspelled kind would otherwise never be reported. Each
// resync logs them, and one notice is sent for each. A failing report does not fail the resync; its notices wait for
// the next one.
func (r *Reconciler) reportUnknown(ctx context.Context, u plan.Unknown) {
	if u.Count > 0 {
		r.Log.WarnContext(ctx, "items of unknown kinds", slog.Int(logkey.Records, u.Count), slog.Any(logkey.Items, u.Names()))
	}
	r.logUnsent(ctx, "notices of unknown kinds not sent", r.noticeUnknown(ctx, u))
}

// logUnsent logs notices of the controller's own that wait for the next tick or resync. Neither fails because of them.
func (r *Reconciler) logUnsent(ctx context.Context, what string, err error) {
	if err == nil {
		return
	}
	r.Meter.Failed(string(api.ReasonOf(err, api.Reason(api.KindOf(err)))))
	r.Log.WarnContext(ctx, what, slog.String(logkey.ErrorKind, string(api.KindOf(err))),
		slog.String(logkey.Error, err.Error()))
}

// noticeUnknown saves the notices before it sends them, and the result of each after that. So each is sent at least
// once, and not again on a channel that accepted it.
func (r *Reconciler) noticeUnknown(ctx context.Context, u plan.Unknown) error {
	s, err := r.updateController(ctx, func(s api.ControllerStatus) api.ControllerStatus {
		return plan.NoticeUnknown(s, u, r.Clock.Now())
	})
	if err != nil {
		return err
	}
	return r.sendOutbox(ctx, s, func(e api.OutboxEntry) bool { return !plan.IsDigest(e) })
}
