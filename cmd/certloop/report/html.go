package report

import (
	_ "embed"
	"fmt"
	"html"
	"io"
	"strings"
	"time"

	"certloop/cmd/certloop/plain"
)

//go:embed report.css
var style string

// HTML writes the report as one file without references to others. It is written without html/template, which would
// keep the linker from leaving out what the program does not use of the AWS SDK: the program would be twice as large.
func (r Report) HTML(w io.Writer) error {
	p := &page{}
	p.text("<!DOCTYPE html>\n<html lang=\"" + string(r.Language) + "\">\n<head>\n<meta charset=\"utf-8\">\n" +
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
	p.escaped(r.Title)
	p.text("</title>\n<style>\n" + style + "</style>\n</head>\n<body>\n<h1>")
	p.escaped(r.Title)
	p.text("</h1>\n<dl class=\"summary\">\n")
	p.summary(r.T("Table"), r.Source)
	p.summary(r.T("As of"), minute(r.At))
	p.summary(r.T("Certificates"), fmt.Sprint(len(r.Certificates)))
	p.summary(r.T("Ready"), fmt.Sprint(r.Ready()))
	p.summary(r.T("Expire within 30 days"), fmt.Sprint(r.Soon()))
	if r.isProbed() {
		p.summary(r.T("Another certificate is served"), fmt.Sprint(r.NotServed()))
	}
	p.text("</dl>\n")
	for _, c := range r.Certificates {
		r.certificate(p, c)
	}
	p.text("<footer>")
	p.escaped(r.T("Times are UTC. The issues are those that the history of the record still has."))
	p.text("</footer>\n</body>\n</html>\n")
	_, err := io.WriteString(w, p.out.String())
	return err
}

func (r Report) certificate(p *page, c Certificate) {
	state := c.Ready
	if c.Reason != c.Ready {
		state += " " + c.Reason
	}
	p.text("<article>\n<h2>")
	p.escaped(c.Name)
	p.text(` <small class="` + class(c.Ready) + `">`)
	p.escaped(state)
	p.text("</small></h2>\n<table>\n")
	p.row(r.T("Domains"), strings.Join(c.Domains, ", "))
	p.row(r.T("Account"), c.Account)
	if c.Serial == "" {
		p.row("", r.T("No certificate is installed."))
	} else {
		r.installed(p, c)
	}
	p.text("</table>\n</article>\n")
}

func (r Report) installed(p *page, c Certificate) {
	p.row(r.T("Issuer"), c.Issuer)
	p.row(r.T("Valid"), minute(c.NotBefore)+" – "+minute(c.NotAfter))
	p.row(r.T("Next renewal"), date(c.RenewAt))
	p.row(r.T("Key type"), c.KeyType)
	p.row(r.T("Serial"), c.Serial)
	p.row(r.T("SHA-256 fingerprint"), c.Fingerprint)
	var issued []string
	for _, t := range c.Issued {
		issued = append(issued, date(t))
	}
	p.row(r.T("Issued"), strings.Join(issued, ", "))
	for _, i := range c.Imports {
		p.row(r.T("Imported into ACM"), fmt.Sprintf("%s  %s (%s, %s %s)", minute(i.At), i.ARN, i.State, r.T("Serial"), i.Serial))
	}
	r.served(p, c.Served)
}

// page is the text of a page.
type page struct{ out strings.Builder }

// text writes markup. Nothing that comes from a record may be in it.
func (p *page) text(markup string) { p.out.WriteString(markup) }

// escaped writes text. Control characters are not allowed in HTML, and a page may be written to a terminal.
func (p *page) escaped(text string) { p.out.WriteString(html.EscapeString(plain.Line(text))) }

func (p *page) summary(name, value string) {
	p.text("  <div><dt>")
	p.escaped(name)
	p.text("</dt><dd>")
	p.escaped(value)
	p.text("</dd></div>\n")
}

// row writes a row, unless there is no value.
func (p *page) row(name, value string) {
	if value == "" {
		return
	}
	p.text("  <tr><th>")
	p.escaped(name)
	p.text("</th><td>")
	p.escaped(value)
	p.text("</td></tr>\n")
}

// class returns the class of a condition's status. A status may hold any text.
func class(ready string) string {
	if ready == "True" || ready == "False" {
		return ready
	}
	return "Unknown"
}

func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

func minute(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04")
}
