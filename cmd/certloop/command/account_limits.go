package command

import (
	"context"

	"certloop/cmd/certloop/view"
	"certloop/reconciler/api"
	"certloop/reconciler/plan"
	"certloop/reconciler/spec"
)

// limits shows what is left of the limits of an account that has some, once the installation is opened.
func (a *app) limits(ctx context.Context, l api.Listed) {
	account, err := spec.DecodeAccount(l.Record)
	if err != nil || account.Limits.None() {
		return
	}
	ledger, err := a.opened.Ledger(ctx, l.Key.Name)
	if err != nil {
		a.screen.Line("")
		a.screen.Wrapped(a.screen.F("What the CA still accepts could not be read: %s", a.screen.Error(err)), 0)
		return
	}
	view.Limits(a.screen, plan.LimitsLeft(account, ledger, a.config.Now()))
}
