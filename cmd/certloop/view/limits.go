package view

import (
	"fmt"

	"certloop/cmd/certloop/screen"
	"certloop/reconciler/plan"
)

// mostLimits is how many limits of an account are shown: those with the least left.
const mostLimits = 20

// Limits writes what is left of the limits of an account.
func Limits(s *screen.Screen, left []plan.LimitLeft) {
	if len(left) == 0 {
		return
	}
	section(s, s.T("What the CA still accepts"))
	rows := [][]string{}
	for _, l := range left[:min(len(left), mostLimits)] {
		n := fmt.Sprintf("%d of %s", l.Left, l.Value)
		if l.Left == 0 {
			n = screen.Bad.Render(n)
		}
		full := ""
		if !l.Full.IsZero() {
			full = s.Relative(l.Full)
		}
		rows = append(rows, []string{l.Limit, l.Of, n, full})
	}
	s.Table([]screen.Column{{Title: "LIMIT"}, {Title: "FOR", Shrinks: true}, {Title: "LEFT"}, {Title: "ALL AGAIN"}}, rows)
	if more := len(left) - mostLimits; more > 0 {
		s.Line("  " + s.F("and %d more", more))
	}
}
