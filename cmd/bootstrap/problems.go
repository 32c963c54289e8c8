package main

import (
	"fmt"
	"strings"

	"github.com/hashicorp/go-multierror"
)

// joined returns one error of all problems, on one line, separated by semicolons; nil if there are none. what is the
// thing that has them.
func joined(what string, problems *multierror.Error) error {
	if problems == nil {
		return nil
	}
	problems.ErrorFormat = func(errs []error) string {
		lines := make([]string, len(errs))
		for i, err := range errs {
			lines[i] = err.Error()
		}
		return fmt.Sprintf("%s: %s", what, strings.Join(lines, "; "))
	}
	return problems.ErrorOrNil()
}

// shown returns a value from outside in the form for a message: quoted and shortened, so that a wrong event does not
// fill the log.
func shown(value string) string {
	const most = 100
	if len(value) > most {
		value = strings.ToValidUTF8(value[:most], "") + "…"
	}
	return fmt.Sprintf("%q", value)
}
