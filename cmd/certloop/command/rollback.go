package command

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"certloop/cmd/certloop/deployment"
	"certloop/reconciler/api"
)

// rollbackEvent is the event of a rollback (docs/reference/invocation.md).
type rollbackEvent struct {
	Action string   `json:"action"`
	Names  []string `json:"names"`
	Wait   string   `json:"wait"`
	Undo   bool     `json:"undo,omitempty"`
}

// longestRollback is how long one rollback is waited for: some imports, each of which takes seconds.
const longestRollback = 14 * time.Minute

func newRollback(a *app) *cobra.Command {
	var undo bool
	var timeout time.Duration
	cmd := &cobra.Command{
		Use:     "rollback NAME...",
		GroupID: groupChange,
		Short:   a.screen.T("Put the certificate before back while a new one is rolled out"),
		Long: a.screen.T(`Put the certificate before back in place of the one that is being rolled out, under the same ARNs. Only a record with a rollout keeps that certificate, until its rollout is done.

The new certificate is kept and not installed. With --undo it is rolled out again, from the first wave.

It invokes the function (lambda:InvokeFunction).`),
		Example:           "  certloop rollback www\n  certloop rollback www --undo",
		Args:              usage(cobra.MinimumNArgs(1)),
		ValidArgsFunction: a.completeNames(api.KindCertificate),
		RunE: func(cmd *cobra.Command, names []string) error {
			return a.rollBack(cmd.Context(), names, undo, min(timeout, longestRollback))
		},
	}
	cmd.Flags().BoolVar(&undo, "undo", false, a.screen.T("roll the new certificate out again"))
	cmd.Flags().DurationVar(&timeout, "timeout", 2*time.Minute, a.screen.T("how long to wait at most"))
	return cmd
}

// rollBack invokes the function for each certificate, one after another.
func (a *app) rollBack(ctx context.Context, names []string, undo bool, timeout time.Duration) error {
	names = unique(names)
	if _, err := a.records(ctx, api.KindCertificate, names); err != nil {
		return err
	}
	return a.each(ctx, series{labels: labels(api.KindCertificate, names), do: func(i int) error { return a.rollBackOne(ctx, names[i], undo, timeout) }}).err
}

func (a *app) rollBackOne(ctx context.Context, name string, undo bool, timeout time.Duration) error {
	var answer struct{}
	err := a.opened.Invoke(ctx, rollbackEvent{Action: "rollback", Names: []string{name}, Wait: timeout.String(), Undo: undo}, &answer)
	var refused *deployment.FunctionError
	switch {
	case errors.As(err, &refused) && refused.IsDecision():
		return refusal{refused}
	case err != nil:
		return err
	case undo:
		a.screen.Line(a.screen.F("%s: the rollback is undone, and the new certificate is rolled out again", name))
	default:
		a.screen.Line(a.screen.F("%s: the certificate before is back", name))
	}
	return nil
}
