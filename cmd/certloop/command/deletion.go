package command

import (
	"context"
	"slices"
	"time"

	"certloop/cmd/certloop/lang"
	"certloop/cmd/certloop/screen"
	"certloop/cmd/certloop/view"
	"certloop/reconciler/api"
)

// showDeletion shows what the deletion of each record does. Without force, an account that is in use is an error:
// its certificates could not be renewed.
func (a *app) showDeletion(ctx context.Context, found []api.Listed, force bool) error {
	var certificates []api.Listed
	for _, l := range found {
		switch l.Key.Kind {
		case api.KindCertificate:
			c := view.CertificateOf(l)
			view.Deletion(a.screen, label(l.Key), c, a.held(ctx, c))
		case api.KindAccount:
			if certificates == nil {
				all, err := a.records(ctx, api.KindCertificate, nil)
				if err != nil {
					return err
				}
				certificates = all
			}
			users := usersOfAccount(certificates, found, l.Key.Name)
			view.AccountDeletion(a.screen, label(l.Key), users)
			if len(users) > 0 && !force {
				return lang.Errorf("certificates use account %s: %s. Set account of these records to another one, or set --force", l.Key.Name, list(users))
			}
		default:
			view.PolicyDeletion(a.screen, label(l.Key), l.Record)
		}
	}
	return nil
}

// usersOfAccount returns the certificates of an account that are not deleted with it.
func usersOfAccount(all, deleted []api.Listed, account string) (names []string) {
	for _, l := range all {
		isDeleted := slices.ContainsFunc(deleted, func(d api.Listed) bool { return d.Key == l.Key })
		if l.Record != nil && !isDeleted && view.CertificateOf(l).Account() == account {
			names = append(names, l.Key.Name)
		}
	}
	return names
}

// awaitDeletion waits until the controller has nothing left to do for the deleted records.
func (a *app) awaitDeletion(ctx context.Context, deleted []api.Listed, timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	live := screen.NewLive(a.screen)
	defer live.End()
	for {
		lines, left := make([]string, len(deleted)), 0
		for i, l := range deleted {
			now, err := a.opened.Get(ctx, l.Key)
			if err != nil && ctx.Err() == nil {
				return err
			}
			lines[i] = view.DeletionLine(a.screen, label(l.Key), now)
			if exists(now) {
				left++
			}
		}
		if ctx.Err() == nil {
			if live.Show(lines); left == 0 {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return a.timedOut(ctx, timeout)
		case <-time.After(pollInterval):
		}
	}
}
