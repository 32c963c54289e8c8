package command

import (
	"context"
	"iter"

	"certloop/cmd/certloop/report"
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

// reportedServed returns what a probe stored, for a report; nil if it stored nothing.
func reportedServed(s *api.ServedStatus) *report.Served {
	if s == nil || s.CheckedAt.IsZero() {
		return nil
	}
	is := &report.Served{CheckedAt: s.CheckedAt}
	for _, e := range s.Endpoints {
		switch e.State {
		case api.ServedCurrent:
			is.Current++
		case api.ServedPrevious, api.ServedOther:
			is.NotCurrent++
		case api.ServedUnreachable:
			is.Unreachable++
		case api.ServedUnknown:
			is.Unknown++
		}
		if e.Seen && !e.NotAfter.IsZero() && (is.NotAfter.IsZero() || e.NotAfter.Before(is.NotAfter)) {
			is.NotAfter = e.NotAfter
		}
	}
	return is
}
