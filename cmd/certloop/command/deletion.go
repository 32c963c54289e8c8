package command

import (
	"context"
	"slices"
	"time"

	"certloop/cmd/certloop/lang"
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
	return a.poll(ctx, timeout, func(ctx context.Context) (lines []string, done bool, err error) {
		done = true
		for _, l := range deleted {
			now, err := a.opened.Get(ctx, l.Key)
			if err != nil {
				return nil, false, err
			}
			lines = append(lines, view.DeletionLine(a.screen, label(l.Key), now))
			done = done && !exists(now)
		}
		return lines, done, nil
	})
}
