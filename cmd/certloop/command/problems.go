package command

import (
	"errors"
	"strings"

	"github.com/hashicorp/go-multierror"

	"certloop/cmd/certloop/lang"
)

// problemList are the problems of one record, each on a line of its own.
type problemList []error

func (l problemList) Error() string { return l.In(lang.English) }

// In implements lang.Translated.
func (l problemList) In(in lang.Language) string {
	lines := make([]string, len(l))
	for i, err := range l {
		lines[i] = "  " + in.Error(err)
	}
	return strings.Join(lines, "\n")
}

// allProblems returns what is wrong with a record: one problem as it is, several in a list.
func allProblems(err error) error {
	var all *multierror.Error
	switch {
	case !errors.As(err, &all) || len(all.Errors) == 0:
		return err
	case len(all.Errors) == 1:
		return all.Errors[0]
	}
	return lang.Errorf("the record has %d problems:\n%w", len(all.Errors), problemList(all.Errors))
}
