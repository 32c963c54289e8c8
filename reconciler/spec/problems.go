package spec

import (
	"errors"
	"fmt"

	"certloop/reconciler/api"

	"github.com/hashicorp/go-multierror"
)

// problems collects what is wrong with a record, in the order of its attributes.
type problems struct{ found *multierror.Error }

// add notes one problem of the attribute at that path; the text says what is wrong, a colon, and what to do.
func (p *problems) add(at, format string, args ...any) {
	p.found = multierror.Append(p.found, errors.New(api.Message(fmt.Sprintf("%s: %s", at, fmt.Sprintf(format, args...)))))
	p.found.ErrorFormat = together
}

// count is how many there are so far.
func (p *problems) count() int {
	if p.found == nil {
		return 0
	}
	return p.found.Len()
}

// err is nil, or a Terminal error of ReasonInvalidSpec whose text has all problems on one line, as far as a message
// goes. The multierror.Error with all of them is reached by errors.As.
func (p *problems) err() error {
	if p.found == nil {
		return nil
	}
	return &api.Error{Kind: api.Terminal, Reason: api.ReasonInvalidSpec, Err: p.found}
}

// together is all problems as one message: as many as it holds whole, and how many more there are.
func together(errs []error) string {
	text := errs[0].Error()
	for i, err := range errs[1:] {
		longer := text + "; " + err.Error()
		rest := ""
		if left := len(errs) - i - 2; left > 0 {
			rest = more(left)
		}
		if len(longer)+len(rest) > api.MaxMessage {
			return api.Truncate(text, api.MaxMessage-len(more(len(errs)))) + more(len(errs)-i-1)
		}
		text = longer
	}
	return text
}

func more(n int) string {
	if n == 1 {
		return "; and 1 more problem"
	}
	return fmt.Sprintf("; and %d more problems", n)
}
