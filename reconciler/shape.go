package reconciler

import (
	"context"
	"log/slog"

	"certloop/reconciler/api"
	"certloop/reconciler/logkey"
	"certloop/reconciler/plan"
)

// noteShape stores in the account's status what the certificate that was just obtained has in common with others, if that is
// news. It is best effort: no decision depends on it, and a lost write is made up for by the next certificate.
func (p *pass) noteShape(ctx context.Context, in plan.Input, s plan.Settled) {
	shape, news := plan.ObtainedShape(in, s)
	if !news {
		return
	}
	account, err := p.table.accountObject(ctx, p.Accounts, in.Account.Name)
	if err == nil {
		if status, changed := plan.WithShape(p.accountInput(in.Account.Name, account), shape); changed {
			err = p.Accounts.WriteAccount(ctx, in.Account.Name, &status)
			p.table.wroteAccount(status, err)
		}
	}
	if err != nil && api.KindOf(err) != api.Conflict {
		p.Log.LogAttrs(ctx, slog.LevelWarn, "shape of the certificate not stored", append(record(api.KindAccount, in.Account.Name),
			slog.String(logkey.ErrorKind, string(api.KindOf(err))), slog.String(logkey.Error, err.Error()))...)
	}
}
