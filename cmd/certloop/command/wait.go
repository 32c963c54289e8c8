package command

import (
	"context"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"certloop/cmd/certloop/lang"
	"certloop/cmd/certloop/view"
	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

// defaultTimeout is how long a wait takes at most, without --timeout. Most CAs issue within two minutes.
const defaultTimeout = 10 * time.Minute

// awaitable are the conditions that can be waited for, as the function's field require has them.
var awaitable = []string{string(api.ConditionReady), string(api.ConditionAccepted), string(api.ConditionServed)}

func newWait(a *app) *cobra.Command {
	var condition string
	var timeout time.Duration
	cmd := &cobra.Command{
		Use:     "wait NAME...",
		GroupID: groupSee,
		Short:   a.screen.T("Wait until certificates are Ready"),
		Long: a.screen.T(`Wait until the condition is True for the present record. The wait ends early if the record must change first.

The exit code is 2 if a certificate does not meet the condition in the end.`),
		Example:           "  certloop wait www\n  certloop wait www api --for Accepted --timeout 2m",
		Args:              usage(cobra.MinimumNArgs(1)),
		ValidArgsFunction: a.completeNames(api.KindCertificate),
		RunE: func(cmd *cobra.Command, names []string) error {
			if !slices.Contains(awaitable, condition) {
				return usageError{lang.Errorf("--for is %q: use %s", condition, list(awaitable))}
			}
			return a.await(cmd.Context(), names, plan.Demand{Require: api.ConditionType(condition)}, timeout)
		},
	}
	cmd.Flags().StringVar(&condition, "for", string(api.ConditionReady), a.screen.F("the condition: %s", list(awaitable)))
	_ = cmd.RegisterFlagCompletionFunc("for", cobra.FixedCompletions(awaitable, cobra.ShellCompDirectiveNoFileComp))
	a.timeoutFlag(cmd, &timeout)
	return cmd
}

func (a *app) timeoutFlag(cmd *cobra.Command, timeout *time.Duration) {
	cmd.Flags().DurationVar(timeout, "timeout", defaultTimeout, a.screen.T("how long to wait at most"))
}

// await waits until each certificate meets the demand, or waiting longer changes nothing, or the time is over. Names that do
// not exist are an error at once.
func (a *app) await(ctx context.Context, names []string, demand plan.Demand, timeout time.Duration) error {
	w := a.waiting(names, demand)
	if err := a.poll(ctx, timeout, w.read); err != nil {
		return err
	}
	a.advise(w.unmet)
	return differs(len(w.unmet) > 0)
}

// advise shows what to do about the certificates.
func (a *app) advise(unmet []api.Listed) {
	for _, l := range unmet {
		a.errs.Line(l.Key.Name + ": " + view.Next(view.CertificateOf(l), a.errs.Language).Remedy)
	}
}

// differs returns the error for ExitDiffers if something differs.
func differs(yes bool) error {
	if yes {
		return errDiffers
	}
	return nil
}
