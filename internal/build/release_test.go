package build

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestReleaseNotes_AreTheVersionsSectionOfTheChangelog checks also that there is no release without one.
func TestReleaseNotes_AreTheVersionsSectionOfTheChangelog(t *testing.T) {
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, ".ci"), 0o755); err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(folder, ".ci", "release-notes")
	for file, body := range map[string]string{
		script:                                read(t, "../../.ci/release-notes"),
		filepath.Join(folder, "CHANGELOG.md"): "# Changelog\n\n## [Unreleased]\n\nsoon\n\n## [1.10.0] - 2027-01-02\n\n### Added\n\n- ten\n\n## [1.1.0] - 2027-01-01\n\n- one\n",
	} {
		if err := os.WriteFile(file, []byte(body), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for version, want := range map[string]string{"v1.1.0": "- one", "v1.10.0": "### Added\n\n- ten", "v1.1": "", "v2.0.0": "", "Unreleased": ""} {
		out, err := exec.Command(script, version).Output()
		if got := strings.TrimSpace(string(out)); got != want || (err != nil) != (want == "") {
			t.Errorf("%s: %q, %v; want %q", version, got, err, want)
		}
	}
}

// TestChangelog_BeginsWithUnreleasedChanges: every change needs a place in it.
func TestChangelog_BeginsWithUnreleasedChanges(t *testing.T) {
	versions := matches(`(?m)^## \[([^\]]+)\]`, read(t, "../../CHANGELOG.md"))
	if len(versions) == 0 || versions[0] != "Unreleased" {
		t.Errorf("the versions are %q", versions)
	}
}
