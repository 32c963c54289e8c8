package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"certloop/cmd/certloop/command"
)

// TestTheDocument_IsCurrent holds that docs/reference/cli.md has the commands as they are.
func TestTheDocument_IsCurrent(t *testing.T) {
	is, err := os.ReadFile("../../../" + document)
	if err != nil {
		t.Fatal(err)
	}
	text, err := reference("../../..", command.Tree())
	if err != nil {
		t.Fatal(err)
	}
	want, err := replaced(string(is), text)
	if err != nil {
		t.Fatal(err)
	}
	if string(is) != want {
		t.Errorf("%s is not current: run make cli-docs", document)
	}
}

// TestEveryCommand_HasAnExample holds also that it is in a group or below another command, and has a short description
// that fits a line.
func TestEveryCommand_HasAnExample(t *testing.T) {
	generated := map[string]bool{"certloop completion": true, "certloop help": true, "certloop version": true}
	for _, c := range commands(command.Tree()) {
		path := c.CommandPath()
		if generated[path] {
			continue
		}
		if c.Example == "" || !strings.Contains(c.Example, path) {
			t.Errorf("%s has no example of itself", path)
		}
		if c.Short == "" || len(c.Short) > 80 || strings.HasSuffix(c.Short, ".") {
			t.Errorf("%s: the short description is %q", path, c.Short)
		}
	}
}

func TestManual_HasAPageForEachCommand(t *testing.T) {
	folder := t.TempDir()
	if err := manual(folder); err != nil {
		t.Fatal(err)
	}
	for _, c := range commands(command.Tree()) {
		page := strings.ReplaceAll(c.CommandPath(), " ", "-") + ".1"
		if text, err := os.ReadFile(filepath.Join(folder, page)); err != nil || !strings.Contains(string(text), ".SH SYNOPSIS") {
			t.Errorf("%s: %v", page, err)
		}
	}
}
