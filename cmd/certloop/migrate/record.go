package migrate

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/go-multierror"

	"certloop/reconciler/api"
	"certloop/reconciler/spec"
)

// Record is a record as users write it.
type Record map[string]any

// placeholderRegion completes a record for its check only: what is missing there is known to the controller.
const placeholderRegion = "us-east-1"

// problems returns what the controller would refuse in a record, one line each.
func (r Record) problems() []string {
	var err error
	if r["kind"] == string(api.KindAccount) {
		_, err = spec.DecodeAccount(r)
	} else {
		_, err = spec.DecodeCertificate(r, spec.Defaults{Region: placeholderRegion})
	}
	var all *multierror.Error
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &all):
		return []string{err.Error()}
	}
	lines := make([]string, len(all.Errors))
	for i, e := range all.Errors {
		lines[i] = e.Error()
	}
	return lines
}

// domainAt finds the entry of domains that a problem is about.
var domainAt = regexp.MustCompile(`^domains\[(\d+)\]: `)

// check reports what the controller would refuse in a record. at returns the line and path of a problem.
func (b *builder) check(r Record, at func(problem string) (line int, path string)) {
	for _, problem := range r.problems() {
		line, path := at(problem)
		b.note(Problem, line, path, b.F("record %s: %s", r["name"], b.Problem(domainAt.ReplaceAllString(problem, ""))))
	}
}

func place(file string, line int, path string) string {
	at := file
	if line > 0 {
		at = fmt.Sprintf("%s:%d", file, line)
	}
	return strings.TrimSpace(at + " " + path)
}

// bounded returns a value of the input in a length that fits into a message.
func bounded(text string) string {
	const most = 100
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
