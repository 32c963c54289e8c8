package view

import (
	"strconv"
	"strings"

	"certloop/cmd/certloop/forecast"
	"certloop/cmd/certloop/screen"
)

// Forecast writes a projection: a chart of days, then the use of limits. limits are how many orders a day accounts allow.
func Forecast(s *screen.Screen, today forecast.Projection, shorter []forecast.Projection, limits map[string]int) {
	over := today.Exceeded(limits)
	chart(s, today.Days, over)
	excesses(s, over)
	section(s, s.T("Renewals in this time"))
	rows := [][]string{{s.T("as issued today"), strconv.Itoa(today.Total), most(today)}}
	for _, p := range shorter {
		rows = append(rows, []string{s.F("at %d days of life", p.Lifetime), strconv.Itoa(p.Total), most(p)})
	}
	s.Table([]screen.Column{{Title: "CERTIFICATES"}, {Title: "RENEWALS"}, {Title: "MOST IN A DAY"}}, rows)
	if len(today.Accounts) > 0 {
		section(s, s.T("Orders by account"))
		usage(s, "ACCOUNT", today.Accounts, shorter, func(p forecast.Projection) []forecast.Use { return p.Accounts })
	}
	if len(today.Places) > 0 {
		section(s, s.T("Imports by AWS account and region"))
		usage(s, "ACM", today.Places, shorter, func(p forecast.Projection) []forecast.Use { return p.Places })
		s.Wrapped(s.T("ACM's default quota is 5,000 imports in 365 days. AWS does not document whether a re-import under the same ARN counts."), 0)
	}
	if len(today.Unknown) > 0 {
		section(s, s.T("Not included, because no certificate is installed"))
		s.Wrapped(strings.Join(today.Unknown, ", "), 2)
	}
}

func most(p forecast.Projection) string {
	n := 0
	for _, d := range p.Days {
		n = max(n, d.Renewals)
	}
	return strconv.Itoa(n)
}

// usage writes a row for each account or place: the use in a year as issued today, and at the shorter lifetimes.
func usage(s *screen.Screen, title string, today []forecast.Use, shorter []forecast.Projection, of func(forecast.Projection) []forecast.Use) {
	columns := []screen.Column{{Title: title, Shrinks: true}, {Title: "TOTAL"}, {Title: "MOST IN A DAY"}, {Title: "A YEAR"}}
	for _, p := range shorter {
		columns = append(columns, screen.Column{Title: "A YEAR AT " + strconv.Itoa(p.Lifetime) + "D"})
	}
	rows := make([][]string, len(today))
	for i, u := range today {
		rows[i] = []string{u.Name, strconv.Itoa(u.Total), strconv.Itoa(u.Most), perYear(u)}
		for _, p := range shorter {
			rows[i] = append(rows[i], perYear(named(of(p), u.Name)))
		}
	}
	s.Table(columns, rows)
}

func named(uses []forecast.Use, name string) forecast.Use {
	for _, u := range uses {
		if u.Name == name {
			return u
		}
	}
	return forecast.Use{Name: name}
}

// perYear returns the use in a year, in red where it exceeds the limit.
func perYear(u forecast.Use) string {
	text := strconv.Itoa(u.PerYear)
	if u.Limit > 0 && u.PerYear > u.Limit {
		return screen.Bad.Render(text + " > " + strconv.Itoa(u.Limit))
	}
	return text
}
