package view

import (
	"time"

	"certloop/reconciler/api"
)

// Stage is a step of an issuance, in the order in which they are taken.
type Stage int

// These are the steps of an issuance.
const (
	StageOrder      Stage = iota // make the key and place the order
	StageDNS                     // publish the TXT records, and wait until they are served
	StageValidation              // the CA validates the names
	StageFinalize                // send the CSR, and download the certificate
	StageImport                  // import the certificate into each target
	stages          = iota
)

// Standing is how far a step, or one target of the import, is.
type Standing int

// These are the standings.
const (
	Ahead   Standing = iota // it has not begun
	Current                 // it is under way
	Waits                   // it waits for something outside
	Failed                  // its last attempt failed
	Done
)

// Point is where a step, or the import into one target, stands, and why.
type Point struct {
	Standing Standing
	// Since is when it began, or failed; Until is when certloop acts next. Zero: that is not stored.
	Since, Until time.Time
	// Reason and Message are as stored; empty: there is nothing to say.
	Reason  api.Reason
	Message string
}

// TargetPoint is where the import into one target stands.
type TargetPoint struct {
	Key string
	Point
}

// Issuance is where the issuance of a certificate stands.
type Issuance struct {
	// Open reports whether an issuance is under way, waits, or failed and is tried again. Stage and Point are set only then:
	// the steps before Stage need nothing more, the steps after it have not begun.
	Open  bool
	Stage Stage
	Point
	// Targets are the targets that the record has.
	Targets []TargetPoint
}

// Steps returns the standing of each step.
func (i Issuance) Steps() (steps [stages]Standing) {
	for stage := range steps {
		switch {
		case Stage(stage) < i.Stage:
			steps[stage] = Done
		case Stage(stage) == i.Stage:
			steps[stage] = i.Standing
		}
	}
	return steps
}

// IssuanceOf returns where the issuance of a certificate stands, from what is stored: the status, and the issuance in flight.
// flight is nil if there is none, or if the operator may not read it. The steps then follow from the status alone.
func IssuanceOf(c Certificate, flight *api.Issuance, now time.Time) Issuance {
	if c.Record == nil || c.Status == nil {
		return Issuance{}
	}
	w := &witness{status: *c.Status, flight: begun(flight), now: now, effect: effectOf(c.Status, now)}
	w.issuing, _ = api.GetCondition(w.status.Conditions, api.ConditionIssuing)
	i := Issuance{Open: !c.suspended() && w.isOpen()}
	if i.Open {
		i.Stage, i.Point = w.stage(), w.point()
		i.Since = w.since(i.Stage, i.Point)
	}
	i.Targets = w.targets(i)
	return i
}

// begun returns the issuance if it is one: what is left after an issuance only has TXT values to remove.
func begun(flight *api.Issuance) *api.Issuance {
	if flight == nil || flight.Digest == "" {
		return nil
	}
	return flight
}

// witness is what is stored about one issuance.
type witness struct {
	status  api.CertificateStatus
	flight  *api.Issuance
	issuing api.Condition
	now     time.Time
	// effect is the effect that is under way; its zero value: none is.
	effect effect
}

// isOpen reports whether an issuance is to be shown. An effect is stored before the first condition of its issuance.
func (w *witness) isOpen() bool {
	if _, issues := stageOfAction[w.effect.action]; issues || w.issuing.Status == api.ConditionTrue {
		return true
	}
	switch w.issuing.Reason {
	case "", api.ReasonNotNeeded, api.ReasonSuspended, api.ReasonBlocked:
		return false
	}
	return w.issuing.Status == api.ConditionFalse
}

// point returns how the present step stands. A failure of the attempt before remains in the condition until the certificate is
// there: once another attempt has begun, it is only a remark.
func (w *witness) point() Point {
	p := Point{Standing: Current, Reason: w.issuing.Reason, Message: w.issuing.Message, Until: w.future(w.status.NextAttemptAt)}
	if w.issuing.Status != api.ConditionFalse {
		switch {
		case w.issuing.Reason == api.ReasonNotYetValid && w.flight != nil:
			p.Standing, p.Until = Waits, w.future(w.flight.NotBefore)
		case !p.Until.IsZero() || w.issuing.Reason == api.ReasonNotYetValid:
			p.Standing = Waits
		}
		return p
	}
	if _, issues := stageOfAction[w.effect.action]; issues && !reasonFails(w.issuing.Reason) {
		return Point{Standing: Current} // the condition is that of before the issuance
	}
	switch {
	case !reasonFails(w.issuing.Reason):
		p.Standing = Waits
	case p.Until.IsZero() && w.flight != nil:
		p.Standing = Current
	default:
		p.Standing = Failed
	}
	return p
}

// reasonFails reports whether Issuing is False with that reason because something failed, and not because it waits.
func reasonFails(r api.Reason) bool {
	switch r {
	case "", api.ReasonNotNeeded, api.ReasonAccountNotReady, api.ReasonAccountNotFound, api.ReasonMinimumInterval, api.ReasonIssuanceBudget, api.ReasonPolicyDenied,
		api.ReasonRateLimited, api.ReasonSuspended, api.ReasonBlocked:
		return false
	}
	return true
}

// future returns t if it is not over.
func (w *witness) future(t time.Time) time.Time {
	if t.After(w.now) {
		return t
	}
	return time.Time{}
}
