package sandbox

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
)

const costs = "../../docs/guides/cost.md"

// table reads the document's table whose first heading is that one: its headings, and its rows by their first cell.
func table(t *testing.T, document, heading string) (headings []string, rows [][]string) {
	t.Helper()
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.Trim(cells[i], " *")
		}
		switch {
		case !strings.HasPrefix(line, "|"):
			if headings != nil {
				return headings, rows
			}
		case headings != nil && !strings.HasPrefix(line, "|--"):
			rows = append(rows, cells)
		case cells[0] == heading:
			headings = cells
		}
	}
	t.Fatalf("%s has no table of %q", document, heading)
	return nil, nil
}

func number(t *testing.T, cell string) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(strings.ReplaceAll(cell, ",", ""), 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// These are the columns of the table of units.
const (
	issue = iota + 2
	ariCheck
	probeEach
	tickEach
	tick
	probe
	resyncEach
)

// TestCost_TheDocumentsSumsByUnitAreRight holds the table of what AWS bills.
func TestCost_TheDocumentsSumsByUnitAreRight(t *testing.T) {
	_, units := table(t, costs, "unit")
	times := units[len(units)-1]
	headings, rows := table(t, costs, "by unit")
	for column := 1; column < len(headings); column++ {
		for row, unit := range units[:len(units)-1] {
			amount := 0.0
			for c := issue; c <= resyncEach; c++ {
				n := number(t, headings[column])
				if c == tick || c == probe {
					n = 1
				}
				amount += n * number(t, unit[c]) * number(t, times[c])
			}
			if is := fmt.Sprintf("%.2f", amount*number(t, unit[1])/1e6); rows[row][0] != unit[0] || rows[row][column] != is {
				t.Errorf("%s for %s certificates: the document states %s as %s, the sum is %s", unit[0], headings[column], rows[row][column], rows[row][0], is)
			}
		}
	}
}

func TestCost_TheDocumentsSumsAreRight(t *testing.T) {
	_, units := table(t, costs, "unit")
	times := units[len(units)-1]
	// a month's dollars of one certificate, or one deployment, by column
	month := make([]float64, len(times))
	for _, unit := range units[:len(units)-1] {
		for column := 2; column < len(unit); column++ {
			month[column] += number(t, unit[1]) / 1e6 * number(t, unit[column]) * number(t, times[column])
		}
	}
	fixed := 0.0
	_, things := table(t, costs, "what")
	for _, thing := range things {
		fixed += number(t, thing[1]) * number(t, thing[2])
	}
	headings, totals := table(t, costs, "certificates")
	for column := 1; column < len(headings); column++ {
		n := number(t, headings[column])
		want := []float64{n * month[issue], n * month[ariCheck], n*month[probeEach] + month[probe], n*month[tickEach] + month[tick], n * month[resyncEach], fixed}
		sum := 0.0
		for _, dollars := range want {
			sum += dollars
		}
		for row, dollars := range append(want, sum) {
			if is := fmt.Sprintf("%.2f", dollars); totals[row][column] != is {
				t.Errorf("%s for %s certificates: the document states %s, the sum is %s", totals[row][0], headings[column], totals[row][column], is)
			}
		}
	}
}
