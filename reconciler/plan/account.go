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
	Stored     api.AccountStatus
	// KeyErr is the error of reading the account key, if Status.KeyCreated.
	KeyErr error
	// Policies are those of the moment at which the record was read.
	Policies api.PolicySet
	// Directory and DirectoryErr are the answer to NeedsDirectory; both nil: it was not asked.
	Directory    *api.Directory
	DirectoryErr error
	Config       Config
}

type accountState struct {
	AccountInput
	next api.AccountStatus
	// refusal says why the policies do not allow the account; empty: they do.
	refusal string
}

func newAccountState(in AccountInput) *accountState {
	s := &accountState{AccountInput: in, next: in.Stored}
	s.next.Conditions = append([]api.Condition(nil), in.Stored.Conditions...)
	if s.HasRecord {
		s.next.Deleted = false
	}
	if s.HasRecord && s.next.SpecDigest != s.SpecDigest {
		s.next.SpecDigest = s.SpecDigest
		s.next.Generation++
		accountBackoff(&s.next).Reset()
		s.next.LastError = ""
	}
	dropOverlong(s.Now, &s.next.FailureBackoffUntil, &s.next.RetryAfterUntil, &s.next.NextDirectoryReadAt, &s.next.LeaseUntil)
	if s.Spec != nil {
		s.refusal = AccountRefusal(s.Policies, s.Spec)
	}
	if s.Spec != nil && s.refusal == "" && s.next.Directory != s.Spec.Directory {
		s.moveTo(s.Spec.Directory)
	}
	s.observeDirectory()
	return s
}

// moveTo forgets the registration at another directory: another directory is another account.
func (s *accountState) moveTo(directory string) {
	s.next.Directory, s.next.KeyID = directory, api.AccountKeyID(s.Name, directory)
	s.next.URI, s.next.Email, s.next.KeyCreated, s.next.AccountNotFound = "", "", false, false
	s.next.RetryAfterUntil = time.Time{} // it applies to the account at the other directory
	s.next.CAAIdentities, s.next.Shapes = nil, nil
	directoryBackoff(&s.next).Reset()
}

// accountRows is the specification of an account's pass: the first that answers decides.
var accountRows = []func(*accountState) *Plan{
	accountGone,        // neither record nor status, or the record is deleted; the key is kept
	accountLeased,      // another invocation is at work
	accountInvalid,     // the spec is invalid
	accountDenied,      // no policy allows it
	accountBackingOff,  // after a failure
	accountKey,         // the key first, before anything is sent
	accountKeyLost,     // it was there and is not found: never a silent new registration
	accountLookup,      // does the CA know the key?
	accountRegister,    // only if the CA knows no account
	accountContact,     // the e-mail address changed
	accountWake,        // certificates waited for it
	accountIsConverged, // nothing to do
}

// DecideAccount says what the next step for an account is.
func DecideAccount(in AccountInput) Plan {
	s := newAccountState(in)
	for _, r := range accountRows {
		if p := r(s); p != nil {
			return s.noticesFirst(s.keepPace(*p))
		}
	}
	return *wait(s.Now.Add(time.Hour), api.ReasonInternalError, "no row of the decision table matched")
}

// keepPace turns an effect whose pause is not over into a wait, as for certificates (pace.go). Notices have a pace of their
// own (outboxPauses), and an account is forgotten once.
func (s *accountState) keepPace(p Plan) Plan {
	if p.Passive() || p.Action == Forget {
		return p
	}
	at := paceOf(s.next.Attempts[attemptKey(p.Action, "")], burst(p.Action), s.Now, s.Config)
	if at.IsZero() {
		return p
	}
	return *wait(at, p.Reason, repeatedLater)
}

// accountGone forgets a deleted account once its certificates are queued: they report at once that it is not there.
func accountGone(s *accountState) *Plan {
	switch {
	case s.HasRecord:
		return nil
	case !s.HasStatus:
		return wait(time.Time{}, api.ReasonGone, "")
	case accountLeased(s) != nil:
		return accountLeased(s)
	case s.next.WakePending && accountBackoff(&s.next).Waiting(s.Now):
		return wait(s.next.FailureBackoffUntil, api.ReasonBackingOff, s.next.LastError)
	case !s.next.Deleted:
		return &Plan{Action: Wake, Reason: api.ReasonAccountNotFound}
	}
	return &Plan{Action: Forget, Reason: api.ReasonDeleting}
}

func accountLeased(s *accountState) *Plan {
	if s.next.ClaimID == "" || !s.Config.leaseHolds(s.next.LeaseUntil, s.Now) {
		return nil
	}
	return wait(s.next.LeaseUntil, api.ReasonLeased, "")
}

func accountInvalid(s *accountState) *Plan {
	if s.Spec != nil {
		return nil
	}
	return wait(time.Time{}, api.ReasonInvalidSpec, "")
}

// accountDenied does nothing while no policy allows the account. A change of a policy wakes it.
func accountDenied(s *accountState) *Plan {
	if s.refusal == "" {
		return nil
	}
	return wait(time.Time{}, api.ReasonPolicyDenied, s.refusal)
}

func accountBackingOff(s *accountState) *Plan {
	if at := later(s.next.FailureBackoffUntil, s.next.RetryAfterUntil); s.Now.Before(at) {
		return wait(at, api.ReasonBackingOff, s.next.LastError)
	}
	return nil
}

func accountKey(s *accountState) *Plan {
	if s.next.KeyCreated {
		return nil
	}
	return &Plan{Action: CreateKey, Reason: api.ReasonRegistering}
}

func accountKeyLost(s *accountState) *Plan {
	switch api.KindOf(s.KeyErr) {
	case "":
		return nil
	case api.NotFound:
		return wait(s.Now.Add(15*time.Minute), api.ReasonAccountKeyLost, "the account key "+s.next.KeyID+
			" is not in Secrets Manager: restore the secret, or delete the AccountStatus item to register again")
	default:
		return wait(s.Now.Add(5*time.Minute), api.ReasonSecretUnavailable, api.MessageOf(s.KeyErr))
	}
}

func accountLookup(s *accountState) *Plan {
	if s.next.URI != "" || s.next.AccountNotFound {
		return nil
	}
	return &Plan{Action: Lookup, Reason: api.ReasonRegistering}
}

func accountRegister(s *accountState) *Plan {
	if s.next.URI != "" {
		return nil
	}
	return &Plan{Action: Register, Reason: api.ReasonRegistering}
}

// accountContact updates the address at the CA, or removes it where the record has none any more. A CA that insists on one
// refuses that, which is reported; orders go on, because the account stays Ready.
func accountContact(s *accountState) *Plan {
	if s.next.Email == s.Spec.Email {
		return nil
	}
	return &Plan{Action: UpdateContact, Reason: api.ReasonRegistering}
}

func accountWake(s *accountState) *Plan {
	if !s.next.WakePending {
		return nil
	}
	return &Plan{Action: Wake, Reason: api.ReasonRegistered}
}

func accountIsConverged(*accountState) *Plan {
	return wait(time.Time{}, api.ReasonRegistered, "")
}
