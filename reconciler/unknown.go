package reconciler

import (
	"context"
	"log/slog"

	"certloop/reconciler/api"
	"certloop/reconciler/logkey"
	"certloop/reconciler/plan"
)

// reportUnknown reports items whose kind nobody knows: a record with a slip in its kind would otherwise be silent for
// ever. The log has them at each resync, a notice goes out once for each. A report that fails does not fail the resync;
// its notices wait for the next one.
func (r *Reconciler) reportUnknown(ctx context.Context, u plan.Unknown) {
	if u.Count > 0 {
		r.Log.WarnContext(ctx, "items of unknown kinds", slog.Int(logkey.Records, u.Count), slog.Any(logkey.Items, u.Names()))
	}
	err := r.noticeUnknown(ctx, u)
	if err == nil || api.KindOf(err) == api.Conflict {
		return // another resync is at work
	}
	r.Meter.Failed(string(api.ReasonOf(err, api.Reason(api.KindOf(err)))))
	r.Log.WarnContext(ctx, "notices of unknown kinds not sent", slog.String(logkey.ErrorKind, string(api.KindOf(err))),
		slog.String(logkey.Error, err.Error()))
}

// noticeUnknown saves the notices before it sends them, and what became of them after that: at least once each, and not
// again on a channel that has taken it.
func (r *Reconciler) noticeUnknown(ctx context.Context, u plan.Unknown) error {
	read, err := r.Controller.GetController(ctx)
	if err != nil {
		return err
	}
	s := plan.NoticeUnknown(read, u, r.Clock.Now())
	if err := r.saveController(ctx, read, &s); err != nil {
		return err
	}
	saved := s
	var failed error
	for range saved.Outbox {
		took, err := r.Notifier.Notify(ctx, s.Outbox[0].Notice, s.Outbox[0].Told)
		if err != nil {
			failed = err
		}
		s = plan.SettleNotice(s, took, err)
	}
	if err := r.saveController(ctx, saved, &s); err != nil {
		return err
	}
	return failed
}

func (r *Reconciler) saveController(ctx context.Context, read api.ControllerStatus, s *api.ControllerStatus) error {
	if same(read, *s) {
		return nil
	}
	return r.Controller.WriteController(ctx, s)
}
