package command

import (
	"bufio"
	"context"
	"os"
	"slices"
	"strings"

	"golang.org/x/term"

	"certloop/cmd/certloop/lang"
)

// confirm asks a question on standard error, and returns an error unless the answer is yes. Where nobody can answer, --yes
// must be set instead.
func (a *app) confirm(ctx context.Context, question string) error {
	if !a.config.Terminal && !isTerminal(a.config.In) {
		return usageError{lang.Errorf("standard input is not a terminal, so nobody can confirm: set --yes")}
	}
	_, _ = a.errs.Write([]byte(question + " " + a.errs.T("[y/N]") + " "))
	answered := make(chan string, 1)
	go func() {
		answer, _ := bufio.NewReader(a.config.In).ReadString('\n')
		answered <- strings.ToLower(strings.TrimSpace(answer))
	}()
	select {
	case answer := <-answered:
		if slices.Contains([]string{"y", "yes", "はい"}, answer) {
			return nil
		}
	case <-ctx.Done(): // Ctrl-C does not end the read
		a.errs.Line("")
	}
	return lang.Errorf("not confirmed: nothing was done")
}

func isTerminal(in any) bool {
	file, ok := in.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}
