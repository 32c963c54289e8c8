// Package doctable reads the tables of the documents, so that tests can compare them with the code.
package doctable

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// Row is one line of a table: the code in its first cell, the others by the heading of their column.
type Row struct {
	Name  string
	Cells map[string]string
}

// Read returns the tables of a Markdown file by the heading above them.
func Read(t *testing.T, file string) map[string][]Row {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	found, heading := map[string][]Row{}, ""
	var columns []string
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "#"):
			heading, columns = strings.TrimLeft(line, "# "), nil
		case !strings.HasPrefix(line, "|"):
			columns = nil
		case columns == nil:
			columns = split(line)
		case !strings.HasPrefix(line, "|---"):
			cells := split(line)
			if len(cells) != len(columns) {
				t.Fatalf("%s: a row of %d cells under %q, which has %d columns: %s", file, len(cells), heading, len(columns), line)
			}
			r := Row{Name: strings.Trim(cells[0], "`"), Cells: map[string]string{}}
			for i, column := range columns {
				r.Cells[column] = cells[i]
			}
			found[heading] = append(found[heading], r)
		}
	}
	return found
}

func split(line string) []string {
	cells := strings.Split(strings.Trim(line, "|"), "|")
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return cells
}

// With returns the rows that have a cell in that column.
func With(rows []Row, column string) []Row {
	return slices.DeleteFunc(slices.Clone(rows), func(r Row) bool { return r.Cells[column] == "" })
}

// Names returns the codes in the first cells.
func Names(rows []Row) []string {
	var list []string
	for _, r := range rows {
		list = append(list, r.Name)
	}
	return list
}
