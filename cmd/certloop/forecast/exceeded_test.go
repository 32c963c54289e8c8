package forecast

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// certificates returns n of the account a and the place p that are renewed on a day, and not again.
func certificates(n int, at int) (all []Certificate) {
	for i := range n {
		all = append(all, Certificate{Name: fmt.Sprint(at, i), Account: "a", RenewAt: now.Add(time.Duration(at)*day + time.Hour),
			Lifetime: 3650 * day, Places: []string{"p"}})
	}
	return all
}

func TestExceeded(t *testing.T) {
	for sentence, c := range map[string]struct {
		all    []Certificate
		limits map[string]int
		want   []Excess
	}{
		"as many orders as are allowed":         {certificates(3, 2), map[string]int{"a": 3}, nil},
		"one order more":                        {certificates(4, 2), map[string]int{"a": 3}, []Excess{{2, "2026-11-29", "a", false, 4, 3}}},
		"an account that allows none":           {certificates(1, 0), map[string]int{"a": 0}, []Excess{{0, "2026-11-27", "a", false, 1, 0}}},
		"an account without a limit":            {certificates(400, 2), map[string]int{"b": 1}, nil},
		"as many imports as the quota":          {certificates(importsPerYear, 1), nil, nil},
		"the quota, over several days":          {append(certificates(importsPerYear, 1), certificates(2, 300)...), nil, []Excess{{300, "2027-09-23", "p", true, importsPerYear + 2, importsPerYear}}},
		"imports of more than a year ago":       {append(certificates(importsPerYear, 1), certificates(2, 366)...), nil, nil},
		"imports of one day less than that ago": {append(certificates(importsPerYear, 1), certificates(2, 365)...), nil, []Excess{{365, "2027-11-27", "p", true, importsPerYear + 2, importsPerYear}}},
	} {
		if diff := cmp.Diff(c.want, Project(c.all, now, 400, 0).Exceeded(c.limits)); diff != "" {
			t.Errorf("%s: %s", sentence, diff)
		}
	}
}
