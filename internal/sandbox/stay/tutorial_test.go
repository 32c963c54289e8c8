package stay

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// shellBlock matches the commands of a document that a test runs; blocks without sh are for other terminals.
var shellBlock = regexp.MustCompile("(?ms)^```sh\n(.*?)^```")

// expected matches a command that must end with an exit code other than 0.
var expected = regexp.MustCompile(`(?m)^(.*) # exit code (\d)$`)

// script returns the commands of a document as they stand there, for a shell that ends at the first that does not end as
// the document says.
func script(document string) string {
	var out strings.Builder
	for _, block := range shellBlock.FindAllStringSubmatch(document, -1) {
		out.WriteString(expected.ReplaceAllString(block[1], "code=0; $1 || code=$$?; [ $$code = $2 ] || { echo \"exit code $$code, want $2\"; exit 1; }"))
	}
	return out.String()
}

// TestTutorial runs the commands of docs/tutorial.md.
func TestTutorial(t *testing.T) {
	text, err := os.ReadFile("../../../docs/tutorial.md")
	if err != nil {
		t.Fatal(err)
	}
	commands := script(string(text))
	if n := strings.Count(commands, "certloop "); n < 20 {
		t.Fatalf("the tutorial has %d commands of certloop", n)
	}
	b := start(t)
	tools := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(tools, "certloop"), "certloop/cmd/certloop")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	shell := exec.CommandContext(ctx, "bash", "-ex", "-c", ". \"$0\"\n"+commands, b.options.EnvFile)
	shell.Dir = t.TempDir()
	shell.Env = []string{"PATH=" + tools + ":" + os.Getenv("PATH"), "HOME=" + t.TempDir()}
	out, err := shell.CombinedOutput()
	if err != nil {
		t.Fatalf("%v:\n%s", err, out)
	}
	t.Log(string(out))
	for _, want := range []string{"certificate/www created", "certificate/www unchanged", "CAUnavailable", "did you mean account"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the output has no %q", want)
		}
	}
}
