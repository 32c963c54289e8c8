package command

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"certloop/cmd/certloop/deployment"
	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

// reconcileEvent is the event of a direct invocation (docs/reference/invocation.md).
type reconcileEvent struct {
	Action string   `json:"action"`
	Names  []string `json:"names"`
	Force  string   `json:"force,omitempty"`
}

func newReconcile(a *app) *cobra.Command {
	var o pushOptions
	cmd := &cobra.Command{
		Use:     "reconcile NAME...",
		GroupID: groupChange,
		Short:   a.screen.T("Reconcile certificates now, and wait until they are Ready"),
		Long: a.screen.T(`Make the controller check the certificates now, and wait until they are Ready. It does only what it would do later.

It invokes the function (lambda:InvokeFunction).`),
		Example: "  certloop reconcile www\n  certloop reconcile www api --no-wait",
	}
	return a.pushing(cmd, &o, func() string { return "" })
}

func newRenew(a *app) *cobra.Command {
	var o pushOptions
	cmd := &cobra.Command{
		Use:     "renew NAME...",
		GroupID: groupChange,
		Short:   a.screen.T("Replace certificates by new ones now, and wait for them"),
		Long: a.screen.T(`Obtain a new certificate now, whatever the old one is worth, and import it under the same ARN. The old one stays in place until then.

It invokes the function (lambda:InvokeFunction) with a new token. A policy or the minimum interval can refuse it for a time.`),
		Example: "  certloop renew www\n  certloop renew www --no-wait",
	}
	return a.pushing(cmd, &o, a.newToken)
}

// pushOptions are the flags of reconcile and renew.
type pushOptions struct {
	noWait  bool
	timeout time.Duration
}

// pushing completes a command that invokes the function for each name and waits.
func (a *app) pushing(cmd *cobra.Command, o *pushOptions, token func() string) *cobra.Command {
	cmd.Args = usage(cobra.MinimumNArgs(1))
	cmd.ValidArgsFunction = a.completeNames(api.KindCertificate)
	cmd.RunE = func(cmd *cobra.Command, names []string) error { return a.push(cmd.Context(), names, token(), *o) }
	cmd.Flags().BoolVar(&o.noWait, "no-wait", false, a.screen.T("return as soon as the controller has checked each certificate"))
	a.timeoutFlag(cmd, &o.timeout)
	return cmd
}

// push invokes the function for each certificate, and waits for all for which that was carried out.
func (a *app) push(ctx context.Context, names []string, token string, o pushOptions) error {
	names = unique(names)
	if _, err := a.records(ctx, api.KindCertificate, names); err != nil {
		return err
	}
	p := a.pushed(ctx, names, token)
	if o.noWait {
		<-p.sent
		return p.finish(ctx)
	}
	p.settle(ctx)
	if p.hasEnded() && len(p.outcome.done) == 0 {
		return p.finish(ctx)
	}
	w := a.waiting(names, plan.Demand{Require: api.ConditionReady, Force: token})
	w.push = p
	err := a.poll(ctx, o.timeout, w.read)
	pushed := p.finish(ctx)
	a.advise(w.unmet)
	if err == nil {
		err = differs(len(w.unmet) > 0)
	}
	return worse(pushed, err)
}

// pushOne invokes the function. It returns a refusal if the function decided so, and did not end by itself.
func (a *app) pushOne(ctx context.Context, event reconcileEvent) error {
	var answer struct{}
	err := a.opened.Invoke(ctx, event, &answer)
	var refused *deployment.FunctionError
	if errors.As(err, &refused) && refused.IsDecision() {
		return refusal{refused}
	}
	return err
}

// newToken returns a token that no other invocation has. It shows in the status who forced the certificate, and when.
func (a *app) newToken() string {
	var random [4]byte
	_, _ = rand.Read(random[:]) // never fails
	return "certloop-renew-" + a.config.Now().UTC().Format("20060102T150405Z") + "-" + hex.EncodeToString(random[:])
}
