package plan

import (
	"time"

	"certloop/reconciler/api"
)

// The actions of an account's pass; Wait, Forget are shared with certificates.
const (
	// CreateKey puts an account key into the keeping, or finds the one that is there: before anything is sent.
	CreateKey Action = "CreateKey"
	// Lookup asks the CA for the account of the key (newAccount with onlyReturnExisting).
	Lookup Action = "Lookup"
	// Register sends newAccount, with EAB where the record names one.
	Register Action = "Register"
	// UpdateContact tells the CA a new e-mail address.
	UpdateContact Action = "UpdateContact"
	// Wake queues the certificates that waited for the account.
	Wake Action = "Wake"
)

// AccountInput is the whole world as one pass over an account sees it.
type AccountInput struct {
	Now        time.Time
	Name       string
	HasRecord  bool
	Spec       *api.Account
	SpecErr    error
	SpecDigest string
	HasStatus  bool
	Status     api.AccountStatus
	// KeyErr is what came of reading the account key, where Status.KeyMade says that there is one.
	KeyErr error
	Config Config
}

// AccountOutcome is what came of an effect.
type AccountOutcome struct {
	Err error
	URI string
}

type accountState struct {
	AccountInput
	status api.AccountStatus
}

func newAccountState(in AccountInput) *accountState {
	s := &accountState{AccountInput: in, status: in.Status}
	s.status.Conditions = append([]api.Condition(nil), in.Status.Conditions...)
	if s.HasRecord && s.status.SpecDigest != s.SpecDigest {
		s.status.SpecDigest = s.SpecDigest
		s.status.Generation++
		s.status.Failures, s.status.NextAttemptAt, s.status.LastError = 0, time.Time{}, ""
	}
	if s.Spec != nil && s.status.Directory != s.Spec.Directory {
		s.moveTo(s.Spec.Directory)
	}
	return s
}

// moveTo forgets the registration at another directory: another directory is another account.
func (s *accountState) moveTo(directory string) {
	s.status.Directory, s.status.KeyID = directory, api.AccountKeyID(s.Name, directory)
	s.status.URI, s.status.Email, s.status.KeyMade, s.status.Unknown = "", "", false, false
}

// accountRows is the specification of an account's pass: the first that answers decides.
var accountRows = []func(*accountState) *Plan{
	accountGone,        // neither record nor status, or the record is gone; the key is kept
	accountLeased,      // another invocation is at work
	accountInvalid,     // the spec is invalid
	accountBackingOff,  // after a failure
	accountKey,         // the key first, before anything is sent
	accountKeyLost,     // it was there and is gone: never a silent new registration
	accountLookup,      // does the CA know the key?
	accountRegister,    // only if it said no
	accountContact,     // the e-mail address changed
	accountWake,        // certificates waited for it
	accountIsConverged, // nothing to do
}

// DecideAccount says what the next step for an account is.
func DecideAccount(in AccountInput) Plan {
	s := newAccountState(in)
	for _, r := range accountRows {
		if p := r(s); p != nil {
			return *p
		}
	}
	return *wait(s.Now.Add(time.Hour), api.ReasonInternalError, "no row answers")
}

func accountGone(s *accountState) *Plan {
	switch {
	case s.HasRecord:
		return nil
	case !s.HasStatus:
		return wait(time.Time{}, api.ReasonGone, "")
	case s.Now.Before(s.status.LeaseUntil):
		return wait(s.status.LeaseUntil, api.ReasonLeased, "")
	}
	return &Plan{Action: Forget, Reason: api.ReasonDeleting}
}

func accountLeased(s *accountState) *Plan {
	if s.status.ClaimID == "" || !s.Now.Before(s.status.LeaseUntil) {
		return nil
	}
	return wait(s.status.LeaseUntil, api.ReasonLeased, "")
}

func accountInvalid(s *accountState) *Plan {
	if s.Spec != nil {
		return nil
	}
	return wait(time.Time{}, api.ReasonInvalidSpec, "")
}

func accountBackingOff(s *accountState) *Plan {
	if at := later(s.status.NextAttemptAt, s.status.RetryAfterUntil); s.Now.Before(at) {
		return wait(at, api.ReasonBackingOff, s.status.LastError)
	}
	return nil
}

func accountKey(s *accountState) *Plan {
	if s.status.KeyMade {
		return nil
	}
	return &Plan{Action: CreateKey, Reason: api.ReasonRegistering}
}

func accountKeyLost(s *accountState) *Plan {
	switch api.KindOf(s.KeyErr) {
	case "":
		return nil
	case api.NotFound:
		return wait(s.Now.Add(15*time.Minute), api.ReasonAccountKeyLost, "the account key "+s.status.KeyID+
			" is gone from Secrets Manager: restore the secret, or delete the AccountStatus item to register anew")
	}
	return wait(s.Now.Add(5*time.Minute), api.ReasonSecretUnavailable, api.MessageOf(s.KeyErr))
}

func accountLookup(s *accountState) *Plan {
	if s.status.URI != "" || s.status.Unknown {
		return nil
	}
	return &Plan{Action: Lookup, Reason: api.ReasonRegistering}
}

func accountRegister(s *accountState) *Plan {
	if s.status.URI != "" {
		return nil
	}
	return &Plan{Action: Register, Reason: api.ReasonRegistering}
}

func accountContact(s *accountState) *Plan {
	if s.status.Email == s.Spec.Email || s.Spec.Email == "" {
		return nil
	}
	return &Plan{Action: UpdateContact, Reason: api.ReasonRegistering}
}

func accountWake(s *accountState) *Plan {
	if !s.status.Waking {
		return nil
	}
	return &Plan{Action: Wake, Reason: api.ReasonRegistered}
}

func accountIsConverged(*accountState) *Plan {
	return wait(time.Time{}, api.ReasonRegistered, "")
}

// IntendAccount is what must be on record before the effect of p is tried. A registration forgets that the CA was
// asked: whoever comes after a crash asks again, and a single-use EAB credential is not presented twice.
func IntendAccount(in AccountInput, p Plan) api.AccountStatus {
	s := newAccountState(in)
	s.status.LeaseUntil = s.Now.Add(s.Config.Lease)
	s.setDue(s.status.LeaseUntil)
	if p.Action == Register {
		s.status.Unknown = false
	}
	return s.status
}

// SettleAccount is what is on record after p was tried, and when to look again.
func SettleAccount(in AccountInput, p Plan, o AccountOutcome) (api.AccountStatus, time.Time) {
	s := newAccountState(in)
	s.status.ClaimID, s.status.LeaseUntil = "", time.Time{}
	was := in.Status.IsReady()
	at := p.At
	if p.Action != Wait {
		at = s.Now
	}
	switch {
	case p.Action == Lookup && api.KindOf(o.Err) == api.NotFound:
		s.status.Unknown = true
	case o.Err != nil:
		at = s.fail(p, o.Err)
	default:
		s.succeed(p, o)
	}
	s.settleConditions(p, refusal(o.Err))
	s.status.Waking = s.status.Waking || (!was && s.status.IsReady())
	if s.status.Waking && p.Action == Wait && p.Reason == api.ReasonRegistered {
		at = s.Now // nothing else is to be done: its certificates are next
	}
	s.setDue(at)
	return s.status, at
}

// refusal is err, but for what says nothing about the account: that somebody else wrote first.
func refusal(err error) error {
	if api.KindOf(err) == api.Conflict {
		return nil
	}
	return err
}

func (s *accountState) succeed(p Plan, o AccountOutcome) {
	switch p.Action {
	case CreateKey:
		s.status.KeyMade = true
	case Lookup:
		s.status.URI = o.URI
	case Register:
		s.status.URI, s.status.Email, s.status.Unknown = o.URI, s.Spec.Email, false
	case UpdateContact:
		s.status.Email = s.Spec.Email
	case Wake:
		s.status.Waking = false
	case Wait:
		return
	}
	s.status.Failures, s.status.NextAttemptAt, s.status.LastError = 0, time.Time{}, ""
}

func (s *accountState) fail(p Plan, err error) time.Time {
	if api.KindOf(err) == api.Conflict {
		return s.Now
	}
	if k := api.KindOf(err); p.Action == Register && (k == api.Terminal || k == api.Throttled) {
		s.status.Unknown = true // it was refused, so the CA need not be asked again before the next try
	}
	s.status.Failures++
	s.status.LastError = api.MessageOf(err)
	wait := step(s.status.Failures)
	if k := api.KindOf(err); k == api.Transient || k == api.Throttled {
		wait = transientWait(s.status.Failures)
	}
	s.status.NextAttemptAt = s.Now.Add(wait)
	if after := api.RetryAfterOf(err); after > 0 {
		s.status.RetryAfterUntil = s.Now.Add(after)
	}
	return later(s.status.NextAttemptAt, s.status.RetryAfterUntil)
}

func (s *accountState) settleConditions(p Plan, err error) {
	s.status.ObservedGeneration = s.status.Generation
	accepted := api.Condition{Type: api.ConditionAccepted, Status: api.ConditionTrue, Reason: api.ReasonAccepted}
	if s.SpecErr != nil {
		accepted.Status, accepted.Reason, accepted.Message = api.ConditionFalse, api.ReasonInvalidSpec, s.SpecErr.Error()
	}
	s.set(accepted)
	ready := api.Condition{Type: api.ConditionReady, Status: api.ConditionTrue, Reason: api.ReasonRegistered}
	switch {
	case s.SpecErr != nil:
		ready.Status, ready.Reason, ready.Message = api.ConditionFalse, api.ReasonInvalidSpec, "the record is not accepted"
	case p.Action == Wait && p.Reason == api.ReasonAccountKeyLost:
		ready.Status, ready.Reason, ready.Message = api.ConditionFalse, p.Reason, p.Message
	case s.status.URI != "":
	case err != nil && api.KindOf(err) != api.NotFound:
		ready.Status, ready.Reason, ready.Message = api.ConditionFalse, accountReason(err), api.MessageOf(err)
	case s.status.LastError != "":
		old, _ := api.GetCondition(s.status.Conditions, api.ConditionReady)
		ready.Status, ready.Reason, ready.Message = api.ConditionFalse, old.Reason, s.status.LastError
	default:
		ready.Status, ready.Reason = api.ConditionFalse, api.ReasonRegistering
	}
	s.set(ready)
}

func accountReason(err error) api.Reason {
	switch api.KindOf(err) {
	case api.Transient:
		return api.ReasonOf(err, api.ReasonCAUnavailable)
	case api.Throttled:
		return api.ReasonRateLimited
	case api.Bug:
		return api.ReasonInternalError
	}
	return api.ReasonOf(err, api.ReasonRegistrationRefused)
}

// AccountFailed says that the account does not come to be by itself: it was refused, or nobody has answered for long.
func AccountFailed(s *api.AccountStatus) bool {
	if s == nil {
		return false
	}
	if s.Failures >= tellAfter {
		return true
	}
	switch c, _ := api.GetCondition(s.Conditions, api.ConditionReady); c.Reason {
	case "", api.ReasonRegistering, api.ReasonRegistered, api.ReasonCAUnavailable, api.ReasonRateLimited, api.ReasonSecretUnavailable:
		return false
	}
	return true
}

func (s *accountState) set(c api.Condition) {
	c.ObservedGeneration = s.status.Generation
	s.status.Conditions = api.SetCondition(s.status.Conditions, c, s.Now)
}

func (s *accountState) setDue(at time.Time) {
	s.status.Due, s.status.DueAt = dueEntry(s.Now, at, s.status.DueAt)
}
