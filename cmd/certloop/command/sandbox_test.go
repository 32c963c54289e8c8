package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSandbox_IsMadeInTheRepository(t *testing.T) {
	tools := t.TempDir()
	if err := os.WriteFile(filepath.Join(tools, "make"), []byte("#!/bin/sh\necho made \"$@\"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", tools+":"+os.Getenv("PATH"))
	output, code := terminal{}.run(t, "sandbox")
	if code != ExitFine || !strings.HasPrefix(output, "made --no-print-directory -C /") || !strings.HasSuffix(output, " sandbox\n") {
		t.Errorf("exit code %d:\n%s", code, output)
	}
}

func TestSandbox_SaysThatItNeedsTheRepository(t *testing.T) {
	t.Chdir(t.TempDir())
	output, code := terminal{}.run(t, "sandbox")
	if code != ExitFailed || !strings.Contains(output, "is not in a clone of certloop's repository: run the command there") {
		t.Errorf("exit code %d:\n%s", code, output)
	}
}
