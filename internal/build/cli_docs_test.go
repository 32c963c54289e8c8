package build

import (
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"certloop/cmd/certloop/command"
)

// commandLine matches a command of certloop in a block of shell commands, up to a pipe, a redirection or a comment.
var commandLine = regexp.MustCompile(`(?m)(?:^|[|;&(]|\$\()[ \t]*certloop((?:[ \t]+(?:"[^"]*"|'[^']*'|[^\s|<>;&#"')]+))*)`)

// TestDocuments_TheCommandsOfCertloopExist checks each command of certloop in the documents against the program: its name, its
// flags and the number of its arguments.
func TestDocuments_TheCommandsOfCertloopExist(t *testing.T) {
	checked := 0
	for _, page := range tracked(t, "*.md") {
		for _, block := range fence.FindAllStringSubmatch(read(t, "../../"+page), -1) {
			if block[1] != "sh" {
				continue
			}
			for _, m := range commandLine.FindAllStringSubmatch(strings.ReplaceAll(block[2], "\\\n", " "), -1) {
				checked++
				if problem := commandProblem(strings.Fields(m[1])); problem != "" {
					t.Errorf("%s: certloop%s: %s", page, m[1], problem)
				}
			}
		}
	}
	if checked < 10 {
		t.Errorf("only %d commands were read", checked)
	}
}

// commandProblem returns what the program refuses about a command's arguments; empty: nothing.
func commandProblem(args []string) string {
	root := command.Tree()
	cmd, rest, err := root.Find(args)
	if err != nil {
		return err.Error()
	}
	cmd.InitDefaultHelpFlag()
	if err := cmd.ParseFlags(rest); err != nil {
		return err.Error()
	}
	if err := cmd.ValidateArgs(cmd.Flags().Args()); err != nil {
		return err.Error()
	}
	if cmd == root && len(rest) > 0 && cobra.NoArgs(cmd, cmd.Flags().Args()) != nil {
		return "there is no such command"
	}
	return ""
}

func TestCommandProblem(t *testing.T) {
	for command, right := range map[string]bool{
		"get": true, "get www api -o wide": true, "get accounts jprs": true, "explain ZoneNotFound": true, "--help": true,
		"gte": false, "get --wide": false, "explain A B": false, "describe --al www": false,
	} {
		if problem := commandProblem(strings.Fields(command)); (problem == "") != right {
			t.Errorf("%s: %q", command, problem)
		}
	}
	const block = "x=$(certloop get -o name)\ncertloop describe www | less # why\necho certloop is good\n"
	if got := commandLine.FindAllString(block, -1); len(got) != 2 {
		t.Errorf("found are %q", got)
	}
}
