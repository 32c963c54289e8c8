package api

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Limit is how many of something a CA accepts within a window. The zero Limit accepts any number.
type Limit struct {
	Count int
	Per   time.Duration
}

// The largest count and window of a Limit.
const (
	MaxLimitCount = 100_000
	MaxLimitPer   = 31 * 24 * time.Hour
)

// None reports whether the limit accepts any number.
func (l Limit) None() bool { return l.Count == 0 }

// String returns the limit as records have it, such as 300/3h; none if there is no limit.
func (l Limit) String() string {
	if l.None() {
		return "none"
	}
	hours := int(l.Per / time.Hour)
	if hours%24 == 0 {
		return fmt.Sprintf("%d/%dd", l.Count, hours/24)
	}
	return fmt.Sprintf("%d/%dh", l.Count, hours)
}

// CALimits are the limits of a CA for one account.
type CALimits struct {
	// Orders are new orders. CertificatesPerDomain are certificates for one registered domain, CertificatesPerSet those
	// for exactly the same names. FailedValidations are validations of one name that failed.
	Orders, CertificatesPerDomain, CertificatesPerSet, FailedValidations Limit
	// Gradual: a limit is refilled gradually, one at a time, and may be used up at once. Otherwise no window of time may
	// have more, wherever it begins.
	Gradual bool
	// ExemptsRenewals: an order that names the certificate that it replaces (RFC 9773 section 5) is under no limit.
	ExemptsRenewals bool
}

// None reports whether nothing is limited.
func (l CALimits) None() bool {
	return l.Orders.None() && l.CertificatesPerDomain.None() && l.CertificatesPerSet.None() && l.FailedValidations.None()
}

// OrdersInADay returns how many orders the limits accept within a day; false: any number.
func (l CALimits) OrdersInADay() (int, bool) {
	if l.Orders.None() {
		return 0, false
	}
	const day = 24 * time.Hour
	if l.Orders.Per >= day {
		return l.Orders.Count, true
	}
	return int(int64(l.Orders.Count) * int64(day/time.Second) / int64(l.Orders.Per/time.Second)), true
}

// publishedLimits are the limits that CAs publish, by alias: https://letsencrypt.org/docs/rate-limits/ and
// https://letsencrypt.org/docs/staging-environment/. A CA that is not here publishes none that count orders or certificates.
var publishedLimits = map[string]CALimits{
	"letsencrypt": {
		Orders: perHours(300, 3), CertificatesPerDomain: perDays(50, 7), CertificatesPerSet: perDays(5, 7), FailedValidations: perHours(5, 1),
		Gradual: true, ExemptsRenewals: true,
	},
	"letsencrypt-staging": {
		Orders: perHours(1500, 3), CertificatesPerDomain: perDays(30_000, 7), CertificatesPerSet: perDays(30_000, 7), FailedValidations: perHours(60, 1),
		Gradual: true, ExemptsRenewals: true,
	},
}

func perHours(n, hours int) Limit { return Limit{n, time.Duration(hours) * time.Hour} }

func perDays(n, days int) Limit { return perHours(n, 24*days) }

// PublishedLimits returns the limits that the CA of a directory publishes, by the directory's URL.
func PublishedLimits(directory string) CALimits {
	for alias, limits := range publishedLimits {
		if DirectoryAliases[alias] == directory {
			return limits
		}
	}
	return CALimits{}
}

// ParseLimit reads what String returns: a count and a window of whole hours or days. ok is false if s has another form or
// exceeds MaxLimitCount or MaxLimitPer.
func ParseLimit(s string) (l Limit, ok bool) {
	if s == "none" {
		return Limit{}, true
	}
	count, window, _ := strings.Cut(s, "/")
	hours, isHours := strings.CutSuffix(window, "h")
	days, isDays := strings.CutSuffix(window, "d")
	switch {
	case isHours && isNumber(count) && isNumber(hours):
		l = perHours(number(count), number(hours))
	case isDays && isNumber(count) && isNumber(days):
		l = perDays(number(count), number(days))
	}
	return l, !l.None() && l.Count <= MaxLimitCount && l.Per <= MaxLimitPer
}

// isNumber reports whether s is a positive number of at most six digits, without a sign or a leading zero.
func isNumber(s string) bool {
	return s != "" && len(s) <= 6 && s[0] != '0' && strings.Trim(s, "0123456789") == ""
}

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
