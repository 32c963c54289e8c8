package build

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestFacts_AreHeldByWhatExists: the table in the facts about AWS and ACME names tests and constants; each is in the tree.
func TestFacts_AreHeldByWhatExists(t *testing.T) {
	text, err := os.ReadFile("../../docs/design/aws-and-acme.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(text), "## How the code holds these facts\n")
	table, _, _ = strings.Cut(table, "\n## ")
	names := regexp.MustCompile("`([A-Za-z0-9_]+)`").FindAllStringSubmatch(table, -1)
	if !found || len(names) < 30 {
		t.Fatalf("the table has %d names", len(names))
	}
	declared := declarations(t)
	for _, name := range names {
		if !declared[name[1]] {
			t.Errorf("%s is not declared in the tree: correct docs/design/aws-and-acme.md", name[1])
		}
	}
}

// declarations returns the names of all functions, constants, variables and fields that begin a line of Go.
func declarations(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	begins := regexp.MustCompile(`(?m)^(?:func (?:\([^)]*\) )?|const |var |\t)([A-Za-z0-9_]+)\b(?:\(| |,)`)
	err := filepath.WalkDir("../..", func(path string, entry os.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && entry.Name() != "..":
			return filepath.SkipDir
		case !strings.HasSuffix(path, ".go"):
			return nil
		}
		text, err := os.ReadFile(path)
		for _, m := range begins.FindAllStringSubmatch(string(text), -1) {
			names[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
