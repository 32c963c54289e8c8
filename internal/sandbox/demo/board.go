package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"certloop/reconciler/api"
)

// row is a certificate as the table shows it.
type row struct{ name, ready, reason, domains, expires, renews, arn string }

func (r row) cells() []string {
	return []string{r.name, r.ready, r.reason, r.domains, r.expires, r.renews, r.arn}
}

var heading = row{"NAME", "READY", "REASON", "DOMAINS", "EXPIRES", "RENEWS AT", "ARN"}

// widths are the widths of all columns except the last.
var widths = []int{12, 7, 18, 26, 10, 10}

func (r row) String() string {
	var b strings.Builder
	for i, cell := range r.cells() {
		if i == len(widths) {
			b.WriteString(cell)
			break
		}
		b.WriteString(fit(cell, widths[i]))
		b.WriteString("  ")
	}
	return strings.TrimRight(b.String(), " ")
}

// fit pads or cuts the text to a width.
func fit(text string, width int) string {
	n := utf8.RuneCountInString(text)
	if n > width {
		return string([]rune(text)[:width-1]) + "…"
	}
	return text + strings.Repeat(" ", width-n)
}

// rows reads the status of every record.
func (d *demo) rows(ctx context.Context) []row {
	var rows []row
	for _, w := range d.records {
		s, err := d.Status(ctx, w.name())
		if err == nil {
			rows = append(rows, rowOf(w, s))
		}
	}
	return rows
}

func rowOf(w wanted, s *api.CertificateStatus) row {
	domains, _ := w.record["domains"].([]string)
	r := row{name: w.name(), domains: strings.Join(domains, " ")}
	if s == nil {
		return r
	}
	r.ready, r.reason, r.arn = "False", string(reason(s)), s.ACMARN
	if api.IsTrue(s.Conditions, api.ConditionReady) {
		r.ready = "True"
	}
	r.expires, r.renews = date(s.NotAfter), date(s.RenewAt)
	return r
}

// reason returns what users want to know first: why the record is refused, else what is in progress, else whether it is
// ready.
func reason(s *api.CertificateStatus) api.Reason {
	if c, ok := api.GetCondition(s.Conditions, api.ConditionAccepted); ok && c.Status == api.ConditionFalse {
		return c.Reason
	}
	if c, ok := api.GetCondition(s.Conditions, api.ConditionIssuing); ok && c.Reason != api.ReasonNotNeeded {
		return c.Reason
	}
	c, _ := api.GetCondition(s.Conditions, api.ConditionReady)
	return c.Reason
}

func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// board shows the rows as they change: in place on a terminal, otherwise one line for each new row.
type board struct {
	out      *os.File
	terminal bool
	shown    []string
	// drawn is how many lines the cursor is below the table's first.
	drawn int
}

func newBoard(out *os.File) *board {
	info, err := out.Stat()
	return &board{out: out, terminal: err == nil && info.Mode()&os.ModeCharDevice != 0}
}

func (b *board) show(rows []row) {
	lines := []string{heading.String()}
	for _, r := range rows {
		lines = append(lines, r.String())
	}
	if b.terminal {
		b.redraw(lines)
		return
	}
	for i, line := range lines {
		if i >= len(b.shown) || b.shown[i] != line {
			_, _ = fmt.Fprintln(b.out, "  ", line)
		}
	}
	b.shown = lines
}

// redraw overwrites the previous table. It turns line wrapping off meanwhile, because a wrapped line counts as two.
func (b *board) redraw(lines []string) {
	var out strings.Builder
	out.WriteString("\033[?7l")
	if b.drawn > 0 {
		_, _ = fmt.Fprintf(&out, "\033[%dA", b.drawn)
	}
	for _, line := range lines {
		out.WriteString("\033[2K" + line + "\n")
	}
	out.WriteString("\033[0J\033[?7h")
	_, _ = fmt.Fprint(b.out, out.String())
	b.drawn = len(lines)
}

// leave keeps the table as it is; the next one is drawn below.
func (b *board) leave() { b.drawn = 0 }
