package command

import (
	"errors"
	"io"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"certloop/cmd/certloop/lang"
)

// localize gives the parts of the help that cobra writes in the operator's language.
func (a *app) localize(root *cobra.Command) {
	s := a.screen
	root.SetUsageFunc(func(c *cobra.Command) error {
		_, err := io.WriteString(c.OutOrStderr(), a.usageOf(c))
		return err
	})
	root.SetHelpFunc(a.helpUnlessUnknown(root.HelpFunc()))
	root.SetHelpCommand(newHelp(a))
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		if c.Name() == "completion" {
			c.Short = s.T("Print the completion script of a shell")
			for _, shell := range append(c.Commands(), c) {
				shell.Args = usage(shell.Args)
			}
		}
	}
}

// localizeHelpFlags adds --help to each command, which cobra does later and in English.
func (a *app) localizeHelpFlags(cmd *cobra.Command) {
	cmd.InitDefaultHelpFlag()
	cmd.Flags().Lookup("help").Usage = a.screen.T("show this help")
	for _, c := range cmd.Commands() {
		a.localizeHelpFlags(c)
	}
}

// argumentError replaces cobra's error about arguments by one of the catalogue.
func argumentError(cmd *cobra.Command, args []string, err error) error {
	var known lang.Translated
	switch {
	case errors.As(err, &known):
		return err
	case cmd.HasSubCommands() && len(args) > 0:
		return unknownCommand(cmd, args)
	}
	return lang.Errorf("%d arguments do not fit: the usage is %s", len(args), cmd.UseLine())
}

// flagError replaces pflag's errors by those of the catalogue.
func flagError(err error) error {
	var (
		unknown *pflag.NotExistError
		empty   *pflag.ValueRequiredError
		wrong   *pflag.InvalidValueError
	)
	switch {
	case errors.As(err, &unknown):
		if unknown.GetSpecifiedShortnames() != "" {
			return lang.Errorf("unknown flag: -%s", unknown.GetSpecifiedName())
		}
		return lang.Errorf("unknown flag: --%s", unknown.GetSpecifiedName())
	case errors.As(err, &empty):
		return lang.Errorf("flag --%s needs a value", empty.GetFlag().Name)
	case errors.As(err, &wrong):
		return lang.Errorf("--%s is %q: %w", wrong.GetFlag().Name, wrong.GetValue(), errors.Unwrap(wrong))
	}
	return err
}
