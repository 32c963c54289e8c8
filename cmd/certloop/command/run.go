// Package command is the tree of commands. Each command is in a file of its name; what it shows is in package view.
package command

import (
	"cmp"
	"context"
	"errors"
	"io"
	"time"

	"github.com/spf13/cobra"

	"certloop/cmd/certloop/deployment"
	"certloop/cmd/certloop/lang"
	"certloop/cmd/certloop/screen"
)

// Config is the process around the commands.
type Config struct {
	Args     []string
	In       io.Reader
	Out, Err io.Writer
	Environ  []string
	Version  string

	// Open replaces deployment.Open, Now the clock and Width the terminal's width, for tests.
	Open  func(ctx context.Context, c deployment.Config) (Deployment, error)
	Now   func() time.Time
	Width int
	// Height makes Out count as a terminal with that many lines, for tests.
	Height int
	// Terminal makes In count as a terminal, and Redraws Out as one, for tests.
	Terminal, Redraws bool
}

// These are the exit codes (docs/reference/cli.md).
const (
	ExitFine   = 0
	ExitFailed = 1
	// ExitDiffers: something would be done, differs, or is not ready.
	ExitDiffers = 2
	ExitUsage   = 3
)

// usageError is an error in the arguments.
type usageError struct{ error }

// Unwrap returns the error itself.
func (e usageError) Unwrap() error { return e.error }

// errDiffers ends a command that has shown all there is, with ExitDiffers.
var errDiffers = errors.New("differs")

// errFailed ends a command that has shown what failed, with ExitFailed.
var errFailed = errors.New("failed")

// Run executes the command in the arguments and returns the exit code.
func Run(ctx context.Context, c Config) int {
	a := newApp(c)
	a.interrupted = ctx.Done()
	root := newRoot(a)
	a.localizeHelpFlags(root)
	root.SetArgs(c.Args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		err = a.unknown
	}
	return a.exitCode(err)
}

// exitCode shows an error and returns the exit code for it.
func (a *app) exitCode(err error) int {
	var usage usageError
	switch {
	case err == nil:
		return ExitFine
	case errors.Is(err, errDiffers):
		return ExitDiffers
	case errors.Is(err, errFailed):
		return ExitFailed
	case errors.As(err, &usage):
		a.errs.Line(a.errs.F("Error: %s", a.errs.Error(err)))
		a.errs.Line(a.errs.T("Run the command with --help to see its usage."))
		return ExitUsage
	}
	a.errs.Line(a.errs.F("Error: %s", a.errs.Error(err)))
	return ExitFailed
}

// app is what all commands share.
type app struct {
	config Config
	// where are the flags that select the installation.
	where deployment.Config
	// screen is standard output, errs standard error.
	screen, errs *screen.Screen
	opened       Deployment
	// unknown is the error where help was asked of a command that does not exist.
	unknown error
	// interrupted is closed when the process is to end.
	interrupted <-chan struct{}
}

func newApp(c Config) *app {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Open == nil {
		c.Open = func(ctx context.Context, where deployment.Config) (Deployment, error) {
			return deployment.Open(ctx, where)
		}
	}
	a := &app{config: c}
	in := lang.FromEnvironment(a.getenv)
	to := func(w io.Writer) *screen.Screen {
		return screen.New(screen.Config{Out: w, Language: in, Environ: c.Environ, Now: c.Now, Width: c.Width})
	}
	a.screen, a.errs = to(c.Out), to(c.Err)
	a.screen.Live = a.screen.Live || c.Redraws || c.Height > 0
	a.screen.Height = cmp.Or(c.Height, a.screen.Height)
	return a
}

// getenv returns a variable of the environment, or "".
func (a *app) getenv(name string) string {
	for i := len(a.config.Environ) - 1; i >= 0; i-- {
		if value, ok := cutName(a.config.Environ[i], name); ok {
			return value
		}
	}
	return ""
}

func cutName(variable, name string) (string, bool) {
	if len(variable) <= len(name) || variable[:len(name)] != name || variable[len(name)] != '=' {
		return "", false
	}
	return variable[len(name)+1:], true
}

// usage makes a command's argument check report usage errors.
func usage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return usageError{argumentError(cmd, args, err)}
		}
		return nil
	}
}
