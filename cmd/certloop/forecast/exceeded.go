package forecast

import (
	"cmp"
	"slices"
)

// Excess is a limit that a day exceeds.
type Excess struct {
	// Day is the index of the day, and Date the day.
	Day  int
	Date string
	// Name is the account or the place. Imports is true for a place.
	Name    string
	Imports bool
	// Number is how many orders there are on the day, or imports in the 365 days that end with it.
	Number, Limit int
}

// year is the span of ACM's quota, in days.
const year = 365

// Exceeded returns the days that exceed a limit, by day and name: the orders a day that an account allows, and the imports into
// a place within 365 days. Imports before the projection are not known.
func (p Projection) Exceeded(ordersPerDay map[string]int) (out []Excess) {
	for name, perDay := range p.ordered {
		limit, limited := ordersPerDay[name]
		for day, n := range perDay {
			if limited && n > limit {
				out = append(out, Excess{Day: day, Name: name, Number: n, Limit: limit})
			}
		}
	}
	for name, perDay := range p.imported {
		sum := 0
		for day, n := range perDay {
			if sum += n; day >= year {
				sum -= perDay[day-year]
			}
			if n > 0 && sum > importsPerYear {
				out = append(out, Excess{Day: day, Name: name, Imports: true, Number: sum, Limit: importsPerYear})
			}
		}
	}
	for i := range out {
		out[i].Date = p.Days[out[i].Day].Date
	}
	slices.SortFunc(out, func(x, y Excess) int { return cmp.Or(cmp.Compare(x.Day, y.Day), cmp.Compare(x.Name, y.Name)) })
	return out
}
