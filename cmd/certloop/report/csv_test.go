package report

import (
	"encoding/csv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"certloop/cmd/certloop/plain"
)

func TestCell(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "www": "www", "a b": "a b", "a,b": `"a,b"`, `a"b`: `"a""b"`, "a;=b": `"a;=b"`, " a": `" a"`, "証明書": "証明書", "a=b": "a=b",
		"=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@x": "'@x", "\tx": "' x", "\rx": "' x", "\nx": "' x", "＝1": "'＝1", "＠x": "'＠x",
		" =1": "' =1", "\u3000=1": "'\u3000=1", "\ufeff=1": "'\ufeff=1", "\x00=1": "'\ufffd=1", "\x1b[2J": "'\ufffd[2J", "=HYPERLINK(\"x\")": `"'=HYPERLINK(""x"")"`,
		"a\nb": "a b", "\u202ex": "'\ufffdx",
	} {
		if got := cell(text); got != want {
			t.Errorf("cell(%q) is %s, want %s", text, got, want)
		}
	}
}

// TestCSV_IsARowForEachCertificate, whatever the cells have.
func TestCSV_IsARowForEachCertificate(t *testing.T) {
	hostile := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"=cmd|' /C calc'!A0", "a\r\n=b", "\"\n", ",,", ";", "\t-", "\x1b]0;x\x07"}))
	rapid.Check(t, func(t *rapid.T) {
		r := Report{Certificates: []Certificate{
			{Name: hostile.Draw(t, "name"), Domains: []string{hostile.Draw(t, "domain"), hostile.Draw(t, "another")}, Issuer: hostile.Draw(t, "issuer")},
			{Account: hostile.Draw(t, "account"), Reason: hostile.Draw(t, "reason"), Serial: hostile.Draw(t, "serial")},
		}}
		var out strings.Builder
		if err := r.CSV(&out); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(out.String())).ReadAll()
		if err != nil || len(rows) != 3 {
			t.Fatalf("%d rows, %v:\n%s", len(rows), err, out.String())
		}
		for _, row := range rows {
			for _, c := range row {
				if strings.HasPrefix(c, "=") || strings.HasPrefix(c, "+") || strings.HasPrefix(c, "-") || strings.HasPrefix(c, "@") ||
					strings.HasPrefix(strings.TrimLeft(c, " "), "=") || strings.ContainsFunc(c, plain.IsControl) {
					t.Errorf("the cell %q is a formula or has a control character", c)
				}
			}
		}
	})
}
