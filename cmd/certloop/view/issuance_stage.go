package view

import (
	"strings"
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

// stageOfAction has the step of each action of an issuance.
var stageOfAction = map[plan.Action]Stage{
	plan.MakeKey: StageOrder, plan.NewOrder: StageOrder, plan.Publish: StageDNS, plan.Accept: StageValidation,
	plan.Finalize: StageFinalize, plan.ResumeOrder: StageFinalize, plan.Download: StageFinalize, plan.Import: StageImport,
}

// effect is an effect that the controller has begun and whose outcome is not stored yet.
type effect struct {
	action plan.Action
	// thing is the zone or target.
	thing string
	since time.Time
}

// effectOf returns the effect that is under way: the last attempt, while the lease of its pass holds.
func effectOf(s *api.CertificateStatus, now time.Time) effect {
	if s.ClaimID == "" || !s.LeaseUntil.After(now) {
		return effect{}
	}
	return lastAttempt(*s, func(plan.Action) bool { return true })
}

// lastAttempt returns the last of the attempts of such actions. Attempts are stored to the second: of several in one second it
// is the one of the latest step.
func lastAttempt(s api.CertificateStatus, of func(plan.Action) bool) (last effect) {
	for key, tried := range s.Attempts {
		action, thing, _ := strings.Cut(key, " ")
		e := effect{plan.Action(action), thing, tried.Last}
		if of(e.action) && e.isAfter(last, s) {
			last = e
		}
	}
	return last
}

func (e effect) isAfter(other effect, s api.CertificateStatus) bool {
	if !e.since.Equal(other.since) {
		return e.since.After(other.since)
	}
	if x, y := order(e.action), order(other.action); x != y {
		return x > y
	}
	// Of two targets it is the one that is not imported yet.
	x, y := importedAt(s, e.thing), importedAt(s, other.thing)
	if !x.Equal(y) {
		return x.Before(y)
	}
	return e.thing < other.thing
}

// isOfIssuance reports whether the action is a step of an issuance.
func isOfIssuance(a plan.Action) bool { return order(a) >= 0 }

// order returns the place of an action among those of an issuance; -1: it is not one of them.
func order(a plan.Action) int {
	for i, action := range []plan.Action{plan.MakeKey, plan.NewOrder, plan.Publish, plan.Accept, plan.ResumeOrder, plan.Finalize,
		plan.Download, plan.Import} {
		if a == action {
			return i
		}
	}
	return -1
}

func importedAt(s api.CertificateStatus, target string) time.Time {
	for _, t := range s.Targets {
		if t.Key == target {
			return t.ImportedAt
		}
	}
	return time.Time{}
}

// stage returns the step that is under way, waits or failed.
func (w *witness) stage() Stage {
	if stage, ok := stageOfFailure[w.issuing.Reason]; ok && w.point().Standing == Failed {
		return stage
	}
	doing, effects := stageOfAction[w.effect.action]
	switch {
	case w.flight != nil:
		// What the effect under way brings is stored afterwards.
		return max(doing, w.stageOfFlight(w.flight))
	case effects:
		return doing
	}
	if stage, ok := stageOfReason[w.issuing.Reason]; ok {
		return stage
	}
	return w.stageTried()
}

// stageOfFlight returns the step that the issuance in flight has come to.
func (w *witness) stageOfFlight(f *api.Issuance) Stage {
	switch {
	case f.Serial != "":
		return StageImport
	case !f.FinalizedAt.IsZero():
		return StageFinalize
	case f.OrderURL == "":
		return StageOrder
	case !w.respondedAt(f).IsZero():
		return StageValidation
	}
	return StageDNS
}

// respondedAt returns when the CA was last asked to validate a challenge of the present order; zero: it was not. Values of an
// order before it may still be in DNS, and those of the present one may be removed already.
func (w *witness) respondedAt(f *api.Issuance) (at time.Time) {
	if asked := w.tried(StageValidation); !asked.Before(f.CreatedAt) {
		at = asked
	}
	for _, v := range f.Published {
		if !v.RespondedAt.Before(f.CreatedAt) && v.RespondedAt.After(at) {
			at = v.RespondedAt
		}
	}
	return at
}

// stageOfFailure has the step of the failures that end an issuance, so that nothing of it is in flight afterwards.
var stageOfFailure = map[api.Reason]Stage{
	api.ReasonNameServersDiffer: StageDNS, api.ReasonValidationFailed: StageValidation, api.ReasonChainRejected: StageFinalize, api.ReasonLifetimeTooShort: StageFinalize,
}

// stageOfReason has the step of the reasons of Issuing that occur in one step only. Validating is not among them: it is stored
// as soon as the order is placed.
var stageOfReason = map[api.Reason]Stage{
	api.ReasonMakingKey: StageOrder, api.ReasonOrdering: StageOrder, api.ReasonAccountNotReady: StageOrder, api.ReasonAccountNotFound: StageOrder,
	api.ReasonMinimumInterval: StageOrder, api.ReasonIssuanceBudget: StageOrder, api.ReasonPolicyDenied: StageOrder,
	api.ReasonPublishingDNS: StageDNS, api.ReasonWaitingForDNS: StageDNS,
	api.ReasonFinalizing: StageFinalize, api.ReasonProcessing: StageFinalize, api.ReasonDownloading: StageFinalize,
	api.ReasonImporting: StageImport, api.ReasonNotYetValid: StageImport, api.ReasonUsagesIncompatible: StageImport,
	api.ReasonRollingOut: StageImport, api.ReasonRolloutStopped: StageImport, api.ReasonRollingBack: StageImport, api.ReasonRolledBack: StageImport,
}

// stageTried returns the step that was tried last. Validating without an attempt that tells more is the validation.
func (w *witness) stageTried() Stage {
	last := lastAttempt(w.status, isOfIssuance)
	switch stage, ok := stageOfAction[last.action]; {
	case !ok && w.issuing.Reason == api.ReasonValidating:
		return StageValidation
	case !ok:
		return StageOrder
	case w.issuing.Reason == api.ReasonValidating && last.action == plan.NewOrder:
		return StageDNS
	default:
		return stage
	}
}

// since returns when the step began, or failed; zero: that is not stored.
func (w *witness) since(stage Stage, p Point) time.Time {
	if p.Standing == Failed {
		return w.status.LastAttemptAt
	}
	if at := w.reached(stage); !at.IsZero() {
		return at
	}
	if doing, ok := stageOfAction[w.effect.action]; ok && doing == stage {
		return w.effect.since
	}
	if w.issuing.Status == api.ConditionTrue {
		return w.tried(stage)
	}
	return time.Time{}
}

// reached returns when the issuance in flight came to the step; zero: that is not stored.
func (w *witness) reached(stage Stage) time.Time {
	if w.flight == nil {
		return time.Time{}
	}
	switch stage {
	case StageOrder, StageDNS:
		return w.flight.CreatedAt
	case StageValidation:
		return w.respondedAt(w.flight)
	case StageFinalize:
		return w.flight.FinalizedAt
	case StageImport:
	}
	return w.obtainedAt()
}

// tried returns when the step was last tried; zero: that is not stored.
func (w *witness) tried(stage Stage) time.Time {
	return lastAttempt(w.status, func(a plan.Action) bool { at, ok := stageOfAction[a]; return ok && at == stage }).since
}

// obtainedAt returns when the certificate in flight was obtained; zero: that is not stored.
func (w *witness) obtainedAt() time.Time {
	if i := w.status.Issued; i != nil && i.Digest == w.flight.Digest {
		return i.At
	}
	return time.Time{}
}
