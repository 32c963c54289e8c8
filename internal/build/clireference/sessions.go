package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

// recordings is the folder of the golden files. Tests hold that each is what the command writes.
const recordings = "cmd/certloop/command/testdata"

// sessions are the recorded sessions that the document shows, by command.
var sessions = map[string]string{
	"certloop account get":   "account-get",
	"certloop apply":         "apply-bad",
	"certloop describe":      "describe-failing",
	"certloop discover":      "discover",
	"certloop doctor":        "doctor-broken",
	"certloop events":        "events",
	"certloop explain":       "explain",
	"certloop forecast":      "forecast",
	"certloop get":           "get",
	"certloop import-config": "import-config",
	"certloop logs":          "logs-error",
	"certloop plan":          "plan",
	"certloop wait":          "wait-steps",
}

// recorded returns the session of a command as Markdown, or "". root is the folder of the repository.
func recorded(root string, c *cobra.Command) (string, error) {
	name, ok := sessions[c.CommandPath()]
	if !ok {
		return "", nil
	}
	text, err := os.ReadFile(filepath.Join(root, recordings, name+".txt"))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("\n```console\n%s\n```\n", strings.TrimRight(string(text), "\n")), nil
}
