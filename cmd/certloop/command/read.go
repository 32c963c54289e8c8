package command

import (
	"os"

	"golang.org/x/term"

	"certloop/cmd/certloop/lang"
)

// reading is the result of a read.
type reading struct {
	body []byte
	err  error
}

// read returns what a read returns that may block, as of a terminal or a pipe, or an error as soon as the process is to
// end. The read itself cannot be ended.
func (a *app) read(how func() ([]byte, error)) ([]byte, error) {
	done := make(chan reading, 1)
	go func() {
		body, err := how()
		done <- reading{body, err}
	}()
	select {
	case r := <-done:
		return r.body, r.err
	case <-a.interrupted:
		return nil, lang.Errorf("interrupted")
	}
}

// readPassword reads a line without showing it. The terminal shows input again afterwards, also if the read is
// interrupted.
func (a *app) readPassword(file *os.File) ([]byte, error) {
	before, err := term.GetState(int(file.Fd()))
	if err != nil {
		return nil, err
	}
	defer func() { _ = term.Restore(int(file.Fd()), before) }()
	return a.read(func() ([]byte, error) { return term.ReadPassword(int(file.Fd())) })
}
