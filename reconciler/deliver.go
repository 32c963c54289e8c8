package reconciler

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

// deliver sends the next notice of an outbox on every channel that has not taken it, and returns those that took it now.
// A notice that is not mailed, because nobody asked for good news or because a digest stands for it, counts as taken.
func (r *Reconciler) deliver(ctx context.Context, outbox []api.OutboxEntry) (took []string, err error) {
	entry := outbox[plan.NextNotice(outbox)]
	told := slices.Clone(entry.Told)
	if !slices.Contains(told, api.ChannelMail) {
		var refused error
		if took, refused = r.withholdMail(ctx, entry.Notice); refused != nil || len(took) > 0 {
			told = append(told, api.ChannelMail)
		}
		defer func() { err = errors.Join(err, refused) }()
	}
	now, err := r.Notifier.Notify(ctx, entry.Notice, told)
	return append(took, now...), err
}

// withholdMail returns the mail channel where the notice is not to be mailed by itself.
func (r *Reconciler) withholdMail(ctx context.Context, n api.Notice) (took []string, err error) {
	if r.MailFailuresOnly && !api.IsFailureNotice(n.Type) && !n.EndsFailure() {
		return []string{api.ChannelMail}, nil
	}
	if r.NoMail {
		return nil, nil
	}
	alone, err := r.admitMail(ctx, n)
	if err != nil || alone {
		return nil, err
	}
	return []string{api.ChannelMail}, nil
}

// admitMail writes down that n is mailed by itself, or that a digest stands for it.
func (r *Reconciler) admitMail(ctx context.Context, n api.Notice) (alone bool, err error) {
	for range maxConflicts {
		read, err := r.Controller.GetController(ctx)
		if err != nil {
			return false, err
		}
		s, alone := plan.AdmitMail(read, n, r.Clock.Now())
		err = r.saveController(ctx, read, &s)
		if err == nil || api.KindOf(err) != api.Conflict {
			return alone, err
		}
	}
	return false, &api.Error{Kind: api.Transient, Message: "other invocations send notices at the same time"}
}

// sendDigest mails the digest that is due, and what else waits in the controller's own outbox.
func (r *Reconciler) sendDigest(ctx context.Context) error {
	read, err := r.Controller.GetController(ctx)
	if err != nil {
		return fmt.Errorf("read what was not mailed: %w", err)
	}
	s := plan.CloseDigest(read, r.Clock.Now())
	if len(s.Outbox) == len(read.Outbox) && !slices.ContainsFunc(s.Outbox, func(e api.OutboxEntry) bool { return e.Type == api.NoticeDigest }) {
		return nil
	}
	if err := r.saveController(ctx, read, &s); err != nil {
		return ignoreConflict(err)
	}
	return ignoreConflict(r.sendOutbox(ctx, s))
}

// sendOutbox sends what is saved in the controller's outbox, and saves what became of it.
func (r *Reconciler) sendOutbox(ctx context.Context, saved api.ControllerStatus) error {
	s := saved
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

// ignoreConflict: another invocation wrote first, and the next tick sees what is left.
func ignoreConflict(err error) error {
	if api.KindOf(err) == api.Conflict {
		return nil
	}
	return err
}
