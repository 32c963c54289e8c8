package main

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"certloop/cmd/certloop/screen"
	"certloop/reconciler/api"
)

// row is a certificate as the table shows it.
type row struct{ name, ready, reason, domains, expires, renews, acm string }

func (r row) cells() []string {
	return []string{r.name, r.ready, r.reason, r.domains, r.expires, r.renews, r.acm}
}

var heading = row{"NAME", "READY", "REASON", "DOMAINS", "EXPIRES", "RENEWS", "ACM"}

// widths are the widths of the columns, in cells of the terminal. With two cells between columns a line has 100.
var widths = []int{12, 5, 20, 23, 10, 10, 8}

func (r row) String() string {
	var cells []string
	for i, cell := range r.cells() {
		cell = ansi.Truncate(cell, widths[i], "…")
		cells = append(cells, styled(cell)+strings.Repeat(" ", widths[i]-ansi.StringWidth(cell)))
	}
	return strings.TrimRight(strings.Join(cells, "  "), " ")
}

// styled gives the two values of READY their colours.
func styled(cell string) string {
	switch cell {
	case ready:
		return screen.Good.Render(cell)
	case notReady:
		return screen.Bad.Render(cell)
	}
	return cell
}

// These are the values of READY.
const (
	ready    = "True"
	notReady = "False"
)

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
	r.ready, r.reason, r.acm = notReady, string(reason(s)), shortID(s.ACMARN)
	if api.IsTrue(s.Conditions, api.ConditionReady) {
		r.ready = ready
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

// shortID returns the beginning of the identifier in an ARN, which is enough to see that it stays or changes.
func shortID(arn string) string {
	id := arn[strings.LastIndex(arn, "/")+1:]
	return id[:min(len(id), widths[len(widths)-1])]
}

// board shows the rows as they change: in place on a terminal, otherwise one line for each new row.
type board struct {
	live *screen.Live
	// terminal is true if the table is drawn again in place.
	terminal bool
}

// mostCells is the width of the table on a wider terminal.
const mostCells = 100

func newBoard(out io.Writer, environ []string) *board {
	s := screen.New(screen.Config{Out: out, Environ: environ})
	if s.Width == 0 || s.Width > mostCells {
		s.Width = mostCells
	}
	return &board{screen.NewLive(s), s.Live}
}

func (b *board) show(rows []row) {
	lines := []string{heading.String()}
	for _, r := range rows {
		lines = append(lines, r.String())
	}
	b.live.Show(lines)
}

// leave keeps the table as it is; the next one is drawn below. Elsewhere than on a terminal only changes follow.
func (b *board) leave() {
	if b.terminal {
		b.live.End()
	}
}
