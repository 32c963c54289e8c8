package reconciler

import (
	"context"
	"errors"
	"slices"

	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

// deliver sends the next notice of an outbox on every channel to which it was not delivered yet. It returns the
// channels that accepted it now.
func (r *Reconciler) deliver(ctx context.Context, outbox []api.OutboxEntry) (accepted []string, err error) {
	return r.send(ctx, outbox[plan.NextNotice(outbox)])
}

// send sends a notice on every channel to which it was not delivered yet. Some notices are not mailed: only failures
// are asked for, or a digest replaces them. These count as delivered by mail.
func (r *Reconciler) send(ctx context.Context, entry api.OutboxEntry) (accepted []string, err error) {
	delivered := slices.Clone(entry.DeliveredTo)
	var unknown error
	if !slices.Contains(delivered, api.ChannelMail) && !plan.IsDigest(entry) {
		var alone bool
		if alone, unknown = r.mailsAlone(ctx, entry.Notice); !alone {
			delivered = append(delivered, api.ChannelMail)
		}
		if !alone && unknown == nil {
			accepted = []string{api.ChannelMail}
		}
	}
	now, err := r.Notifier.Notify(ctx, entry.Notice, delivered)
	return append(accepted, now...), errors.Join(unknown, err)
}

// mailsAlone reports whether the notice is to be mailed by itself. After an error that is unknown.
func (r *Reconciler) mailsAlone(ctx context.Context, n api.Notice) (alone bool, err error) {
	switch {
	case r.MailFailuresOnly && !api.IsFailureNotice(n.Type) && !n.EndsFailure():
		return false, nil
	case r.MailsPerHour <= 0:
		return true, nil
	}
	_, err = r.updateController(ctx, func(s api.ControllerStatus) api.ControllerStatus {
		s, alone = plan.AdmitMail(s, n, r.MailsPerHour, r.Clock.Now())
		return s
	})
	return alone && err == nil, err
}

// sendDigest mails the digest that is due.
func (r *Reconciler) sendDigest(ctx context.Context) error {
	s, err := r.updateController(ctx, func(s api.ControllerStatus) api.ControllerStatus {
		return plan.CloseDigest(s, r.Clock.Now())
	})
	if err != nil {
		return wrap("close the digest", err)
	}
	return r.sendOutbox(ctx, s, plan.IsDigest)
}

// sendOutbox sends those notices of the controller's outbox, each once, and records the result of each. Two concurrent
// invocations that send the same kind of notices send them twice; tick and resync send different kinds.
func (r *Reconciler) sendOutbox(ctx context.Context, s api.ControllerStatus, which func(api.OutboxEntry) bool) error {
	var failed error
	for _, entry := range s.Outbox {
		if !which(entry) {
			continue
		}
		accepted, unsent := r.send(ctx, entry)
		failed = errors.Join(failed, unsent)
		_, err := r.updateController(ctx, func(s api.ControllerStatus) api.ControllerStatus {
			return plan.SettleNotice(s, entry.ID, accepted, unsent)
		})
		if err != nil {
			return errors.Join(failed, err)
		}
	}
	return failed
}
