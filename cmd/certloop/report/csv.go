package report

import (
	"io"
	"strconv"
	"strings"
	"time"

	"certloop/cmd/certloop/plain"
)

// columns is the header.
var columns = []string{"name", "domains", "ready", "reason", "issuer", "account", "key_type", "serial", "fingerprint_sha256", "not_before",
	"not_after", "renew_at", "issued", "arns", "imported_at", "served_not_after", "endpoints_current", "endpoints_not_current",
	"endpoints_unreachable", "endpoints_unknown", "served_checked_at"}

// CSV writes a header, which is the same in each language, and a row for each certificate (RFC 4180, with line feeds).
func (r Report) CSV(w io.Writer) error {
	rows := [][]string{columns}
	for _, c := range r.Certificates {
		rows = append(rows, c.record())
	}
	var out strings.Builder
	for _, row := range rows {
		for i, text := range row {
			if i > 0 {
				out.WriteByte(',')
			}
			out.WriteString(cell(text))
		}
		out.WriteByte('\n')
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func (c Certificate) record() []string {
	var issued, arns, imported []string
	for _, t := range c.Issued {
		issued = append(issued, t.UTC().Format(time.RFC3339))
	}
	for _, i := range c.Imports {
		arns = append(arns, i.ARN)
		imported = append(imported, rfc3339(i.At))
	}
	return append([]string{c.Name, strings.Join(c.Domains, " "), c.Ready, c.Reason, c.Issuer, c.Account, c.KeyType, c.Serial, c.Fingerprint,
		rfc3339(c.NotBefore), rfc3339(c.NotAfter), rfc3339(c.RenewAt), strings.Join(issued, " "), strings.Join(arns, " "), strings.Join(imported, " ")},
		c.Served.record()...)
}

// record returns empty cells if nothing was probed: zeros would look like a result.
func (s *Served) record() []string {
	if s == nil {
		return make([]string, 6)
	}
	return []string{rfc3339(s.NotAfter), strconv.Itoa(s.Current), strconv.Itoa(s.NotCurrent), strconv.Itoa(s.Unreachable), strconv.Itoa(s.Unknown),
		rfc3339(s.CheckedAt)}
}

// cell returns the text of a cell: on one line, without control characters, and never a formula.
func cell(text string) string {
	line := harmless(text)
	// A semicolon separates cells in many locales.
	if strings.ContainsAny(line, `,;"`) || strings.HasPrefix(line, " ") {
		return `"` + strings.ReplaceAll(line, `"`, `""`) + `"`
	}
	return line
}

// formula are the characters that begin a formula in a spreadsheet, also in their full width, and those that a spreadsheet
// drops before it (OWASP, "CSV Injection").
const formula = "=+-@＝＋－＠\t\r\n"

// harmless keeps a spreadsheet from taking a cell for a formula: with a quote before it, it is text.
func harmless(text string) string {
	line := plain.Line(text)
	first := strings.TrimLeft(text, " \u3000\ufeff\u200b\u2060")
	if first != "" && (strings.ContainsRune(formula, []rune(first)[0]) || plain.IsControl([]rune(first)[0])) {
		return "'" + line
	}
	return line
}
