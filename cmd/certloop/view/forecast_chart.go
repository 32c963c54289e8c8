package view

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"certloop/cmd/certloop/forecast"
	"certloop/cmd/certloop/screen"
)

const (
	// barWidth is the width of the longest bar, and leastBar that of one that is worth its place.
	barWidth, leastBar = 40, 8
	// overMark is behind the number of a day that exceeds a limit, also where there are no colours.
	overMark = "!"
)

// chart writes a row for each seven days: the renewals of each day, their sum, and its bar.
func chart(s *screen.Screen, days []forecast.Day, over []forecast.Excess) {
	cell, largest := 5, 1
	for _, d := range days {
		cell = max(cell, len(strconv.Itoa(d.Renewals))+3)
	}
	weeks := forecast.Weeks(days)
	for _, w := range weeks {
		largest = max(largest, w.Renewals)
	}
	sum := max(len(strconv.Itoa(largest)), ansi.StringWidth(s.T("total"))) + 2
	lead := len(time.DateOnly) + 7*cell + sum - 1
	s.Line(screen.Faint.Render(strings.Repeat(" ", len(time.DateOnly)) + weekdays(s, days, cell) + filledLeft(s.T("total"), sum-1)))
	week := 0
	for chunk := range slices.Chunk(days, 7) {
		line := weeks[week].Date
		for i := range 7 {
			if i >= len(chunk) {
				line += strings.Repeat(" ", cell)
				continue
			}
			line += dayCell(chunk[i].Renewals, cell, isOver(over, week*7+i))
		}
		line += filledLeft(strconv.Itoa(weeks[week].Renewals), sum-1)
		s.Line(line + bar(s, weeks[week].Renewals, largest, lead))
		week++
	}
}

// weekdays returns the heading of the days of each row.
func weekdays(s *screen.Screen, days []forecast.Day, cell int) (line string) {
	names := [...]string{s.T("Sun"), s.T("Mon"), s.T("Tue"), s.T("Wed"), s.T("Thu"), s.T("Fri"), s.T("Sat")}
	for i := range 7 {
		if i >= len(days) {
			return line + strings.Repeat(" ", cell*(7-i))
		}
		date, _ := time.Parse(time.DateOnly, days[i].Date) // it was made of a time
		line += filledLeft(names[date.Weekday()], cell-1) + " "
	}
	return line
}

// dayCell returns the number of one day, with a mark if it exceeds a limit.
func dayCell(n, width int, over bool) string {
	switch {
	case over:
		return filledLeft(screen.Bad.Render(strconv.Itoa(n)+overMark), width)
	case n == 0:
		return filledLeft(screen.Faint.Render("·"), width-1) + " "
	}
	return filledLeft(strconv.Itoa(n), width-1) + " "
}

func isOver(over []forecast.Excess, day int) bool {
	return slices.ContainsFunc(over, func(e forecast.Excess) bool { return e.Day == day })
}

// bar returns the bar of a row; empty if there is no room for bars.
func bar(s *screen.Screen, n, largest, lead int) string {
	width := barWidth
	if s.Width > 0 {
		width = min(barWidth, s.Width-lead-2)
	}
	if width < leastBar || n == 0 {
		return ""
	}
	return "  " + screen.Good.Render(strings.Repeat("█", (n*width+largest-1)/largest))
}

// mostExcesses is how many exceeded limits are listed.
const mostExcesses = 10

// excesses writes which limits are exceeded, and when.
func excesses(s *screen.Screen, over []forecast.Excess) {
	if len(over) == 0 {
		return
	}
	section(s, s.F("Days over a limit (%s)", overMark))
	for _, e := range over[:min(len(over), mostExcesses)] {
		text := s.F("account %[1]s: %[2]d orders, and %[3]d a day are allowed", e.Name, e.Number, e.Limit)
		if e.Imports {
			text = s.F("%[1]s: %[2]d imports in 365 days, and ACM's default quota is %[3]d", e.Name, e.Number, e.Limit)
		}
		s.Wrapped(e.Date+"  "+text, 2)
	}
	if more := len(over) - mostExcesses; more > 0 {
		s.Line("  " + s.F("… and %d more", more))
	}
}

// filledLeft fills text up to a width, on its left.
func filledLeft(text string, width int) string {
	return strings.Repeat(" ", max(0, width-ansi.StringWidth(text))) + text
}
