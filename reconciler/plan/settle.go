package plan

import (
	"fmt"
	"time"

	"certloop/reconciler/api"
)

// Settle returns what is on record after p was tried and o came of it. in is the world as it was decided upon, with the
// status and issuance that Intend put on record.
func Settle(in Input, p Plan, o Outcome) Settled {
	_, settled := settle(in, p, o)
	return settled
}

func settle(in Input, p Plan, o Outcome) (*draft, Settled) {
	d := newDraft(in)
	d.next.ClaimID, d.next.LeaseUntil = "", time.Time{}
	if p.Action == Forget && o.Err == nil {
		return d, Settled{Status: d.next, Forget: true, Claims: d.claimed()}
	}
	is, known := actions[p.Action]
	if !known {
		panic(fmt.Sprintf("plan: no description of the action %q", p.Action))
	}
	if is.isDone(o.Err) {
		o.Err = nil
	}
	is.settle(d, p, o)
	d.refresh()
	noteTargets(d)
	noteIgnoredWindow(d)
	noteRevoked(d)
	settleLastError(d, p)
	settleConditions(d, p)
	settleReports(d, p)
	settleNextAttempt(d, p)
	at := nextPassAt(&d.facts, p)
	d.setDue(at)
	d.bound()
	out := d.settled()
	out.At = at
	return d, out
}

// nextPassAt returns when the next pass has something to do: at once after an effect.
func nextPassAt(f *facts, p Plan) time.Time {
	if p.Action != Wait {
		return f.Now
	}
	if p.Failure != nil {
		if at := f.blockedUntil(); !at.IsZero() {
			return earliest(at, nextReport(f))
		}
	}
	return earliest(p.At, nextReport(f))
}

func settleWait(d *draft, p Plan, o Outcome) {
	if p.Failure != nil {
		d.fail(p.Failure, p.Reason)
	}
	if p.Reason == api.ReasonNotNeeded && d.next.LastError != "" {
		d.clearFailures()
	}
	d.noteSlow(p)
	if d.LedgerDistrusted && p.Reason == api.ReasonIssuanceBudget {
		d.ledger = d.Ledger // else what is believed of it would be another thing at each look, and the wait would not end
	}
}

// claimed returns the ARNs whose claims go with the record. One that is another record's stays: the table sees to that.
func (f *facts) claimed() []string {
	var arns []string
	for _, t := range f.next.Targets {
		for _, arn := range []string{t.ARN, t.RetiredARN} {
			if arn != "" {
				arns = append(arns, arn)
			}
		}
	}
	return arns
}
