package plan

import (
	"time"

	"certloop/reconciler/api"
)

// A row looks at the state and says what to do, or nil: not my case. Its number is that of docs/design/architecture.md; "-" has
// none there.
type row struct {
	number, name string
	decide       func(*state) *Plan
}

// rows is the specification of the controller: the first that answers decides.
var rows = []row{
	{"0", "nothingThere", nothingThere},         // neither record nor anything of ours
	{"0", "leased", leased},                     // another invocation is at work
	{"1", "cleanUpDeleted", cleanUpDeleted},     // the record is gone: clean up in steps
	{"2", "suspended", suspended},               // leave it alone
	{"3", "policyDenied", policyDenied},         // no policy allows it
	{"3", "takePlace", takePlace},               // it needs a place in its policy
	{"3", "refuse", refuse},                     // the spec is invalid, or no target can take what it asks for
	{"4", "dropTarget", dropTarget},             // a target left the spec
	{"4", "claim", claim},                       // a named ARN is not ours yet
	{"4", "tag", tag},                           // tags differ
	{"4", "removeDuplicate", removeDuplicate},   // a second certificate of a target
	{"-", "placeholder", placeholder},           // a direct invocation wants an ARN at once
	{"5", "importHeld", importHeld},             // a target lacks the held chain
	{"6", "finishHeld", finishHeld},             // the held chain is everywhere, or superseded
	{"7", "dropOrder", dropOrder},               // an order nobody wants
	{"8", "cleanDNS", cleanDNS},                 // TXT values nobody needs
	{"-", "waitHeld", waitHeld},                 // the held chain waits for a target
	{"9", "satisfied", satisfied},               // no target lacks, nothing is due
	{"9", "unknown", unknown},                   // what lacks could not be looked at
	{"10", "accountNotReady", accountNotReady},  // the account cannot place orders
	{"10", "rejectedTwice", rejectedTwice},      // the CA makes something else than what is ordered
	{"10", "backingOff", backingOff},            // after a failure
	{"10", "minimumInterval", minimumInterval},  // a certificate was obtained a moment ago
	{"11", "makeKey", makeKey},                  // no pending key
	{"12", "resumeOrder", resumeOrder},          // an order that was given up is valid after all
	{"12", "newOrder", newOrder},                // no order
	{"13", "orderUnreadable", orderUnreadable},  // the order could not be read
	{"13", "validate", validate},                // order pending
	{"14", "finalize", finalize},                // order ready
	{"15", "waitProcessing", waitProcessing},    // order processing
	{"16", "download", download},                // order valid
	{"-", "unexpectedStatus", unexpectedStatus}, // a status RFC 8555 does not know
}

// Decide says what the next step is. Notices that wait are sent as soon as there is nothing more urgent.
func Decide(in Input) Plan { return newState(in).decide(rows) }

func (s *state) decide(rows []row) Plan {
	for _, r := range rows {
		if p := r.decide(s); p != nil && s.permitted(p) {
			return s.keepPace(s.noticesFirst(s.keepPace(*p)))
		}
	}
	return Plan{Action: Wait, Reason: api.ReasonInternalError, Message: "no row answers", At: s.Now.Add(time.Hour)}
}

func wait(at time.Time, reason api.Reason, message string) *Plan {
	return &Plan{Action: Wait, At: at, Reason: reason, Message: message}
}

func nothingThere(s *state) *Plan {
	if s.HasRecord || s.HasStatus || s.Issuance != nil {
		return nil
	}
	return wait(time.Time{}, api.ReasonGone, "")
}

func leased(s *state) *Plan {
	if !LeaseHolds(s.status, s.Now, s.Config) {
		return nil
	}
	return wait(s.status.LeaseUntil, api.ReasonLeased, "")
}

// LeaseHolds reports whether another invocation may have an effect under way. A lease that ends later than any that
// could have been written by now is not believed.
func LeaseHolds(st api.CertificateStatus, now time.Time, c Config) bool {
	return st.ClaimID != "" && c.leaseHolds(st.LeaseUntil, now)
}

func suspended(s *state) *Plan {
	if s.Spec == nil || !s.Spec.Suspend {
		return nil
	}
	// TXT values of an order that was stopped midway do not stay in DNS for as long as the suspension lasts: the order is
	// kept, and they are published again if it goes on.
	if p := s.removeValues(); p != nil {
		return p
	}
	at := s.cleanupWaits()
	if s.primary != nil && s.Now.Before(s.primary.NotAfter) && at.IsZero() {
		at = s.primary.NotAfter
	}
	return wait(at, api.ReasonSuspended, "suspended by the record")
}

// refuse stops before anything is spent on a record that cannot be served. Where a certificate is in place already,
// a target that refuses holds no other up: the rest goes on, and the condition names it.
func refuse(s *state) *Plan {
	if s.Spec == nil {
		return wait(time.Time{}, api.ReasonInvalidSpec, "")
	}
	blocked, other, at := 0, 0, s.Now.Add(time.Hour)
	var why verdict
	for i, v := range s.checks {
		switch {
		case !s.Targets[i].Wanted:
		case v.blocked:
			blocked, why = blocked+1, v
			if s.takeoverPauses(&s.Targets[i]) {
				at = earliest(at, s.Targets[i].Status.NextTagAt)
			}
			if v.reason == api.ReasonOwnedByAnother {
				at = earliest(at, lookSoonAt(s.Now, s.refusedSince()))
			}
		default:
			other++
		}
	}
	if blocked == 0 || (other > 0 && s.status.Serial != "") {
		return nil
	}
	return wait(at, why.reason, why.message)
}

// refusedSince is when the record ceased to be accepted; zero: it is accepted.
func (s *state) refusedSince() time.Time {
	if c, ok := api.GetCondition(s.Status.Conditions, api.ConditionAccepted); ok && c.Status == api.ConditionFalse {
		return c.LastTransitionTime
	}
	return time.Time{}
}

func satisfied(s *state) *Plan {
	if _, _, wanted := s.wanted(); wanted {
		return nil
	}
	for i, v := range s.checks {
		if s.Targets[i].Wanted && v.state == api.Unknown {
			return nil
		}
	}
	return wait(s.whenToLook(), api.ReasonNotNeeded, "")
}

// unknown waits where nothing is known to lack but something could not be looked at: an order would be a guess.
func unknown(s *state) *Plan {
	if _, _, wanted := s.wanted(); wanted && s.digest != "" {
		return nil
	}
	if s.Spec != nil && s.Account.Spec == nil {
		return nil
	}
	for i, v := range s.checks {
		if s.Targets[i].Wanted && v.state == api.Unknown {
			if v.reason == api.ReasonImportPending {
				return wait(s.Now.Add(15*time.Second), v.reason, v.message)
			}
			if s.Targets[i].OwnerBusy {
				return wait(s.Now.Add(time.Minute), v.reason, v.message)
			}
			return wait(s.lookAgainAtTarget(i), v.reason, v.message)
		}
	}
	if s.keyType == "" {
		return wait(s.Now.Add(time.Hour), api.ReasonTargetUnknown, "the key type of the certificate to adopt is not known")
	}
	return nil
}

// wanted says that a new certificate is to be made, and why.
func (s *state) wanted() (api.Reason, string, bool) {
	for i, v := range s.checks {
		if s.Targets[i].Wanted && v.state == api.Lacks && !v.blocked {
			return s.whyMade(&s.Targets[i], v), v.message, true
		}
	}
	switch {
	case s.forced():
		return api.ReasonForced, "a new certificate was asked for by a token", true
	case s.changed():
		return api.ReasonSpecChanged, "the record asks for another certificate", true
	case s.digest != "" && s.status.IssuanceDigest == "" && s.inFlight() && s.iss.Digest == s.digest:
		return api.ReasonSpecChanged, "an issuance is in flight", true
	case s.renewalDue():
		return api.ReasonRenewalDue, "the renewal time has come", true
	case s.latched():
		return api.ReasonRenewalDue, "an issuance that has begun is finished", true
	}
	return "", "", false
}

// changed says that the record asks for another certificate than the one that was last in place.
func (s *state) changed() bool {
	return s.digest != "" && s.status.IssuanceDigest != "" && s.digest != s.status.IssuanceDigest
}

// forced says that nothing but a new token sets the record apart from the certificate that was last in place.
func (s *state) forced() bool {
	return s.changed() && s.digestForcedBy(s.status.IssuanceForce) == s.status.IssuanceDigest
}

// whyMade is the word for what a target lacks: Repair where what is asked for was there once and is not any more, else
// the target's own.
func (s *state) whyMade(t *Target, v verdict) api.Reason {
	if !t.Status.Imported {
		return v.reason // what we never put there is not missing, but not there yet
	}
	switch v.reason {
	case api.ReasonMissing, api.ReasonSelfSigned, api.ReasonDomainsDiffer, api.ReasonKeyTypeDiffers:
		if s.digest != "" && s.digest == s.status.IssuanceDigest {
			return api.ReasonRepair
		}
	}
	return v.reason
}

// whenToLook is when a converged record needs another look: at its renewal, or when the CA is to be asked again.
func (s *state) whenToLook() time.Time {
	at := earliest(s.renewAt, s.tokenWaits)
	if s.asksRenewalInfo() {
		at = earliest(at, s.status.ARI.NextCheckAt)
	}
	for i := range s.status.Targets {
		t := &s.status.Targets[i]
		if t.TagFailures > 0 {
			at = earliest(at, t.NextTagAt)
		}
	}
	for i := range s.Targets {
		t := &s.Targets[i]
		at = earliest(at, s.importMayAppear(t.Status.Key))
		if v := s.checks[i]; t.Wanted && v.blocked && v.reason == api.ReasonOwnedByAnother {
			at = earliest(at, lookSoonAt(s.Now, s.refusedSince()))
		}
		if t.Wanted && t.Found != nil && s.owns(t) && !t.Status.Claimed {
			at = earliest(at, t.Status.NextAttemptAt)
		}
		if t.Status.RetiredARN != "" {
			at = earliest(at, s.Now.Add(time.Hour))
		}
		if !t.Wanted {
			_, again := s.undoTarget(t)
			at = earliest(at, again)
		}
	}
	if s.status.CleanupFailures > 0 {
		at = earliest(at, s.status.NextCleanupAt)
	}
	if !at.IsZero() && !at.After(s.Now) {
		return s.Now.Add(time.Hour)
	}
	return at
}

// earliest ignores a zero time.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}

// noticesFirst sends what waits in the outbox before a pass ends, and before the status that holds it is removed.
func (s *state) noticesFirst(p Plan) Plan {
	if len(s.status.Outbox) == 0 || (p.Action != Wait && p.Action != Forget) || p.Reason == api.ReasonLeased {
		return p
	}
	if until := s.outboxPausesUntil(); !until.IsZero() {
		if p.Action == Forget && !s.givingUp() {
			return *wait(until, api.ReasonNotifying, s.status.LastError)
		}
		if p.Action == Wait {
			p.At = earliest(p.At, until)
		}
		return p
	}
	if len(s.Status.Outbox) == 0 {
		return p
	}
	return Plan{Action: Notify, Reason: api.ReasonNotifying}
}
