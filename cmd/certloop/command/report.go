package command

import (
	"bytes"
	"context"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"certloop/cmd/certloop/lang"
	"certloop/cmd/certloop/report"
	"certloop/cmd/certloop/view"
	"certloop/reconciler/api"
)

// reportOptions are the flags of report.
type reportOptions struct {
	format, title, file, name string
	tags                      []string
}

var reportFormats = []string{"html", "csv", "json"}

func newReport(a *app) *cobra.Command {
	var o reportOptions
	cmd := &cobra.Command{
		Use:     "report",
		GroupID: groupSee,
		Short:   a.screen.T("Write a report of certificates for a customer or an auditor"),
		Long: a.screen.T(`Write a report of certificates: names, CA, validity, issues, next renewal, where and when each was imported, and what its endpoints serve. HTML is one file that prints well. CSV has one row for each certificate, JSON one object.

The report has the language of your locale.`),
		Example: "  certloop report --file report.html\n  certloop report --format csv --name 'shop-*'\n  certloop report --tag customer=example --title Example",
		Args:    usage(cobra.NoArgs),
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.report(cmd.Context(), o) },
	}
	flags := cmd.Flags()
	flags.StringVar(&o.format, "format", "html", a.screen.F("the form: %s", list(reportFormats)))
	flags.StringVar(&o.title, "title", "", a.screen.T("the title"))
	flags.StringVar(&o.file, "file", "", a.screen.T("the file to write or to replace (default: standard output)"))
	flags.StringVar(&o.name, "name", "", a.screen.T("only records with a name of this pattern, in which * stands for any text"))
	flags.StringArrayVar(&o.tags, "tag", nil, a.screen.T("only records with this tag, as key=value; repeat it for several"))
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(reportFormats, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (a *app) report(ctx context.Context, o reportOptions) error {
	if !slices.Contains(reportFormats, o.format) {
		return usageError{lang.Errorf("--format is %q: use %s", o.format, list(reportFormats))}
	}
	if _, err := path.Match(o.name, ""); err != nil {
		return usageError{lang.Errorf("--name is %q, which is not a pattern: use letters, digits, . - and *", o.name)}
	}
	for _, tag := range o.tags {
		if !strings.Contains(tag, "=") {
			return usageError{lang.Errorf("--tag is %q: use key=value", tag)}
		}
	}
	var file outputFile
	if o.file != "" {
		var err error
		if file, err = openOutput(o.file); err != nil {
			return err
		}
	}
	found, served, err := a.recordsServed(ctx)
	if err != nil {
		return err
	}
	body, err := a.reportOf(found, served, o)
	if err != nil {
		return err
	}
	if o.file == "" {
		_, err = a.config.Out.Write(body)
		return err
	}
	if err := file.replace(body); err != nil {
		return err
	}
	a.errs.Line(a.errs.F("Written: %s", o.file))
	return nil
}

func (a *app) reportOf(found []api.Listed, served map[string]*api.ServedStatus, o reportOptions) ([]byte, error) {
	r := report.Report{Language: a.screen.Language, Title: o.title, Source: a.tableName(), At: a.config.Now()}
	if r.Title == "" {
		r.Title = a.screen.T("Certificates")
	}
	for _, l := range found {
		if l.Record != nil && o.selects(l) {
			r.Certificates = append(r.Certificates, reported(view.CertificateOf(l), served[l.Key.Name]))
		}
	}
	var out bytes.Buffer
	err := map[string]func(io.Writer) error{"html": r.HTML, "csv": r.CSV, "json": r.JSON}[o.format](&out)
	return out.Bytes(), err
}

// tableName returns the table in use.
func (a *app) tableName() string {
	for _, name := range []string{a.where.Table, a.getenv("CERTLOOP_TABLE")} {
		if name != "" {
			return name
		}
	}
	return "certloop"
}

// selects reports whether the flags select a record.
func (o reportOptions) selects(l api.Listed) bool {
	if o.name != "" {
		if ok, err := path.Match(o.name, l.Key.Name); err != nil || !ok {
			return false
		}
	}
	tags, _ := l.Record["tags"].(map[string]any)
	for _, tag := range o.tags {
		key, value, _ := strings.Cut(tag, "=")
		if tags[key] != value {
			return false
		}
	}
	return true
}

// reported returns the row of a certificate. served counts only while the endpoints are probed, which the condition Served shows.
func reported(c view.Certificate, served *api.ServedStatus) report.Certificate {
	row := report.Certificate{Name: c.Name, Domains: c.Domains(), Ready: string(c.Ready()), Reason: c.Reason(), Account: c.Account(),
		NotBefore: c.Issued(), NotAfter: c.Expires(), RenewAt: c.Renews()}
	if c.Status == nil {
		return row
	}
	row.Issuer, row.KeyType, row.Serial, row.Fingerprint = c.Status.Issuer, string(c.Status.KeyType), c.Status.Serial, c.Status.FingerprintSHA256
	if _, probed := api.GetCondition(c.Status.Conditions, api.ConditionServed); probed {
		row.Served = reportedServed(served)
	}
	for _, e := range c.History() {
		if e.Reason == api.ReasonIssued {
			row.Issued = append(row.Issued, e.Time)
		}
	}
	for _, t := range c.Status.Targets {
		if t.ARN != "" {
			row.Imports = append(row.Imports, report.Import{ARN: t.ARN, State: string(t.State), Serial: t.Serial, At: t.ImportedAt})
		}
	}
	return row
}
