package screen

import (
	"slices"
	"strings"

	"charm.land/lipgloss/v2"
	"charm.land/lipgloss/v2/table"
	"github.com/charmbracelet/x/ansi"
)

// Column is a column of a table.
type Column struct {
	Title string
	// Shrinks is true if the cells may be cut where the line is too short for all columns.
	Shrinks bool
}

// gap is the space between columns.
const gap = 2

// least is the width below which no column shrinks.
const least = 8

// Table writes rows under their titles, without borders, so that a column can be selected by awk. Cells may have
// styles. On a terminal a line is never wider than the terminal, if the columns that shrink allow it.
func (s *Screen) Table(columns []Column, rows [][]string) {
	rows = cells(rows)
	widths := s.fit(columns, naturalWidths(columns, rows))
	titles := make([]string, len(columns))
	for i, c := range columns {
		titles[i] = c.Title
	}
	t := table.New().Border(lipgloss.Border{}).
		BorderTop(false).BorderBottom(false).BorderLeft(false).BorderRight(false).
		BorderColumn(false).BorderRow(false).BorderHeader(false).
		Wrap(false).Headers(titles...).
		StyleFunc(func(_, column int) lipgloss.Style {
			return lipgloss.NewStyle().Width(widths[column] + gap).PaddingRight(gap)
		})
	for _, row := range rows {
		for i, cell := range row {
			row[i] = ansi.Truncate(cell, widths[i], "…")
		}
		t.Row(row...)
	}
	for line := range strings.Lines(t.Render()) {
		s.Line(strings.TrimRight(line, " \n"))
	}
}

// cells returns the rows with clean cells of one line.
func cells(rows [][]string) [][]string {
	out := make([][]string, len(rows))
	for i, row := range rows {
		for _, cell := range row {
			out[i] = append(out[i], oneLine(clean(cell)))
		}
	}
	return out
}

func naturalWidths(columns []Column, rows [][]string) []int {
	widths := make([]int, len(columns))
	for i, c := range columns {
		widths[i] = ansi.StringWidth(c.Title)
		for _, row := range rows {
			widths[i] = max(widths[i], ansi.StringWidth(row[i]))
		}
	}
	return widths
}

// fit takes what is too much from the widest of the columns that shrink, until the line fits.
func (s *Screen) fit(columns []Column, widths []int) []int {
	out := slices.Clone(widths)
	if s.Width == 0 {
		return out
	}
	for {
		total, widest := -gap, -1
		for i, w := range out {
			total += w + gap
			if columns[i].Shrinks && w > least && (widest < 0 || w > out[widest]) {
				widest = i
			}
		}
		if total <= s.Width || widest < 0 {
			return out
		}
		out[widest]--
	}
}
