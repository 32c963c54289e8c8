package screen

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

// cell draws text without spaces, with characters of one and of two cells.
var cell = rapid.StringOfN(rapid.RuneFrom([]rune("aZ9-証明書ー。（")), 1, 20, -1)

func written(t *rapid.T, width int, write func(*Screen)) []string {
	var out bytes.Buffer
	write(New(Config{Out: &out, Width: width}))
	return strings.Split(strings.TrimRight(out.String(), "\n"), "\n")
}

// starts returns the cell at which each word of a line begins.
func starts(line string) (at []int) {
	for offset, words := 0, strings.Fields(line); len(words) > 0; words = words[1:] {
		found := offset + strings.Index(line[offset:], words[0])
		at = append(at, ansi.StringWidth(line[:found]))
		offset = found + len(words[0])
	}
	return at
}

// TestTable_ColumnsBeginAtTheSameCell holds for text of any width, as Japanese has two cells a character.
func TestTable_ColumnsBeginAtTheSameCell(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "columns")
		columns := make([]Column, n)
		for i := range columns {
			columns[i] = Column{Title: cell.Draw(t, "title"), Shrinks: true}
		}
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, n, n), 1, 5).Draw(t, "rows")
		width := rapid.SampledFrom([]int{0, n * (least + gap), 60, 100}).Draw(t, "width")
		whole := slices.Clone(rows)
		for i := range whole {
			whole[i] = slices.Clone(rows[i]) // Table cuts cells in place
		}
		lines := written(t, width, func(s *Screen) { s.Table(columns, rows) })
		for i, row := range whole {
			if got := strings.Fields(lines[i+1]); width == 0 && strings.Join(got, " ") != strings.Join(row, " ") {
				t.Errorf("%q was cut to %q", row, got)
			}
		}
		for _, line := range lines {
			if at := starts(line); len(at) != n || at[n-1] != starts(lines[0])[n-1] {
				t.Errorf("the columns begin at %v in\n%s", at, strings.Join(lines, "\n"))
			}
			if width >= n*(least+gap) && ansi.StringWidth(line) > width {
				t.Errorf("%q has more than %d cells", line, width)
			}
		}
		if len(lines) != len(rows)+1 {
			t.Errorf("%d lines, want %d", len(lines), len(rows)+1)
		}
	})
}

func TestFields_ValuesBeginAtTheSameCell(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		fields := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) [2]string {
			return [2]string{cell.Draw(t, "name"), cell.Draw(t, "value")}
		}), 1, 5).Draw(t, "fields")
		lines := written(t, 0, func(s *Screen) { s.Fields(fields) })
		for _, line := range lines {
			if at := starts(line); len(at) != 2 || at[1] != starts(lines[0])[1] {
				t.Errorf("the values begin at %v in\n%s", at, strings.Join(lines, "\n"))
			}
		}
	})
}
