package command

import (
	"github.com/spf13/cobra"
)

// newRoot returns the tree of all commands.
func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:           "certloop",
		Short:         a.screen.T("See and change the certificates that certloop keeps in AWS Certificate Manager"),
		Args:          usage(cobra.NoArgs),
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		SilenceErrors: true, SilenceUsage: true,
	}
	root.SetIn(a.config.In)
	root.SetOut(a.config.Out)
	root.SetErr(a.config.Err)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{flagError(err)} })
	flags := root.PersistentFlags()
	flags.StringVar(&a.where.Table, "table", "", a.screen.T("the table of the records (default: CERTLOOP_TABLE, else certloop)"))
	flags.StringVar(&a.where.Function, "function", "", a.screen.T("the function (default: CERTLOOP_FUNCTION, else the table's name)"))
	flags.StringVar(&a.where.Region, "region", "", a.screen.T("the region of table and function (default: as in the AWS CLI)"))
	flags.StringVar(&a.where.Profile, "profile", "", a.screen.T("the profile of your AWS configuration (default: AWS_PROFILE)"))
	root.AddGroup(
		&cobra.Group{ID: groupSee, Title: a.screen.T("See:")},
		&cobra.Group{ID: groupChange, Title: a.screen.T("Change:")},
		&cobra.Group{ID: groupMove, Title: a.screen.T("Move over:")},
	)
	for _, command := range []func(*app) *cobra.Command{
		newGet, newDescribe, newExplain, newPlan, newDoctor, newForecast, newReport,
		newLogs, newEvents,
		newWait, newReconcile, newRenew, newRollback,
		newApply, newDelete, newEdit, newSuspend, newResume,
		newSandbox, newVersion,
	} {
		root.AddCommand(command(a))
	}
	for _, command := range moveOver {
		root.AddCommand(command(a))
	}
	a.localize(root)
	return root
}

// These are the groups in the help.
const (
	groupSee    = "see"
	groupChange = "change"
	groupMove   = "move"
)

// Tree returns the commands in English, for the reference and the manual.
func Tree() *cobra.Command {
	root := newRoot(newApp(Config{}))
	root.InitDefaultCompletionCmd("complete")
	root.DisableAutoGenTag = true
	return root
}
