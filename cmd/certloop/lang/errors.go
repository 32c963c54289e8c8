package lang

import (
	"errors"
	"fmt"
)

// Errorf returns an error whose text is in the catalogue. It is as fmt.Errorf, with at most one %w: Error returns the text in
// English, and Language.Error in the operator's language, where the error is shown.
func Errorf(format string, args ...any) error {
	return &message{english: fmt.Errorf(format, args...), format: format, args: args}
}

type message struct {
	english error
	format  string
	args    []any
}

func (m *message) Error() string { return m.english.Error() }
func (m *message) Unwrap() error { return errors.Unwrap(m.english) }

// In returns the text in a language. Arguments that are errors of the catalogue are translated too.
func (m *message) In(l Language) string {
	args := make([]any, len(m.args))
	for i, arg := range m.args {
		args[i] = arg
		if err, ok := arg.(error); ok {
			args[i] = errors.New(l.Error(err))
		}
	}
	return fmt.Errorf(l.text(m.format), args...).Error()
}

// Translated is an error that has its text in several languages.
type Translated interface {
	error
	In(l Language) string
}

// Error returns the text of an error in the language, if the catalogue has it, and otherwise its own text. It looks into
// errors that only mark another one and have its text. Problems of a record are of the catalogue, too (Problem).
func (l Language) Error(err error) string {
	var known Translated
	if errors.As(err, &known) && known.Error() == err.Error() {
		return known.In(l)
	}
	return l.Problem(err.Error())
}
