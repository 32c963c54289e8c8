package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const program = "certloop/cmd/bootstrap"

// TestNotice_NamesEveryLinkedModule compares the notice with what the linker is given.
func TestNotice_NamesEveryLinkedModule(t *testing.T) {
	text, err := notice(program)
	if err != nil {
		t.Fatal(err)
	}
	modules, err := linked(program)
	if err != nil {
		t.Fatal(err)
	}
	if len(modules) < 10 {
		t.Fatalf("%d modules are linked: the list is not complete", len(modules))
	}
	for _, m := range modules {
		if !strings.Contains(text, "\n"+strings.TrimSpace(m.Path+" "+m.Version)+"\n") {
			t.Errorf("the notice does not name %s", m.Path)
		}
	}
	for _, words := range []string{"Mozilla Public License", "Apache License", "MIT License", "The Go Authors"} {
		if !strings.Contains(text, words) {
			t.Errorf("the notice does not contain %q", words)
		}
	}
}

func TestLicence_OfAModuleWithoutOneIsAnError(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "NOTICE"), []byte("notice"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := (module{Path: "example.com/x", Dir: dir}).licence(); err == nil || !strings.Contains(err.Error(), "example.com/x") {
		t.Errorf("licence() of a module without a licence file: %v, want an error that names it", err)
	}
}
