package main

import (
	"fmt"
	"strings"

	"github.com/hashicorp/go-multierror"
)

// joined makes one error of all problems found, on one line, each apart from the next by a semicolon; nil where
// there are none. what names the thing that has them.
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

// shown is a foreign value as it may stand in a message: quoted, and cut short, because a message is for people and
// whatever was sent by mistake should not fill the log.
func shown(value string) string {
	const most = 100
	if len(value) > most {
		value = strings.ToValidUTF8(value[:most], "") + "…"
	}
	return fmt.Sprintf("%q", value)
}
