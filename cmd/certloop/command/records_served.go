package command

import (
	"context"
	"iter"

	"certloop/reconciler/api"
)

// recordsServed returns all certificates, sorted by name, and what their endpoints serve, in one reading of the table.
func (a *app) recordsServed(ctx context.Context) ([]api.Listed, map[string]*api.ServedStatus, error) {
	d, err := a.deployment(ctx)
	if err != nil {
		return nil, nil, err
	}
	served := map[string]*api.ServedStatus{}
	found, err := listed(noting(d.List(ctx), served), api.KindCertificate)
	return found, served, err
}

// noting iterates over all, and notes in served what endpoints serve.
func noting(all iter.Seq2[api.Listed, error], served map[string]*api.ServedStatus) iter.Seq2[api.Listed, error] {
	return func(yield func(api.Listed, error) bool) {
		for l, err := range all {
			if l.Served != nil {
				served[l.Key.Name] = l.Served
			}
			if !yield(l, err) {
				return
			}
		}
	}
}
