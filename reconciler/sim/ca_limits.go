package sim

import (
	"slices"
	"strings"
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

// caLimits are the limits of the CA, as Let's Encrypt enforces them: token buckets that refill gradually. Orders count when
// they are placed, certificates when they are signed, validations when they fail.
type caLimits struct {
	api.CALimits
	// full is when each bucket is full.
	full map[string]time.Time
	// Refused are the orders that were refused, by limit.
	Refused map[string]int
}

func newCALimits(l api.CALimits) *caLimits {
	return &caLimits{CALimits: l, full: map[string]time.Time{}, Refused: map[string]int{}}
}

// free returns when the bucket has a token.
func (l *caLimits) free(name string, limit api.Limit) time.Time {
	full := l.full[name]
	if full.IsZero() || limit.None() {
		return time.Time{}
	}
	return full.Add(limit.Per / time.Duration(limit.Count)).Add(-limit.Per)
}

func (l *caLimits) spend(name string, limit api.Limit, now time.Time) {
	if !limit.None() {
		l.full[name] = later(l.full[name], now).Add(limit.Per / time.Duration(limit.Count))
	}
}

// refuse returns until when the CA refuses the order, and counts one that it accepts.
func (l *caLimits) refuse(r api.OrderRequest, now time.Time) (until time.Time) {
	if l == nil || (r.Replaces != "" && l.ExemptsRenewals) {
		return time.Time{}
	}
	reached := ""
	look := func(kind, name string, limit api.Limit) {
		if at := l.free(kind+name, limit); now.Before(at) && until.Before(at) {
			until, reached = at, kind
		}
	}
	look("orders", "", l.Orders)
	look("set ", setOf(r.Domains), l.CertificatesPerSet)
	for _, d := range registeredDomains(r.Domains) {
		look("domain ", d, l.CertificatesPerDomain)
	}
	for _, d := range r.Domains {
		look("failures ", strings.TrimPrefix(d, "*."), l.FailedValidations)
	}
	if reached != "" {
		l.Refused[reached]++
		return until
	}
	l.spend("orders", l.Orders, now)
	return time.Time{}
}

// signed counts a certificate.
func (l *caLimits) signed(domains []string, exempt bool, now time.Time) {
	if l == nil {
		return
	}
	l.spend("set "+setOf(domains), l.CertificatesPerSet, now)
	if exempt {
		return
	}
	for _, d := range registeredDomains(domains) {
		l.spend("domain "+d, l.CertificatesPerDomain, now)
	}
}

// failed counts a validation that failed.
func (l *caLimits) failed(domain string, now time.Time) {
	if l != nil {
		l.spend("failures "+domain, l.FailedValidations, now)
	}
}

func setOf(domains []string) string { return strings.Join(slices.Sorted(slices.Values(domains)), " ") }

func registeredDomains(domains []string) (all []string) {
	for _, d := range domains {
		if d = plan.RegisteredDomain(strings.TrimPrefix(d, "*.")); !slices.Contains(all, d) {
			all = append(all, d)
		}
	}
	return all
}
