package api

import (
	"fmt"
	"strings"

	"github.com/hashicorp/go-multierror"
)

// maxProblems is how many problems a message names: it goes into the status, which must stay far below the 400 KB
// of an item however wrong the record is.
const maxProblems = 40

// problems collects what is wrong with a record, in the order of its attributes.
type problems struct{ found *multierror.Error }

// add notes one problem of the attribute at that path; the text says what is wrong, a colon, and what to do.
func (p *problems) add(at, format string, args ...any) {
	p.found = multierror.Append(p.found, fmt.Errorf("%s: %s", at, fmt.Sprintf(format, args...)))
	p.found.ErrorFormat = lines
}

// count is how many there are so far.
func (p *problems) count() int {
	if p.found == nil {
		return 0
	}
	return p.found.Len()
}

// err is nil, or a Terminal error of ReasonInvalidSpec whose text has one line a problem. The multierror.Error with
// all of them is reached by errors.As.
func (p *problems) err() error {
	if p.found == nil {
		return nil
	}
	return &Error{Kind: Terminal, Reason: ReasonInvalidSpec, Err: p.found}
}

func lines(errs []error) string {
	var b strings.Builder
	for i, err := range errs {
		if i == maxProblems {
			fmt.Fprintf(&b, "\nand %d more problems", len(errs)-i)
			break
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(err.Error())
	}
	return b.String()
}

// quote shows a value that people wrote, on one line and cut to a length that leaves the message readable.
func quote(s string) string {
	const most = 80
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most]) + "…"
	}
	return fmt.Sprintf("%q", s)
}
