package spec

import (
	"errors"
	"fmt"

	"certloop/reconciler/api"

	"github.com/hashicorp/go-multierror"
)

// Problem is one problem of a record.
type Problem struct {
	// Attribute is the path of the attribute, such as targets[1].role_arn or tags["Team"]; "record": the whole record.
	Attribute string
	// Text is the problem, a colon, and the remedy.
	Text string
}

// Error returns the attribute and the text, in the form of a message.
func (p *Problem) Error() string { return api.Message(p.Attribute + ": " + p.Text) }

// Problems returns the problems in an error of a decoder, in the order of the attributes; nil for another error.
func Problems(err error) []*Problem {
	var all *multierror.Error
	if !errors.As(err, &all) {
		return nil
	}
	var found []*Problem
	for _, err := range all.Errors {
		var p *Problem
		if errors.As(err, &p) {
			found = append(found, p)
		}
	}
	return found
}

// problems collects the problems of a record, in the order of its attributes.
type problems struct{ found *multierror.Error }

// add adds one problem of the attribute at that path; the text is the problem, a colon, and the remedy.
func (p *problems) add(at, format string, args ...any) {
	p.found = multierror.Append(p.found, &Problem{Attribute: at, Text: api.Message(fmt.Sprintf(format, args...))})
	p.found.ErrorFormat = together
}

// count returns the number of problems so far.
func (p *problems) count() int {
	if p.found == nil {
		return 0
	}
	return p.found.Len()
}

// err returns nil, or a Terminal error of ReasonInvalidSpec whose text has as many problems on one line as fit into a
// message. errors.As finds the multierror.Error with all of them.
func (p *problems) err() error {
	if p.found == nil {
		return nil
	}
	return &api.Error{Kind: api.Terminal, Reason: api.ReasonInvalidSpec, Err: p.found}
}

// together returns all problems as one message: as many as fit, and the number of the others.
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
