package command

import (
	"bufio"
	"errors"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"certloop/cmd/certloop/lang"
)

// prompt asks questions on standard error.
type prompt struct {
	*app
	in *bufio.Reader
	// asks is true if somebody can answer.
	asks bool
}

// newPrompt returns a prompt on standard input.
func (a *app) newPrompt() *prompt {
	return &prompt{app: a, in: bufio.NewReader(a.config.In), asks: a.config.Terminal || isTerminal(a.config.In)}
}

// line returns an answer. With a flag, the answer is required, and that flag sets it instead.
func (p *prompt) line(question, flag string) (string, error) {
	if !p.asks {
		if flag == "" {
			return "", nil
		}
		return "", usageError{lang.Errorf("%s is not set, and standard input is not a terminal", flag)}
	}
	_, _ = p.errs.Write([]byte(question + " "))
	answer, err := p.answer()
	if answer = strings.TrimSpace(answer); answer == "" && flag != "" {
		if err == nil || errors.Is(err, io.EOF) {
			err = usageError{lang.Errorf("no answer: set %s", flag)}
		}
		return "", err
	}
	return answer, nil
}

// optional sets a value that no flag has set. The end of the input is an empty answer.
func (p *prompt) optional(value *string, question string) (err error) {
	if *value != "" {
		return nil
	}
	if *value, err = p.line(question, ""); errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// secret returns an answer that is not shown.
func (p *prompt) secret(question string) (string, error) {
	if !p.asks {
		return "", usageError{lang.Errorf("standard input is not a terminal: set --eab-hmac-file")}
	}
	_, _ = p.errs.Write([]byte(question + " "))
	defer p.errs.Line("")
	if file, ok := p.config.In.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		answer, err := p.readPassword(file)
		return string(answer), err
	}
	return p.answer()
}

// answer returns the next line of standard input.
func (p *prompt) answer() (string, error) {
	line, err := p.read(func() ([]byte, error) { return p.in.ReadBytes('\n') })
	if errors.Is(err, io.EOF) && len(line) > 0 {
		err = nil
	}
	return string(line), err
}
