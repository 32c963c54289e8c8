package command

import (
	"context"
	"iter"
	"time"

	"github.com/spf13/cobra"

	"certloop/cmd/certloop/deployment"
	"certloop/cmd/certloop/view"
	"certloop/reconciler/api"
)

// LogReader reads the function's log.
type LogReader interface {
	// Logs iterates over the lines about one record since a time, oldest first.
	Logs(ctx context.Context, key api.Key, since time.Time) iter.Seq2[deployment.LogLine, error]
}

func newLogs(a *app) *cobra.Command {
	var since string
	var follow bool
	cmd := &cobra.Command{
		Use:     "logs NAME",
		GroupID: groupSee,
		Short:   a.screen.T("Show the function's log lines and the history of a certificate, in order"),
		Long: a.screen.T(`Show the function's log lines about a certificate, together with the history in its status (marked •), in order.

It reads CloudWatch Logs (logs:FilterLogEvents).`),
		Example:           "  certloop logs www\n  certloop logs www --since 7d\n  certloop logs www --follow",
		Args:              usage(cobra.ExactArgs(1)),
		ValidArgsFunction: a.completeNames(api.KindCertificate),
		RunE: func(cmd *cobra.Command, args []string) error {
			span, err := parseSpan("--since", since)
			if err != nil {
				return err
			}
			return a.logs(cmd.Context(), args[0], a.config.Now().Add(-span), follow)
		},
	}
	cmd.Flags().StringVar(&since, "since", "24h", a.screen.T("how far back, such as 36h or 7d"))
	cmd.Flags().BoolVarP(&follow, "follow", "f", false, a.screen.T("show new lines until interrupted"))
	return cmd
}

func (a *app) logs(ctx context.Context, name string, since time.Time, follow bool) error {
	if follow {
		return a.follow(ctx, name, since)
	}
	r := &logReading{app: a, name: name, since: since, seen: map[string]time.Time{}}
	events, err := r.next(ctx)
	if err != nil {
		return err
	}
	if len(events) == 0 {
		a.errs.Line(a.errs.T("No lines found. Set --since to look further back."))
	}
	view.Events(a.screen, events)
	return nil
}

// history returns the history of a certificate since a time.
func (a *app) history(ctx context.Context, name string, since time.Time) (events []view.Event, err error) {
	found, err := a.records(ctx, api.KindCertificate, []string{name})
	if err != nil {
		return nil, err
	}
	for _, e := range view.HistoryEvents(view.CertificateOf(found[0]).History()) {
		if !e.Time.Before(since) {
			events = append(events, e)
		}
	}
	return events, nil
}

func newEvents(a *app) *cobra.Command {
	return &cobra.Command{
		Use:               "events [NAME...]",
		GroupID:           groupSee,
		Short:             a.screen.T("Show the history of certificates, in order"),
		Long:              a.screen.T(`Show the history in the statuses, oldest first. A status keeps the last 20 events.`),
		Example:           "  certloop events\n  certloop events www",
		ValidArgsFunction: a.completeNames(api.KindCertificate),
		RunE: func(cmd *cobra.Command, names []string) error {
			found, missing := a.records(cmd.Context(), api.KindCertificate, names)
			var events []view.Event
			for _, l := range found {
				for _, e := range view.HistoryEvents(view.CertificateOf(l).History()) {
					e.Title = l.Key.Name + "  " + e.Title
					events = append(events, e)
				}
			}
			view.Events(a.screen, view.Sorted(events))
			return missing
		},
	}
}
