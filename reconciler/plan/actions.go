package plan

import (
	"maps"
	"slices"
	"time"

	"certloop/reconciler/api"
)

// A description says what an action is to a pass. Its executor is in package reconciler.
type description struct {
	// settle puts on record what came of it.
	settle func(*draft, Plan, Outcome)
	// intend puts on record, before it is tried, what may have happened after a crash; nil: the lease says enough.
	intend func(*draft, Plan, time.Time)
	// changesTargets: it changes ACM or the claims on certificates. It is taken on a fresh observation of ACM only, and ends
	// what was remembered of one.
	changesTargets bool
	// notFoundIsDone: what it is about does not exist, and so there is nothing left to do.
	notFoundIsDone bool
	// onlyStored: it has no effect but what is stored of it.
	onlyStored bool
	// cleansUp: it is allowed while no policy allows the record, because it spends nothing and changes no certificate.
	cleansUp bool
}

// actions describes every action of a certificate's pass.
var actions = map[Action]description{
	Wait:              {settle: settleWait, cleansUp: true},
	Forget:            {settle: settleWait, changesTargets: true},
	ClaimARN:          {settle: settleClaim, changesTargets: true},
	ReleaseTarget:     {settle: settleRelease, changesTargets: true},
	Tag:               {settle: settleTag, changesTargets: true, notFoundIsDone: true},
	DeleteCertificate: {settle: settleDelete, changesTargets: true, notFoundIsDone: true},
	Import:            {settle: settleImport, intend: intendImport, changesTargets: true},
	ImportPlaceholder: {settle: settleImport, intend: intendImport, changesTargets: true},
	RollBack:          {settle: settleRollBack, onlyStored: true},
	RollOutAgain:      {settle: settleRollOutAgain, onlyStored: true},
	DropIssuance:      {settle: settleDrop, onlyStored: true, cleansUp: true},
	CleanDNS:          {settle: settleCleanDNS, notFoundIsDone: true, cleansUp: true},
	MakeKey:           {settle: settleMakeKey},
	ResumeOrder:       {settle: settleResume, onlyStored: true},
	NewOrder:          {settle: settleNewOrder, intend: intendNewOrder},
	Publish:           {settle: settlePublish, intend: intendPublish},
	Accept:            {settle: settleAccept},
	Finalize:          {settle: settleFinalize, intend: intendFinalize},
	Download:          {settle: settleDownload},
	Admit:             {settle: settleAdmit, cleansUp: true},
	Dismiss:           {settle: settleDismiss, cleansUp: true},
	Notify:            {settle: settleNotify, cleansUp: true},
}

// accountActions describes the actions of an account's pass, as far as a certificate's pass does not have them.
var accountActions = map[Action]description{
	CreateKey:     {},
	Lookup:        {notFoundIsDone: true}, // the answer is that the CA does not know the account
	Register:      {},
	UpdateContact: {},
	Wake:          {},
}

// isDone reports whether the error means that there is nothing left to do.
func (d description) isDone(err error) bool {
	return d.notFoundIsDone && api.KindOf(err) == api.NotFound
}

// Actions returns the actions of a certificate's pass, sorted.
func Actions() []Action { return slices.Sorted(maps.Keys(actions)) }

// ChangesTargets reports whether the action changes ACM or the claims on certificates.
func ChangesTargets(a Action) bool { return actions[a].changesTargets }

// IsFailure reports whether err is a failure of the action. That somebody else wrote first is none; nor is an error that says
// that there is nothing left to do.
func IsFailure(a Action, err error) bool {
	kind := api.KindOf(err)
	return kind != "" && kind != api.Conflict && !actions[a].isDone(err) && !accountActions[a].isDone(err)
}
