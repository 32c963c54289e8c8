package view

import (
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

// targets returns where the import into each target of the record stands.
func (w *witness) targets(i Issuance) (points []TargetPoint) {
	for _, t := range w.status.Targets {
		if t.DroppedSince.IsZero() {
			points = append(points, TargetPoint{t.Key, w.target(i, t)})
		}
	}
	return points
}

func (w *witness) target(i Issuance, t api.TargetStatus) Point {
	p := Point{Reason: t.Reason, Message: t.Message, Until: w.future(t.NextAttemptAt)}
	began := w.importBegan(t.Key)
	switch {
	case w.holds(i, t):
		return Point{Standing: Done, Since: t.ImportedAt}
	case w.effect.action == plan.Import && w.effect.thing == t.Key:
		return Point{Standing: Current, Since: w.effect.since}
	case !began.IsZero():
		p.Standing, p.Since, p.Reason = Waits, began, api.ReasonImportPending
	case t.Failures > 0:
		p.Standing = Failed
	case i.Open && i.Stage < StageImport:
		return Point{Standing: Ahead}
	case t.State == api.Unknown:
		p.Standing = Waits
	case i.Open:
		p.Standing = Waits // for its turn, or for what the issuance waits for
	default:
		p.Standing = Failed
	}
	return p
}

// holds reports whether the target has the certificate: that of the issuance in flight if there is one, else any that satisfies
// the record. Without the issuance in flight, what was imported before the issuance began is the certificate of before.
func (w *witness) holds(i Issuance, t api.TargetStatus) bool {
	switch {
	case t.State == api.Lacks:
		return false
	case !i.Open:
		return t.State == api.Satisfies
	case i.Stage < StageImport:
		return false
	case w.flight != nil:
		return t.Serial == w.flight.Serial
	}
	obtained := w.status.Issued
	return obtained != nil && t.State == api.Satisfies && !t.ImportedAt.IsZero() && !t.ImportedAt.Before(obtained.At)
}

// importBegan returns when an import began whose result is not known; zero: there is none.
func (w *witness) importBegan(target string) time.Time {
	if w.flight == nil {
		return time.Time{}
	}
	return w.flight.Imports[target]
}
