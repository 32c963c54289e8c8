package command

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/spf13/cobra"

	"certloop/cmd/certloop/lang"
)

func newSandbox(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "sandbox",
		GroupID: groupMove,
		Short:   a.screen.T("Run certloop in an emulated AWS account on this machine"),
		Long: a.screen.T(`Run certloop in an emulated AWS account with two CAs, until Ctrl-C. It works inside a clone of the repository only, and is make sandbox there.

docs/guides/sandbox.md has what can be switched.`),
		Example: "  certloop sandbox",
		Args:    usage(cobra.NoArgs),
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.sandbox(cmd.Context()) },
	}
}

func (a *app) sandbox(ctx context.Context) error {
	folder, err := os.Getwd()
	if err != nil {
		return err
	}
	root, err := repository(folder)
	if err != nil {
		return err
	}
	run := exec.CommandContext(ctx, "make", "--no-print-directory", "-C", root, "sandbox")
	run.Stdin, run.Stdout, run.Stderr, run.Env = a.config.In, a.config.Out, a.config.Err, a.config.Environ
	// The terminal sends Ctrl-C to the sandbox too, which then ends by itself.
	run.Cancel = func() error { return nil }
	var failed *exec.ExitError
	if err := run.Run(); errors.As(err, &failed) {
		return errFailed
	} else if err != nil {
		return lang.Errorf("make could not be started: %w", err)
	}
	return nil
}

// repository returns the root of the clone that the folder lies in.
func repository(folder string) (string, error) {
	for at := folder; ; at = filepath.Dir(at) {
		if text, err := os.ReadFile(filepath.Join(at, "go.mod")); err == nil && bytes.HasPrefix(text, []byte("module certloop\n")) {
			return at, nil
		}
		if at == filepath.Dir(at) {
			return "", lang.Errorf("%s is not in a clone of certloop's repository: run the command there", folder)
		}
	}
}
