package stay

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const page = "../../../docs/guides/sandbox.md"

func readPage(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestDocs_HaveExactlyTheCommands holds the table of commands: each command once, in the order of help.
func TestDocs_HaveExactlyTheCommands(t *testing.T) {
	_, section, _ := strings.Cut(readPage(t), "\n## Commands\n")
	section, _, _ = strings.Cut(section, "\n## ")
	var documented, existing []string
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\|").FindAllStringSubmatch(section, -1) {
		documented = append(documented, m[1])
	}
	for _, c := range commands {
		existing = append(existing, c.usage)
		if !strings.Contains(help(), "  "+c.usage+" ") {
			t.Errorf("help does not list %s", c.usage)
		}
	}
	if !slices.Equal(documented, existing) {
		t.Errorf("documented are %q, there are %q", documented, existing)
	}
}

// TestDocs_HaveExactlyTheVariables holds the table of variables.
func TestDocs_HaveExactlyTheVariables(t *testing.T) {
	_, section, _ := strings.Cut(readPage(t), "| variable | is |\n")
	section, _, _ = strings.Cut(section, "\n\n")
	var documented, existing []string
	for _, m := range regexp.MustCompile("`([A-Z_]{5,})`").FindAllStringSubmatch(section, -1) {
		documented = append(documented, m[1])
	}
	for _, name := range regexp.MustCompile(`(?m)^\s+\{"([A-Z_]+)", `).FindAllStringSubmatch(source(t, "files.go"), -1) {
		existing = append(existing, name[1])
	}
	slices.Sort(documented)
	slices.Sort(existing)
	if len(existing) == 0 || !slices.Equal(documented, existing) {
		t.Errorf("documented are %q, there are %q", documented, existing)
	}
}

func source(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestDuration(t *testing.T) {
	for text, want := range map[string]string{
		"61d": "1464h0m0s", "+61d": "1464h0m0s", "90s": "1m30s", "12h": "12h0m0s", "0s": "0s",
		"": "", "d": "", "-1d": "", "-1h": "", "soon": "", "1.5d": "", "99999999999d": "",
	} {
		d, err := duration([]string{text}, 0)
		if got := d.String(); (err != nil) != (want == "") || err == nil && got != want {
			t.Errorf("%q is %s, %v; want %q", text, got, err, want)
		}
	}
}
