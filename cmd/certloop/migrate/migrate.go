// Package migrate makes records of what other tools have: acme-to-acm's domains.json, and certbot's renewal/*.conf.
//
// It is pure: bytes in, records and a report out. It never guesses what the input does not have. Whatever it cannot
// carry over, it reports with the place in the input and what to do.
package migrate

import (
	"bytes"
	"slices"

	"certloop/cmd/certloop/lang"
	"certloop/reconciler/api"
)

// File is one file of the other tool.
type File struct {
	Path string
	Body []byte
}

// Format is the format of a file.
type Format string

// These are the formats.
const (
	AcmeToACM Format = "acme-to-acm"
	Certbot   Format = "certbot"
)

// Formats are all formats.
var Formats = []string{string(AcmeToACM), string(Certbot)}

// Options configure an import.
type Options struct {
	Language lang.Language
	// Format is that of all files; empty: each file's own, which is recognized by its first character.
	Format Format
	// ReadCertificate returns the PEM file at the path that a file of certbot has for it; nil: none is read.
	ReadCertificate func(file, path string) ([]byte, error)
}

// Level is how much a note matters.
type Level string

// These are the levels.
const (
	// Problem: the input is wrong or incomplete, and a record is missing or must be completed.
	Problem Level = "problem"
	// Lost: this cannot be carried over.
	Lost Level = "lost"
	// Info: this is carried over, and there is something to do or to know.
	Info Level = "note"
)

// Note is a line of the report.
type Note struct {
	Level Level
	// At is the place in the input: file:line, and the JSON path or the option.
	At, Text string
	line     int
}

// Result is what an import made.
type Result struct {
	// Records are Account records first, in the order of the input.
	Records []Record
	Notes   []Note
	// ARNs are the certificates that the records adopt.
	ARNs []string
}

// Has reports whether there is a note of that level.
func (r Result) Has(level Level) bool {
	return slices.ContainsFunc(r.Notes, func(n Note) bool { return n.Level == level })
}

// maxFile is more than any configuration of these tools has.
const maxFile = 4 << 20

// Import makes records of the files.
func Import(files []File, o Options) Result {
	b := &builder{Language: o.Language, options: o, accounts: accounts{byKey: map[accountKey]string{}}}
	for _, f := range files {
		b.file = f.Path
		before := len(b.notes)
		switch format := formatOf(f.Body, o.Format); {
		case len(f.Body) > maxFile:
			b.note(Problem, 0, "", b.F("the file has %d bytes: at most %d are read", len(f.Body), maxFile))
		case format == AcmeToACM:
			b.acmeToACM(f.Body)
		default:
			b.certbot(f.Body)
		}
		slices.SortStableFunc(b.notes[before:], func(x, y Note) int { return x.line - y.line })
	}
	return Result{Records: append(b.accounts.records, b.certificates...), Notes: b.notes, ARNs: b.arns}
}

func formatOf(body []byte, given Format) Format {
	if given != "" {
		return given
	}
	if bytes.HasPrefix(bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff"))), []byte("{")) {
		return AcmeToACM
	}
	return Certbot
}

// builder collects records and notes over all files.
type builder struct {
	lang.Language
	options Options
	file    string

	accounts     accounts
	certificates []Record
	names        Namer
	notes        []Note
	arns         []string
}

// note adds a line to the report. line is 0 where there is none.
func (b *builder) note(level Level, line int, path, text string) {
	b.notes = append(b.notes, Note{Level: level, At: place(b.file, line, path), Text: text, line: line})
}

// adopt makes a record adopt a certificate, and reports what that needs.
func (b *builder) adopt(r Record, arn string, line int, path string) {
	if parsed, ok := api.ParseARN(arn); !ok || !api.IsCertificateARN(arn, parsed.Region) {
		b.note(Problem, line, path, b.F("%q is not the ARN of a certificate in ACM: set acm_arn of the record by hand", bounded(arn)))
		return
	}
	r["acm_arn"] = arn
	if slices.Contains(b.arns, arn) {
		b.note(Problem, line, path, b.F("another record has %s already: keep acm_arn in one of them", arn))
		return
	}
	b.arns = append(b.arns, arn)
	b.note(Info, line, path, b.F("carried over as acm_arn: add %s to adoptable_certificate_arns of the Terraform module, or certloop is not allowed to re-import it", arn))
}
