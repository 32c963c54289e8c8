package plan

import (
	"slices"
	"time"

	"certloop/reconciler/api"
)

// followers are the actions that may follow an action on the same observation: nothing that they depend on can have changed but by
// the step itself. Result of the step and intent of the next one are then one write. Between an effect and its write lies no
// request, so a crash loses no more than with a write of its own.
var followers = map[Action][]Action{
	MakeKey:      {NewOrder},           // zones and CAA records were read before the key was made
	NewOrder:     {Publish},            // the reply has the order
	Publish:      {Publish},            // in the next zone
	CleanDNS:     {CleanDNS, Finalize}, // the order was read before
	DropIssuance: {Notify},
	Notify:       {Notify, Wait},
}

// followWithin bounds the age of the observation on which a step follows another.
const followWithin = 30 * time.Second

// Follow settles a step as Settle does, and returns the world as it is known after it, for a step at that time that observes
// nothing.
func Follow(in Input, p Plan, o Outcome, at time.Time) (Settled, Input) {
	d, settled := settle(in, p, o)
	next := d.Input
	next.Now, next.HasStatus, next.Distrusted, next.Stored = at, true, false, settled.Status
	next.Issuance = settled.Issuance
	if next.Issuance != nil && next.Issuance.IsEmpty() {
		next.Issuance = nil
	}
	if settled.Ledger != nil {
		next.Ledger, next.LedgerDistrusted = settled.Ledger, false
	}
	next.Renewal, next.RenewalErr = nil, nil // the status has the answer
	if IsTokenOnRecord(&next.Stored, next.Force) {
		next.Force = ""
	}
	return settled, next
}

// Follows reports whether next may be taken after the step p without another observation. in is the world after p, observed when the
// observation of p was made.
func Follows(p Plan, o Outcome, in Input, next Plan, observed time.Time) bool {
	if o.Err != nil || p.Failure != nil || next.Failure != nil || !slices.Contains(followers[p.Action], next.Action) {
		return false
	}
	if age := in.Now.Sub(observed); age < 0 || age >= followWithin {
		return false
	}
	if next.Action == Wait && next.Reason != api.ReasonNotNeeded {
		return false
	}
	return !observesMore(in, next)
}

// observesMore reports whether something would be read before next that was not read before.
func observesMore(in Input, next Plan) bool {
	switch next.Action {
	case NewOrder:
		return NeedsCAA(in) || NeedsLedger(in) || needsGivenUp(in)
	case Finalize:
		return needsGivenUp(in)
	case Wait:
		return NeedsZones(in) || NeedsOrder(in) || NeedsRenewalInfo(in) || len(NeedsRevocation(in)) > 0
	}
	return false
}

func needsGivenUp(in Input) bool {
	return in.GivenUp == nil && in.GivenUpErr == nil && NeedsGivenUp(in)
}

// HasEffect reports whether the action does anything but what is stored of it. One without an effect needs no claim: it is a single
// write, conditional on the version.
func HasEffect(a Action) bool { return !actions[a].onlyStored }
