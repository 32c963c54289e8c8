package plan

import (
	"cmp"
	"slices"
	"time"

	"certloop/reconciler/api"
)

// LimitLeft is what is left of a limit of a CA.
type LimitLeft struct {
	// Limit is its attribute in limits of the Account record, Of the domain or name that it counts; empty: the account.
	Limit, Of string
	Value     api.Limit
	// Left is how many may still be used, Full when all may again; zero: all may.
	Left int
	Full time.Time
}

// LimitsLeft returns what is left of the account's limits: of its orders, and of those domains and names that used some of theirs, the
// least left first.
func LimitsLeft(a *api.Account, stored api.Ledger, now time.Time) []LimitLeft {
	in := Input{Now: now, Account: Account{Spec: a}}
	BelieveLedger(&in, stored)
	limits, at := limitsOf(a), millis(now)
	left := func(b *bucket, full int64, l LimitLeft) LimitLeft {
		l.Left = int(b.left(full, at))
		if full > at {
			l.Full = time.UnixMilli(full).UTC()
		}
		return l
	}
	var all []LimitLeft
	if limits.orders != nil {
		all = append(all, left(limits.orders, in.Ledger.Orders, LimitLeft{Limit: "orders", Value: a.Limits.Orders}))
	}
	part := func(b *bucket, part map[string]int64, l LimitLeft) {
		var used []LimitLeft
		for of, full := range part {
			if l.Of = of; full > at {
				used = append(used, left(b, full, l))
			}
		}
		slices.SortFunc(used, func(x, y LimitLeft) int { return cmp.Or(cmp.Compare(x.Left, y.Left), cmp.Compare(x.Of, y.Of)) })
		all = append(all, used...)
	}
	part(limits.domains, in.Ledger.Domains, LimitLeft{Limit: "certificates_per_domain", Value: a.Limits.CertificatesPerDomain})
	part(limits.failures, in.Ledger.Failures, LimitLeft{Limit: "failed_validations", Value: a.Limits.FailedValidations})
	return all
}
