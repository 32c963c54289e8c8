package command

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"
)

// usageOf returns the usage of a command in the operator's language. It takes the place of cobra's template: a template is
// executed by reflection, and the linker then keeps every method of the AWS SDK, so that the program is twice as large.
func (a *app) usageOf(c *cobra.Command) string {
	var parts []string
	add := func(title string, lines ...string) {
		parts = append(parts, title+"\n"+strings.TrimRight(strings.Join(lines, "\n"), " \n"))
	}
	usage := []string{"  " + c.UseLine()}
	if c.HasAvailableSubCommands() {
		usage = append(usage, "  "+c.CommandPath()+" [command]")
	}
	add(a.screen.T("Usage:"), usage...)
	if len(c.Aliases) > 0 {
		add(a.screen.T("Aliases:"), "  "+c.NameAndAliases())
	}
	if c.HasExample() {
		add(a.screen.T("Examples:"), c.Example)
	}
	for _, group := range a.groupsOf(c) {
		add(group.title, group.lines...)
	}
	if c.HasAvailableLocalFlags() {
		add(a.screen.T("Flags:"), c.LocalFlags().FlagUsages())
	}
	if c.HasAvailableInheritedFlags() {
		add(a.screen.T("Global Flags:"), c.InheritedFlags().FlagUsages())
	}
	if c.HasAvailableSubCommands() {
		parts = append(parts, a.screen.F("Run %s for more information about a command.", c.CommandPath()+" [command] --help"))
	}
	return strings.Join(parts, "\n\n") + "\n"
}

// group is a group of commands in the usage.
type group struct {
	title string
	lines []string
}

// groupsOf returns the commands below a command by group, those without a group last.
func (a *app) groupsOf(c *cobra.Command) (out []group) {
	rest := a.screen.T("Additional Commands:")
	if len(c.Groups()) == 0 {
		rest = a.screen.T("Available Commands:")
	}
	for _, g := range append(c.Groups(), &cobra.Group{Title: rest}) {
		one := group{title: g.Title}
		for _, sub := range c.Commands() {
			if sub.GroupID == g.ID && (sub.IsAvailableCommand() || sub.Name() == "help") {
				pad := strings.Repeat(" ", max(0, sub.NamePadding()-ansi.StringWidth(sub.Name())))
				one.lines = append(one.lines, "  "+sub.Name()+pad+" "+sub.Short)
			}
		}
		if len(one.lines) > 0 {
			out = append(out, one)
		}
	}
	return out
}
