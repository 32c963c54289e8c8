package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// These comments enclose what is generated.
const (
	begin = "<!-- commands: written by make cli-docs -->\n"
	end   = "<!-- end of commands -->\n"
)

// replaced returns the document with the text between the two comments.
func replaced(document, text string) (string, error) {
	head, rest, ok := strings.Cut(document, begin)
	_, tail, closed := strings.Cut(rest, end)
	if !ok || !closed {
		return "", fmt.Errorf("the document needs the lines %q and %q", begin, end)
	}
	return head + begin + "\n" + text + "\n" + end + tail, nil
}

// reference returns the commands as Markdown: a list of all, then a section for each.
// folder is that of the repository.
func reference(folder string, root *cobra.Command) (string, error) {
	var list, sections strings.Builder
	list.WriteString("| command | does |\n|---|---|\n")
	for _, c := range commands(root) {
		fmt.Fprintf(&list, "| [`%s`](#%s) | %s |\n", c.CommandPath(), anchor(c), c.Short)
		section(&sections, c)
		session, err := recorded(folder, c)
		if err != nil {
			return "", err
		}
		sections.WriteString(session)
	}
	return list.String() + "\nThese flags exist with every command:\n\n" + flags(root.PersistentFlags()) + sections.String(), nil
}

// commands returns all commands that a user sees, in the order of the tree.
func commands(c *cobra.Command) (all []*cobra.Command) {
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			all = append(all, sub)
			// The scripts' own help is for their users, and long.
			if sub.Name() != "completion" {
				all = append(all, commands(sub)...)
			}
		}
	}
	return all
}

func anchor(c *cobra.Command) string { return strings.ReplaceAll(c.CommandPath(), " ", "-") }

func section(out *strings.Builder, c *cobra.Command) {
	text := c.Long
	if text == "" {
		text = c.Short + "."
	}
	fmt.Fprintf(out, "\n## %s\n\n%s\n\n```\n%s\n```\n", c.CommandPath(), strings.TrimSpace(text), c.UseLine())
	if c.LocalNonPersistentFlags().HasAvailableFlags() {
		out.WriteString("\n" + flags(c.LocalNonPersistentFlags()))
	}
	if c.Example != "" {
		fmt.Fprintf(out, "\n```sh\n%s\n```\n", unindented(c.Example))
	}
}

func flags(set *pflag.FlagSet) string {
	var out strings.Builder
	out.WriteString("| flag | meaning | default |\n|---|---|---|\n")
	set.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		def := f.DefValue
		if def == "[]" || def == "false" {
			def = ""
		}
		if def != "" {
			def = "`" + def + "`"
		}
		fmt.Fprintf(&out, "| `%s` | %s | %s |\n", name, strings.ReplaceAll(f.Usage, "|", `\|`), def)
	})
	return out.String()
}

func unindented(example string) string {
	lines := strings.Split(strings.Trim(example, "\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimPrefix(lines[i], "  ")
	}
	return strings.Join(lines, "\n")
}
