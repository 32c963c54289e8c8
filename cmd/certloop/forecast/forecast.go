// Package forecast projects renewals: pure arithmetic over what the statuses hold. It assumes that each renewal succeeds
// at its time and that nothing else changes.
package forecast

import (
	"cmp"
	"slices"
	"time"
)

// Certificate is what the projection needs of one certificate.
type Certificate struct {
	Name    string
	Account string
	// RenewAt is when it is renewed next; zero: that is not known, and it is left out.
	RenewAt time.Time
	// Lifetime is the time from its NotBefore to its NotAfter.
	Lifetime time.Duration
	// Places are the AWS account and region of each target, such as "123456789012 eu-central-1".
	Places []string
}

// Day is one day, in UTC.
type Day struct {
	Date     string `json:"date"`
	Renewals int    `json:"renewals"`
}

// Use is how much of a limit is used.
type Use struct {
	Name string `json:"name"`
	// Total is the number in the whole span, PerYear the same extended to 365 days, and Most the largest number within a day.
	Total   int `json:"total"`
	PerYear int `json:"per_year"`
	Most    int `json:"most_in_a_day"`
	// Limit is the limit of PerYear; zero: there is none, or it is not known.
	Limit int `json:"limit_per_year,omitempty"`
}

// Projection is the renewals of a span of days.
type Projection struct {
	// Lifetime is the lifetime of new certificates in days; zero: as it is today.
	Lifetime int   `json:"lifetime_days,omitempty"`
	Days     []Day `json:"days"`
	Total    int   `json:"total"`
	// Accounts are the orders by ACME account, Places the imports by AWS account and region.
	Accounts []Use `json:"accounts"`
	Places   []Use `json:"places"`
	// Unknown are certificates whose renewal time is not known.
	Unknown []string `json:"unknown,omitempty"`

	// ordered and imported are the numbers of each day by account and place.
	ordered, imported map[string][]int
}

// importsPerYear is ACM's default quota of imports in 365 days (ACM User Guide, "Quotas"). Whether a re-import counts is
// not documented.
const importsPerYear = 5000

// Project returns the renewals from now on. lifetime replaces the lifetime of the certificates that will be issued; zero:
// each is issued as its predecessor was.
func Project(all []Certificate, now time.Time, days int, lifetime time.Duration) Projection {
	p := Projection{Lifetime: int(lifetime / day), Days: calendar(now, days)}
	accounts, places := map[string][]int{}, map[string][]int{}
	for _, c := range all {
		if c.RenewAt.IsZero() || c.Lifetime <= 0 {
			p.Unknown = append(p.Unknown, c.Name)
			continue
		}
		for _, at := range renewals(c, now, days, lifetime) {
			p.Days[at].Renewals++
			p.Total++
			count(accounts, c.Account, at, days)
			for _, place := range c.Places {
				count(places, place, at, days)
			}
		}
	}
	p.ordered, p.imported = accounts, places
	p.Accounts, p.Places = uses(accounts, days, 0), uses(places, days, importsPerYear)
	return p
}

const day = 24 * time.Hour

// calendar returns the days from now on.
func calendar(now time.Time, days int) []Day {
	out := make([]Day, days)
	for i := range out {
		out[i].Date = now.UTC().Add(time.Duration(i) * day).Format(time.DateOnly)
	}
	return out
}

// renewals returns the days, counted from now, on which a certificate is renewed. What is overdue is renewed today. A
// successor is renewed after two thirds of its lifetime, half of one under ten days, as the controller has it.
func renewals(c Certificate, now time.Time, days int, lifetime time.Duration) (at []int) {
	if lifetime == 0 {
		lifetime = c.Lifetime
	}
	interval := lifetime * 2 / 3
	if lifetime < 10*day {
		interval = lifetime / 2
	}
	interval = max(interval, time.Hour)
	next := max(0, c.RenewAt.Sub(now))
	for ; next < time.Duration(days)*day; next += interval {
		at = append(at, int(next/day))
	}
	return at
}

func count(in map[string][]int, name string, at, days int) {
	if in[name] == nil {
		in[name] = make([]int, days)
	}
	in[name][at]++
}

func uses(counts map[string][]int, days, limit int) []Use {
	out := []Use{}
	for name, perDay := range counts {
		u := Use{Name: name, Most: slices.Max(perDay), Limit: limit}
		for _, n := range perDay {
			u.Total += n
		}
		u.PerYear = (u.Total*365 + days - 1) / days
		out = append(out, u)
	}
	slices.SortFunc(out, func(x, y Use) int { return cmp.Or(cmp.Compare(y.Total, x.Total), cmp.Compare(x.Name, y.Name)) })
	return out
}

// Weeks sums the days by seven, for a chart. The last week may have fewer days.
func Weeks(days []Day) (out []Day) {
	for week := range slices.Chunk(days, 7) {
		sum := Day{Date: week[0].Date}
		for _, d := range week {
			sum.Renewals += d.Renewals
		}
		out = append(out, sum)
	}
	return out
}
