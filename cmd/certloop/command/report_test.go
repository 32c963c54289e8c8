package command

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestGolden_Report(t *testing.T) {
	for name, c := range map[string]struct {
		terminal terminal
		code     int
		args     []string
	}{
		"report-html":       {terminal{}, 0, []string{"report", "--title", "Certificates of Example K.K."}},
		"report-ja":         {terminal{environ: japanese}, 0, []string{"report", "--name", "w*"}},
		"report-csv":        {terminal{}, 0, []string{"report", "--format", "csv"}},
		"report-json":       {terminal{}, 0, []string{"report", "--format", "json"}},
		"report-tag":        {terminal{}, 0, []string{"report", "--format", "csv", "--tag", "customer=example"}},
		"report-bad-format": {terminal{}, 3, []string{"report", "--format", "pdf"}},
		"report-bad-name":   {terminal{}, 3, []string{"report", "--name", "["}},
		"report-bad-tag":    {terminal{}, 3, []string{"report", "--tag", "customer"}},
	} {
		t.Run(name, func(t *testing.T) {
			c.terminal.world = sample()
			for _, l := range c.terminal.world.records {
				if l.Key.Name == "shop" && l.Record != nil {
					l.Record["tags"] = map[string]any{"customer": "example"}
				}
			}
			c.terminal.golden(t, name, c.code, c.args...)
		})
	}
}

// TestReport_EscapesWhatTheRecordsHave: a record's writer must not put script into the auditor's browser, or a formula
// into a spreadsheet.
func TestReport_EscapesWhatTheRecordsHave(t *testing.T) {
	w := sample()
	for _, l := range w.records {
		if l.Key.Name == "www" {
			l.Record["domains"] = []any{`<script>alert(1)</script>`, `"onload="x`}
			l.Record["account"] = "=cmd|' /C calc'!A0"
		}
	}
	page, _ := terminal{world: w}.run(t, "report")
	tree, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range tree.Descendants() {
		if n.Type == html.ElementNode && (n.Data == "script" || n.Data == "link" || n.Data == "img") {
			t.Errorf("the page has the element %s", n.Data)
		}
	}
	table, _ := terminal{world: w}.run(t, "report", "--format", "csv")
	rows, err := csv.NewReader(strings.NewReader(table)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if strings.HasPrefix(cell, "=") {
				t.Errorf("the cell %q is a formula", cell)
			}
		}
	}
}

func TestReport_WritesAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "report.html")
	output, code := terminal{world: sample()}.run(t, "report", "--file", file)
	body, err := os.ReadFile(file)
	if err != nil || code != ExitFine || !strings.Contains(string(body), "www.example.com") {
		t.Errorf("exit code %d, %v, %s", code, err, output)
	}
}
