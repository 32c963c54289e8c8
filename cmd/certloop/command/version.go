package command

import (
	"runtime"

	"github.com/spf13/cobra"
)

func newVersion(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: a.screen.T("Print the version of the command line"),
		Args:  usage(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			a.screen.Line("certloop " + a.config.Version + " " + runtime.GOOS + "/" + runtime.GOARCH)
			return nil
		},
	}
}
