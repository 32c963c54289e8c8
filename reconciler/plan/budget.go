package plan

import (
	"fmt"
	"strconv"
	"time"

	"certloop/reconciler/api"
)

// What a CA accepts within a time is shared by all records of an account, and nothing else coordinates their passes. Each order
// is counted in the ledger of the account before it is placed, in the transaction that claims it. So no crash loses a count, and
// of two passes that count at once one reads the ledger again. A record for which a limit leaves no order waits.
//
// What becomes free goes to the most urgent without a queue: each order leaves a part of every limit for more urgent ones
// (bucket.kept).

// limited reports whether the CA of the account limits anything.
func limited(f *facts) bool { return f.Account.Spec != nil && !f.Account.Spec.Limits.None() }

// NeedsLedger reports whether the ledger of the account is to be read: an order would be counted now, or an order that failed
// would be taken back.
func NeedsLedger(in Input) bool {
	if in.Ledger != nil || in.Account.Spec == nil || in.Account.Spec.Limits.None() {
		return false
	}
	switch p := Decide(in); p.Action {
	case MakeKey, NewOrder:
		return true
	case DropIssuance:
		return countsInLedger(factsOf(in))
	}
	return false
}

// issuanceBudget waits while a limit leaves no order. It comes before the key, which a record that waits does not need.
func issuanceBudget(d *decision) *Plan {
	if d.iss.OrderURL != "" || d.held() || d.Ledger == nil || !limited(d.facts) {
		return nil
	}
	b := spent(beforeThis(d.facts), d.Account.Spec, orderFor(d.facts), d.Now)
	if b.until.IsZero() {
		return nil
	}
	return wait(wakeAt(d.facts, b), api.ReasonIssuanceBudget, b.message(d.Account.Name))
}

func (b budget) message(account string) string {
	of := ""
	if b.of != "" {
		of = " for " + b.of
	}
	return fmt.Sprintf("limit %s of account %s (%s) leaves no order%s now", b.limit, account, b.value, of)
}

// wakeAt spreads the records that wait for one limit, so that they do not all come at once for what few of them get: over a
// quarter of the limit's window, or the time that the record has waited, and at most a quarter of the life that is left.
func wakeAt(f *facts, b budget) time.Time {
	spread := max(b.window/4, waited(f))
	spread = bounded(spread, time.Minute, longestSpread)
	if f.primary != nil {
		spread = min(spread, max(f.primary.NotAfter.Sub(f.Now)/4, time.Minute))
	}
	from := b.until.Add(time.Second) // hashed cuts fractions off
	return hashed(from, from.Add(spread), hashPoint(f.Name, strconv.FormatInt(b.until.Unix(), 10)))
}

const longestSpread = 3 * time.Hour

// waited returns for how long the record has waited for its budget.
func waited(f *facts) time.Duration {
	c, ok := api.GetCondition(f.Stored.Conditions, api.ConditionIssuing)
	if !ok || c.Reason != api.ReasonIssuanceBudget {
		return 0
	}
	return f.Now.Sub(c.LastTransitionTime)
}

// orderFor returns the order of the record as the ledger counts it.
func orderFor(f *facts) orderCount {
	o := orderOf(f.Spec.Domains)
	o.exempt = f.Account.Spec.Limits.ExemptsRenewals && replacesCertID(f) != ""
	o.share = share(f)
	return o
}

// share returns how much of the reserve the order leaves alone, in thousandths: all of it for what replaces nothing, and nothing
// for what replaces a certificate that is expired, revoked or missing. Between them, from half of the lifetime on, it falls to the end.
func share(f *facts) int64 {
	least := int64(whole)
	for i := range f.Targets {
		t := &f.Targets[i]
		switch found := t.Found; {
		case !t.Wanted || f.verdicts[i].blocked:
		case found == nil:
			if t.Err == nil && f.entry(t).Imported {
				return 0
			}
		case found.SelfSigned || found.Tags[api.TagPlaceholder] != "": // nobody relies on it
		case isRevoked(f, found.FingerprintSHA256):
			return 0
		default:
			life, left := found.NotAfter.Sub(found.NotBefore), found.NotAfter.Sub(f.Now)
			if life <= 0 || left <= 0 {
				return 0
			}
			least = min(least, int64(whole*2*left.Seconds()/life.Seconds()))
		}
	}
	return least
}

// reserved reports whether an order that is not placed yet is counted.
func reserved(f *facts) bool { return !f.iss.ReservedAt.IsZero() && f.iss.OrderURL == "" }

// beforeThis returns the ledger without the order of the issuance that is counted and was not placed.
func beforeThis(f *facts) *api.Ledger {
	// mutant: what was never counted is not given back, because it was refilled since
	if !reserved(f) || !ledgerIsOfIssuance(f) {
		return f.Ledger
	}
	return giveBack(f.Ledger, f.Account.Spec, reservation(f), f.iss.ReservedAt, f.Now, !f.iss.ReservedUnused)
}

// reservation returns the order as it was counted.
func reservation(f *facts) orderCount {
	o := orderOf(f.iss.Domains)
	o.exempt = f.iss.ReservedExempt
	return o
}

// ledgerIsOfIssuance reports whether the ledger that was read is that of the issuance in flight.
func ledgerIsOfIssuance(f *facts) bool {
	return f.Ledger != nil && limited(f) && f.iss.Account == f.Account.Name && f.iss.Directory == f.Account.Spec.Directory
}

// intendNewOrder counts the order.
func intendNewOrder(d *draft, p Plan, _ time.Time) {
	if d.Ledger == nil || !limited(&d.facts) {
		return
	}
	o := orderFor(&d.facts)
	o.exempt = d.Account.Spec.Limits.ExemptsRenewals && p.ReplacesCertID != ""
	d.ledger = countOrder(beforeThis(&d.facts), d.Account.Spec, o, d.Now)
	d.iss.ReservedAt, d.iss.ReservedExempt, d.iss.ReservedUnused = d.Now, o.exempt, false
}

// IsCounted reports whether the order that the input is about to place is counted, or need not be.
func IsCounted(in Input) bool {
	return in.Account.Spec == nil || in.Account.Spec.Limits.None() || (in.Issuance != nil && !in.Issuance.ReservedAt.IsZero())
}

// countsInLedger reports whether the end of the issuance changes the ledger: no certificate comes of it.
func countsInLedger(f *facts) bool {
	return !f.iss.ReservedAt.IsZero() && !f.finalized() && !f.held() && limited(f) &&
		f.iss.Account == f.Account.Name && f.iss.Directory == f.Account.Spec.Directory
}

// takeBack takes back what was counted of the issuance, and counts the validations that failed.
func (d *draft) takeBack() {
	if d.Ledger == nil || !countsInLedger(&d.facts) {
		return
	}
	d.ledger = giveBack(d.Ledger, d.Account.Spec, reservation(&d.facts), d.iss.ReservedAt, d.Now, true)
	if d.Order != nil {
		d.ledger = failValidations(d.ledger, d.Account.Spec, failedNames(d.Order), d.Now)
	}
	d.forgetReservation()
}

func (d *draft) forgetReservation() {
	d.iss.ReservedAt, d.iss.ReservedExempt, d.iss.ReservedUnused = time.Time{}, false, false
}

// noteUnused notes that no order was made of what was counted: it was not asked for, or the CA refused it. After a lost reply it
// may have been made.
func (d *draft) noteUnused(err error, notTried bool) {
	refused := api.KindOf(err) == api.Terminal || api.KindOf(err) == api.Throttled
	d.iss.ReservedUnused = !d.iss.ReservedAt.IsZero() && (notTried || refused)
}

func failedNames(o *api.Order) (names []string) {
	for _, a := range o.Authorizations {
		if a.Status == "invalid" || a.ChallengeStatus == "invalid" {
			names = append(names, a.Domain)
		}
	}
	return names
}
