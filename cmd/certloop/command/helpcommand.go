package command

import (
	"strings"

	"github.com/spf13/cobra"

	"certloop/cmd/certloop/lang"
)

// newHelp returns certloop help. Unlike cobra's own, it takes an unknown command for a usage error.
func newHelp(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "help [command]",
		Short:   a.screen.T("Show the help of a command"),
		Example: "  certloop help get\n  certloop help account create",
		RunE: func(cmd *cobra.Command, args []string) error {
			found, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return usageError{unknownCommand(found, rest)}
			}
			return found.Help()
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) (names []string, _ cobra.ShellCompDirective) {
			found, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			for _, sub := range found.Commands() {
				if sub.IsAvailableCommand() && strings.HasPrefix(sub.Name(), typed) {
					names = append(names, cobra.CompletionWithDesc(sub.Name(), sub.Short))
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
	}
}

// unknownCommand is the error about a command that another one does not have, with the nearest name.
func unknownCommand(cmd *cobra.Command, args []string) error {
	cmd.SuggestionsMinimumDistance = 2 // cobra's own default, which it sets too late for this
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		return lang.Errorf("unknown command %q for %q: did you mean %s?", args[0], cmd.CommandPath(), near[0])
	}
	return lang.Errorf("unknown command %q for %q", args[0], cmd.CommandPath())
}

// helpUnlessUnknown shows the help of a command, unless it is asked for a command that does not exist: cobra asks for help
// before it checks the arguments. The error is left for Run.
func (a *app) helpUnlessUnknown(help func(*cobra.Command, []string)) func(*cobra.Command, []string) {
	return func(cmd *cobra.Command, args []string) {
		if cmd.HasSubCommands() {
			if a.unknown = cmd.ValidateArgs(cmd.Flags().Args()); a.unknown != nil {
				return
			}
		}
		help(cmd, args)
	}
}
