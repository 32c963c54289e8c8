package plan

import (
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"certloop/reconciler/api"
)

// ledgerLimits are the buckets of an account. A part without a limit is nil.
type ledgerLimits struct{ orders, domains, sets, failures *bucket }

func limitsOf(a *api.Account) ledgerLimits {
	of := func(l api.Limit) *bucket {
		if l.None() {
			return nil
		}
		b := bucketOf(l, a.Limits.Gradual)
		return &b
	}
	return ledgerLimits{of(a.Limits.Orders), of(a.Limits.CertificatesPerDomain), of(a.Limits.CertificatesPerSet), of(a.Limits.FailedValidations)}
}

// BelieveLedger puts into the input what is believed of the stored ledger of its account. What another CA counted is dropped, and
// so is what is refilled or lies further ahead than a limit can last. Of a ledger that cannot be read, the orders count as used
// up: they go on one by one.
func BelieveLedger(in *Input, stored api.Ledger) {
	a := in.Account.Spec
	limits, at := limitsOf(a), millis(in.Now)
	l := &api.Ledger{Version: stored.Version, Directory: a.Directory}
	in.Ledger, in.LedgerDistrusted = l, stored.Version == api.DamagedLedger
	if in.LedgerDistrusted && limits.orders != nil {
		l.Orders = at + limits.orders.burst*limits.orders.every
	}
	if stored.Directory != a.Directory {
		return
	}
	believe := func(b *bucket, full int64) int64 {
		if b == nil {
			return 0
		}
		believed := b.believe(full, at)
		in.LedgerDistrusted = in.LedgerDistrusted || (believed != 0 && believed != full)
		return believed
	}
	part := func(stored map[string]int64, b *bucket) map[string]int64 {
		var kept map[string]int64
		for name, full := range stored {
			if full = believe(b, full); full == 0 {
				continue
			}
			if kept == nil {
				kept = map[string]int64{}
			}
			kept[name] = full
		}
		return kept
	}
	l.Orders = believe(limits.orders, stored.Orders)
	l.Domains, l.Sets, l.Failures = part(stored.Domains, limits.domains), part(stored.Sets, limits.sets), part(stored.Failures, limits.failures)
}

// orderCount is an order as the ledger counts it.
type orderCount struct {
	// domains are the registered domains of its names, names the names without wildcards, set the digest of all of them.
	domains, names []string
	set            string
	// exempt: the CA exempts it from its limits, and counts its set of names only.
	exempt bool
	// share is that of bucket.kept.
	share int64
}

func orderOf(domains []string) orderCount {
	var o orderCount
	sorted := slices.Sorted(slices.Values(domains))
	for _, name := range sorted {
		bare := strings.TrimPrefix(name, "*.")
		o.names = append(o.names, bare)
		o.domains = append(o.domains, RegisteredDomain(bare))
	}
	slices.Sort(o.names)
	slices.Sort(o.domains)
	o.names, o.domains = slices.Compact(o.names), slices.Compact(o.domains)
	sum := sha256.Sum256([]byte(strings.Join(sorted, "\n")))
	o.set = base64.RawURLEncoding.EncodeToString(sum[:9])
	return o
}

// RegisteredDomain returns the domain of a name that is registered under a public suffix, and a public suffix itself as it is
// (https://publicsuffix.org).
func RegisteredDomain(name string) string {
	if domain, err := publicsuffix.EffectiveTLDPlusOne(name); err == nil {
		return domain
	}
	return name
}

// A budget is the limit that leaves no order, and until when.
type budget struct {
	until time.Time
	// limit is its attribute in limits, of what it counts: a domain, a name, or empty; value is the limit itself.
	limit, of string
	value     api.Limit
	// window is how long all tokens take to be refilled.
	window time.Duration
}

// spent returns the limit that leaves the order waiting for the longest time; a zero until: none does.
func spent(l *api.Ledger, a *api.Account, o orderCount, now time.Time) (longest budget) {
	if o.exempt {
		return budget{}
	}
	limits, at := limitsOf(a), millis(now)
	look := func(b *bucket, full, share int64, found budget) {
		if b == nil {
			return
		}
		until := b.availableAt(full, b.kept(share))
		if until <= at || !time.UnixMilli(until).After(longest.until) {
			return
		}
		found.until = time.UnixMilli(until).UTC()
		found.window = time.Duration(b.burst*b.every) * time.Millisecond
		longest = found
	}
	look(limits.orders, l.Orders, o.share, budget{limit: "orders", value: a.Limits.Orders})
	for _, domain := range o.domains {
		look(limits.domains, l.Domains[domain], o.share, budget{limit: "certificates_per_domain", of: domain, value: a.Limits.CertificatesPerDomain})
	}
	look(limits.sets, l.Sets[o.set], o.share, budget{limit: "certificates_per_set", value: a.Limits.CertificatesPerSet})
	for _, name := range o.names {
		look(limits.failures, l.Failures[name], 0, budget{limit: "failed_validations", of: name, value: a.Limits.FailedValidations})
	}
	return longest
}

// countOrder counts the order.
func countOrder(l *api.Ledger, a *api.Account, o orderCount, now time.Time) *api.Ledger {
	limits, at := limitsOf(a), millis(now)
	next := cloneLedger(l)
	if limits.sets != nil {
		next.Sets[o.set] = limits.sets.take(next.Sets[o.set], at)
	}
	if o.exempt {
		return next
	}
	if limits.orders != nil {
		next.Orders = limits.orders.take(next.Orders, at)
	}
	for _, domain := range o.domains {
		if limits.domains != nil {
			next.Domains[domain] = limits.domains.take(next.Domains[domain], at)
		}
	}
	return next
}

// giveBack takes back what was counted of an order of which no certificate comes. made: the CA may have made the order, and
// counts it then.
func giveBack(l *api.Ledger, a *api.Account, o orderCount, taken, now time.Time, made bool) *api.Ledger {
	limits, at, since := limitsOf(a), millis(now), millis(taken)
	next := cloneLedger(l)
	if limits.sets != nil {
		setOrDrop(next.Sets, o.set, limits.sets.giveBack(next.Sets[o.set], since, at))
	}
	if o.exempt {
		return next
	}
	if limits.orders != nil && !made {
		next.Orders = limits.orders.giveBack(next.Orders, since, at)
	}
	for _, domain := range o.domains {
		if limits.domains != nil {
			setOrDrop(next.Domains, domain, limits.domains.giveBack(next.Domains[domain], since, at))
		}
	}
	return next
}

// failValidations counts the names whose validation failed.
func failValidations(l *api.Ledger, a *api.Account, names []string, now time.Time) *api.Ledger {
	limits, at := limitsOf(a), millis(now)
	next := cloneLedger(l)
	for _, name := range names {
		if limits.failures != nil {
			next.Failures[name] = limits.failures.take(next.Failures[name], at)
		}
	}
	return next
}

func setOrDrop(part map[string]int64, name string, full int64) {
	if full == 0 {
		delete(part, name)
		return
	}
	part[name] = full
}

// cloneLedger returns a copy whose parts can be written.
func cloneLedger(l *api.Ledger) *api.Ledger {
	next := *l
	for _, part := range []*map[string]int64{&next.Domains, &next.Sets, &next.Failures} {
		if *part = maps.Clone(*part); *part == nil {
			*part = map[string]int64{}
		}
	}
	return &next
}
