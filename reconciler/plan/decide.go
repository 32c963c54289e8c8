package plan

import (
	"time"

	"certloop/reconciler/api"
)

// A row returns what to do, or nil where its case is not given. Its number is that of docs/design/architecture.md; "-" has
// none there.
type row struct {
	number, name string
	decide       func(*decision) *Plan
}

// A decision is one run through the rows.
type decision struct {
	*facts
	// paused is when the first of those actions may be tried that rows passed over; zero: none was.
	paused time.Time
}

// rows is the specification of the controller: the first that answers decides.
var rows = []row{
	{"0", "nothingThere", nothingThere},                                 // neither record nor anything of ours
	{"0", "leased", func(d *decision) *Plan { return leased(d.facts) }}, // another invocation is at work
	{"1", "cleanUpDeleted", cleanUpDeleted},                             // the record is deleted: clean up in steps
	{"2", "suspended", suspended},                                       // leave it alone
	{"3", "policyDenied", policyDenied},                                 // no policy allows it
	{"3", "takePlace", takePlace},                                       // it needs a place in its policy
	{"3", "refuse", func(d *decision) *Plan { return refuse(d.facts) }}, // the spec is invalid, or no target can take what it asks for
	{"4", "dropTarget", dropTarget},                                     // a target left the spec
	{"4", "claim", claim},                                               // a named ARN is not ours yet
	{"4", "tag", tag},                                                   // tags differ
	{"4", "removeDuplicate", removeDuplicate},                           // a second certificate of a target
	{"-", "placeholder", placeholder},                                   // a direct invocation wants an ARN at once
	{"5", "rollBack", rollBack},                                         // the certificate before is put back
	{"5", "importHeld", importHeld},                                     // a target lacks the held chain
	{"6", "finishHeld", finishHeld},                                     // the held chain is everywhere, or superseded
	{"7", "dropOrder", dropOrder},                                       // an order nobody wants
	{"8", "cleanDNS", cleanDNS},                                         // TXT values nobody needs
	{"-", "waitHeld", waitHeld},                                         // the held chain waits for a target
	{"9", "satisfied", satisfied},                                       // no target lacks, nothing is due
	{"9", "unknown", unknown},                                           // what lacks could not be read
	{"10", "accountNotReady", func(d *decision) *Plan { return accountNotReady(d.facts) }}, // the account cannot place orders
	{"10", "rejectedTwice", rejectedTwice},                                                 // the CA makes something else than what is ordered
	{"10", "backingOff", backingOff},                                                       // after a failure
	{"10", "minimumInterval", minimumInterval},                                             // a certificate was obtained a moment ago
	{"10", "issuanceBudget", issuanceBudget},                                               // a limit of the CA leaves no order
	{"11", "makeKey", makeKey},                                                             // no pending key
	{"12", "resumeOrder", resumeOrder},                                                     // an order that was given up is valid after all
	{"12", "newOrder", newOrder},                                                           // no order
	{"13", "orderUnreadable", orderUnreadable},                                             // the order could not be read
	{"13", "validate", validate},                                                           // order pending
	{"14", "finalize", finalize},                                                           // order ready
	{"15", "waitProcessing", waitProcessing},                                               // order processing
	{"16", "download", download},                                                           // order valid
	{"-", "unexpectedStatus", unexpectedStatus},                                            // a status RFC 8555 does not know
}

// Decide says what the next step is. Notices that wait are sent as soon as there is nothing more urgent.
func Decide(in Input) Plan { return decide(in, rows) }

func decide(in Input, rows []row) Plan {
	d := &decision{facts: factsOf(in)}
	for _, r := range rows {
		if p := r.decide(d); p != nil && permitted(d.facts, p) {
			return keepPace(d, noticesFirst(d.facts, keepPace(d, *p)))
		}
	}
	return Plan{Action: Wait, Reason: api.ReasonInternalError, Message: "no row of the decision table matched", At: d.Now.Add(time.Hour)}
}

func nothingThere(d *decision) *Plan {
	if d.HasRecord || d.HasStatus || d.Issuance != nil {
		return nil
	}
	return wait(time.Time{}, api.ReasonGone, "")
}

func leased(f *facts) *Plan {
	if !LeaseHolds(f.next, f.Now, f.Config) {
		return nil
	}
	return wait(f.next.LeaseUntil, api.ReasonLeased, "")
}

// LeaseHolds reports whether another invocation may have an effect under way. A lease that ends later than any that
// could have been written by now is not believed.
func LeaseHolds(st api.CertificateStatus, now time.Time, c Config) bool {
	return st.ClaimID != "" && c.leaseHolds(st.LeaseUntil, now)
}

func suspended(d *decision) *Plan {
	if d.Spec == nil || !d.Spec.Suspend {
		return nil
	}
	// TXT values of an order that was stopped midway do not stay in DNS for as long as the suspension lasts: the order is
	// kept, and they are published again if it goes on.
	if p := d.removeValues(); p != nil {
		return p
	}
	at := cleanupWaits(d.facts)
	if d.primary != nil && d.Now.Before(d.primary.NotAfter) && at.IsZero() {
		at = d.primary.NotAfter
	}
	return wait(earliest(at, nextRevocationCheck(d.facts)), api.ReasonSuspended, "suspend is set in the record")
}

// refuse stops before anything is spent on a record that cannot be served. Where a certificate is in place already,
// a target that refuses holds no other up: the rest goes on, and the condition names it.
func refuse(f *facts) *Plan {
	if f.Spec == nil {
		return wait(time.Time{}, api.ReasonInvalidSpec, "")
	}
	blocked, other, at := 0, 0, f.Now.Add(time.Hour)
	var why verdict
	for i, v := range f.verdicts {
		switch {
		case !f.Targets[i].Wanted:
		case v.blocked:
			blocked, why = blocked+1, v
			if f.takeoverPauses(&f.Targets[i]) {
				at = earliest(at, f.entry(&f.Targets[i]).NextTagAt)
			}
			if v.reason == api.ReasonOwnedByAnother {
				at = earliest(at, recheckSoonAt(f.Now, refusedSince(f)))
			}
		default:
			other++
		}
	}
	if blocked == 0 || (other > 0 && f.next.Serial != "") {
		return nil
	}
	return wait(at, why.reason, why.message)
}

// refusedSince returns when the record ceased to be accepted; zero: it is accepted.
func refusedSince(f *facts) time.Time {
	if c, ok := api.GetCondition(f.Stored.Conditions, api.ConditionAccepted); ok && c.Status == api.ConditionFalse {
		return c.LastTransitionTime
	}
	return time.Time{}
}

func satisfied(d *decision) *Plan {
	if _, _, wanted := d.wanted(); wanted {
		return nil
	}
	for i, v := range d.verdicts {
		if d.Targets[i].Wanted && v.state == api.Unknown {
			return nil
		}
	}
	return wait(nextCheckAt(d.facts), api.ReasonNotNeeded, "")
}

// unknown waits where nothing is known to lack but something could not be read: an order would be a guess.
func unknown(d *decision) *Plan {
	if _, _, wanted := d.wanted(); wanted && d.digest != "" {
		return nil
	}
	if d.Spec != nil && d.Account.Spec == nil {
		return nil
	}
	for i, v := range d.verdicts {
		if d.Targets[i].Wanted && v.state == api.Unknown {
			if v.reason == api.ReasonImportPending {
				return wait(d.Now.Add(15*time.Second), v.reason, v.message)
			}
			if d.Targets[i].OwnerBusy {
				return wait(d.Now.Add(time.Minute), v.reason, v.message)
			}
			return wait(recheckTargetAt(d.facts, i), v.reason, v.message)
		}
	}
	if d.keyType == "" {
		return wait(d.Now.Add(time.Hour), api.ReasonTargetUnknown, "the key type of the certificate to adopt is not known")
	}
	return nil
}

// wanted reports whether a new certificate is to be made, and why.
func (f *facts) wanted() (api.Reason, string, bool) {
	for i, v := range f.verdicts {
		if f.Targets[i].Wanted && v.state == api.Lacks && !v.blocked {
			return issuanceReason(f, &f.Targets[i], v), v.message, true
		}
	}
	switch {
	case f.forced():
		return api.ReasonForced, "a token forces a new certificate", true
	case f.changed():
		return api.ReasonSpecChanged, "the record needs another certificate", true
	case f.digest != "" && f.next.IssuanceDigest == "" && f.inFlight() && f.iss.Digest == f.digest:
		return api.ReasonSpecChanged, "an issuance is in flight", true
	case f.renewalDue():
		return api.ReasonRenewalDue, "the renewal time has come", true
	case f.latched():
		return api.ReasonRenewalDue, "an issuance that has begun is completed", true
	}
	return "", "", false
}

// changed reports whether the record asks for another certificate than the one that was last in place.
func (f *facts) changed() bool {
	return f.digest != "" && f.next.IssuanceDigest != "" && f.digest != f.next.IssuanceDigest
}

// forced reports whether nothing but a new token sets the record apart from the certificate that was last in place.
func (f *facts) forced() bool {
	return f.changed() && f.digestForcedBy(f.next.IssuanceForce) == f.next.IssuanceDigest
}

// issuanceReason returns the word for what a target lacks: Repair where what is asked for was there once and is not any more, else
// the target's own.
func issuanceReason(f *facts, t *Target, v verdict) api.Reason {
	if !f.entry(t).Imported {
		return v.reason // what we never put there is not missing, but not there yet
	}
	switch v.reason {
	case api.ReasonMissing, api.ReasonSelfSigned, api.ReasonDomainsDiffer, api.ReasonKeyTypeDiffers:
		if f.digest != "" && f.digest == f.next.IssuanceDigest {
			return api.ReasonRepair
		}
	}
	return v.reason
}

// nextCheckAt returns when a converged record needs another look: at its renewal, or when the CA is to be asked again about
// renewal or revocation.
func nextCheckAt(f *facts) time.Time {
	at := earliest(earliest(f.renewAt, f.tokenWaits), nextRevocationCheck(f))
	if asksRenewalInfo(f) {
		at = earliest(at, f.next.ARI.NextCheckAt)
	}
	for i := range f.next.Targets {
		t := &f.next.Targets[i]
		if t.TagFailures > 0 {
			at = earliest(at, t.NextTagAt)
		}
	}
	for i := range f.Targets {
		t := &f.Targets[i]
		at = earliest(at, f.importMayAppear(t.Stored.Key))
		if v := f.verdicts[i]; t.Wanted && v.blocked && v.reason == api.ReasonOwnedByAnother {
			at = earliest(at, recheckSoonAt(f.Now, refusedSince(f)))
		}
		if t.Wanted && t.Found != nil && f.owns(t) && !f.entry(t).Claimed {
			at = earliest(at, f.entry(t).NextAttemptAt)
		}
		if f.entry(t).RetiredARN != "" {
			at = earliest(at, f.Now.Add(time.Hour))
		}
		if !t.Wanted {
			_, again := f.releaseStep(t)
			at = earliest(at, again)
		}
	}
	if f.next.CleanupFailures > 0 {
		at = earliest(at, f.next.NextCleanupAt)
	}
	if !at.IsZero() && !at.After(f.Now) {
		return f.Now.Add(time.Hour)
	}
	return at
}

// noticesFirst sends what waits in the outbox before a pass ends, and before the status that holds it is removed.
func noticesFirst(f *facts, p Plan) Plan {
	if len(f.next.Outbox) == 0 || (p.Action != Wait && p.Action != Forget) || p.Reason == api.ReasonLeased {
		return p
	}
	if until := outboxPausesUntil(f); !until.IsZero() {
		if p.Action == Forget && !givingUp(f) {
			return *wait(until, api.ReasonNotifying, f.next.LastError)
		}
		if p.Action == Wait {
			p.At = earliest(p.At, until)
		}
		return p
	}
	if len(f.Stored.Outbox) == 0 {
		return p
	}
	return Plan{Action: Notify, Reason: api.ReasonNotifying}
}
