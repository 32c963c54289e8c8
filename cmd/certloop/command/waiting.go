package command

import (
	"context"

	"certloop/cmd/certloop/view"
	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

// Flights reads issuances in flight.
type Flights interface {
	// Flight returns the issuance in flight of a certificate, without its private key; nil if there is none. Users who may
	// only read records and statuses are not allowed to.
	Flight(ctx context.Context, name string) (*api.Issuance, error)
}

// waiting is a wait for certificates.
type waiting struct {
	a      *app
	names  []string
	demand plan.Demand
	// push are the invocations under way that are to carry out the demand; nil: there are none.
	push *push
	// watched are the certificates that were under way in an earlier reading.
	watched map[string]bool
	// blind is true once an issuance in flight could not be read: the status alone tells the steps then.
	blind bool
	// unmet are the certificates that do not meet the demand, as last read.
	unmet []api.Listed
}

func (a *app) waiting(names []string, demand plan.Demand) *waiting {
	return &waiting{a: a, names: names, demand: demand, watched: map[string]bool{}}
}

// read reads the certificates, and returns the lines about them and whether all are done.
func (w *waiting) read(ctx context.Context) (lines []string, done bool, err error) {
	sent := w.push.hasEnded()
	list, err := w.progress(ctx)
	if err != nil {
		return nil, false, err
	}
	return view.ProgressLines(w.a.screen, list), sent && allDone(list), nil
}

func allDone(list []view.Progress) bool {
	for _, p := range list {
		if !p.Done && p.Problem == "" {
			return false
		}
	}
	return true
}

// progress reads the certificates and where their issuances stand.
func (w *waiting) progress(ctx context.Context) (list []view.Progress, err error) {
	found, err := w.a.records(ctx, api.KindCertificate, w.names)
	if err != nil {
		return nil, err
	}
	w.unmet = nil
	for _, l := range found {
		p := w.progressOf(ctx, l)
		if list = append(list, p); p.Missing != "" && p.Problem == "" {
			w.unmet = append(w.unmet, l)
		}
	}
	return list, nil
}

func (w *waiting) progressOf(ctx context.Context, l api.Listed) view.Progress {
	now := w.a.config.Now()
	p := view.Progress{Certificate: view.CertificateOf(l), Outcome: view.Judge(l, w.demand, now), Watched: w.watched[l.Key.Name],
		Problem: w.push.problem(l.Key.Name)}
	if !p.Unread {
		p.Issuance = view.IssuanceOf(p.Certificate, w.flight(ctx, p), now)
	}
	w.watched[l.Key.Name] = p.Watched || !p.Done
	return p
}

// flight reads the issuance in flight of a certificate that is not done. That it cannot be read does not end the wait.
func (w *waiting) flight(ctx context.Context, p view.Progress) *api.Issuance {
	if w.blind || p.Done {
		return nil
	}
	flight, err := w.a.opened.Flight(ctx, p.Name)
	w.blind = err != nil && ctx.Err() == nil
	return flight
}
