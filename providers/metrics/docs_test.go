package metrics

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// done is a row of the table of what to do; it may be about several metrics.
var done = regexp.MustCompile("(?m)^\\| (`[A-Za-z]+`(?:, `[A-Za-z]+`)*) \\| ")

var documented = regexp.MustCompile("(?m)^\\| `([A-Z][A-Za-z]+)` \\| (None|Count|Seconds) \\| `Table`(?:, `([A-Za-z]+)`)? \\| ")

// TestTheDocsHaveExactlyTheMetrics holds the table of docs/reference/metrics-and-alarms.md: names, units and dimensions.
func TestTheDocsHaveExactlyTheMetrics(t *testing.T) {
	text, err := os.ReadFile("../../docs/reference/metrics-and-alarms.md")
	if err != nil {
		t.Fatal(err)
	}
	inDocs := map[definition]bool{}
	for _, row := range documented.FindAllSubmatch(text, -1) {
		inDocs[definition{string(row[1]), string(row[2]), string(row[3])}] = true
	}
	for _, d := range definitions {
		if !inDocs[d] {
			t.Errorf("%+v is not in the docs", d)
		}
		delete(inDocs, d)
	}
	for d := range inDocs {
		t.Errorf("%+v is in the docs and nowhere else", d)
	}
}

// TestTheDocsSayOfEveryMetricWhatToDo where it is not as it should be.
func TestTheDocsSayOfEveryMetricWhatToDo(t *testing.T) {
	text, err := os.ReadFile("../../docs/reference/metrics-and-alarms.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "\n| metric | what to do |\n")
	said := map[string]bool{}
	for _, row := range done.FindAllStringSubmatch(table, -1) {
		for name := range strings.SplitSeq(row[1], ", ") {
			said[strings.Trim(name, "`")] = true
		}
	}
	for _, d := range definitions {
		if !said[d.name] {
			t.Errorf("nothing is said of %s", d.name)
		}
	}
}
