package command

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"certloop/cmd/certloop/lang"
	"certloop/cmd/certloop/migrate"
	"certloop/cmd/certloop/screen"
)

func newImportConfig(a *app) *cobra.Command {
	var from string
	var offline bool
	cmd := &cobra.Command{
		Use:     "import-config FILE...",
		GroupID: groupMove,
		Short:   a.screen.T("Make records of the configuration of acme-to-acm or certbot"),
		Long: a.screen.T(`Make records of acme-to-acm's domains.json, or of certbot's renewal/*.conf.

The records are written to standard output as YAML for certloop apply. What cannot be carried over is reported on standard error, line by line. The exit code is 1 if there is a problem that you must correct in the records.

If the table can be read (dynamodb:Scan), the report has the records that exist already and whether they differ. Without access to it, the report notes that nothing was compared. With --offline nothing is sent to AWS.

certbot does not store the names of a certificate in its configuration: they are read from the certificate at the path that the configuration has, or from ../live/NAME/cert.pem beside it.`),
		Example: `  certloop import-config domains.json > records.yaml
  certloop import-config /etc/letsencrypt/renewal/*.conf > records.yaml
  certloop plan -f records.yaml
  certloop apply -f records.yaml`,
		Args: usage(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if from != "" && !slices.Contains(migrate.Formats, from) {
				return usageError{lang.Errorf("--from is %q: use %s", from, list(migrate.Formats))}
			}
			return a.importConfig(cmd.Context(), args, migrate.Format(from), offline)
		},
	}
	cmd.Flags().StringVar(&from, "from", "", a.screen.F("the format of the files: %s (default: each file's own)", list(migrate.Formats)))
	cmd.Flags().BoolVar(&offline, "offline", false, a.screen.T("do not compare the records with those of the table"))
	_ = cmd.RegisterFlagCompletionFunc("from", cobra.FixedCompletions(migrate.Formats, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (a *app) importConfig(ctx context.Context, paths []string, from migrate.Format, offline bool) error {
	var files []migrate.File
	for _, path := range paths {
		body, err := a.readFile(path)
		if err != nil {
			return err
		}
		files = append(files, migrate.File{Path: path, Body: body})
	}
	result := migrate.Import(files, migrate.Options{Language: a.screen.Language, Format: from, ReadCertificate: readCertificate})
	if err := a.writeRecords(result.Records); err != nil {
		return err
	}
	if offline {
		result.Notes = append(result.Notes, migrate.Note{Level: migrate.Info, At: a.errs.T("table"),
			Text: a.errs.T("the records were not compared with those of the table, so names may be in use already")})
	} else {
		result.Notes = append(result.Notes, a.compare(ctx, result.Records)...)
	}
	a.reportImport(result)
	if result.Has(migrate.Problem) {
		return errFailed
	}
	return nil
}

// reportImport writes the report to standard error.
func (a *app) reportImport(r migrate.Result) {
	count := map[migrate.Level]int{}
	for _, n := range r.Notes {
		count[n.Level]++
		a.errs.Line(a.levelName(n.Level) + " " + n.At + ": " + n.Text)
	}
	if len(r.ARNs) > 0 {
		a.errs.Line("")
		a.showAdoptable(r.ARNs)
	}
	a.errs.Line("")
	a.errs.Line(a.errs.F("Records: %d. Problems: %d. Not carried over: %d. Notes: %d.", len(r.Records),
		count[migrate.Problem], count[migrate.Lost], count[migrate.Info]))
	if len(r.Records) > 0 {
		a.errs.Line(a.errs.T("Next: store the records in a file, complete them, and run certloop plan -f FILE before certloop apply -f FILE."))
	}
}

// showAdoptable writes the input of the Terraform module that allows certloop to adopt certificates.
func (a *app) showAdoptable(arns []string) {
	a.errs.Line(a.errs.T("For the Terraform module:"))
	a.errs.Line("  adoptable_certificate_arns = [")
	for _, arn := range arns {
		a.errs.Line(`    "` + arn + `",`)
	}
	a.errs.Line("  ]")
}

// levelName returns the level of a note as the report shows it.
func (a *app) levelName(l migrate.Level) string {
	switch l {
	case migrate.Problem:
		return screen.Bad.Render(a.errs.T("problem"))
	case migrate.Lost:
		return screen.Warn.Render(a.errs.T("not carried over"))
	case migrate.Info:
	}
	return a.errs.T("note")
}

// maxInput bounds the files that a command reads.
const maxInput = 8 << 20

// readFile returns the content of a file, or of standard input for "-".
func (a *app) readFile(path string) ([]byte, error) {
	in := a.config.In
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, lang.Errorf("%w: give the path of a file that you may read", err)
		}
		defer func() { _ = file.Close() }()
		in = file
	}
	body, err := a.read(func() ([]byte, error) { return io.ReadAll(io.LimitReader(in, maxInput+1)) })
	if err == nil && len(body) > maxInput {
		err = lang.Errorf("it has more than %d bytes", maxInput)
	}
	if err != nil {
		return nil, lang.Errorf("read %s: %w", path, err)
	}
	return body, nil
}

// readCertificate returns certbot's certificate: at its path, or in the folder live beside the configuration.
func readCertificate(file, path string) ([]byte, error) {
	body, err := readRegular(path)
	if err == nil {
		return body, nil
	}
	name := strings.TrimSuffix(filepath.Base(file), ".conf")
	if body, beside := readRegular(filepath.Join(filepath.Dir(file), "..", "live", name, "cert.pem")); beside == nil {
		return body, nil
	}
	return nil, err
}

// readRegular returns the first bytes of a file that is no device or pipe: the path is from a configuration.
func readRegular(path string) ([]byte, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, lang.Errorf("%s is not a regular file", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	return io.ReadAll(io.LimitReader(file, maxInput))
}
