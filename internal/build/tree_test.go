package build

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// local matches what belongs to one machine or one developer and not into the tree.
var local = regexp.MustCompile(`(?:^|[\s"'=(])/(?:home|root|Users|work|tmp/wt)/|BEGIN (?:RSA |EC )?PRIVATE KEY-----\n[A-Za-z0-9+/=]{20}`)

func TestTree_NoFileHasAPathOfOneMachineOrAKey(t *testing.T) {
	files := 0
	for _, name := range tracked(t) {
		files++
		if found := local.FindString(read(t, "../../"+name)); found != "" && name != "internal/build/tree_test.go" {
			t.Errorf("%s contains %q", name, found)
		}
	}
	if files == 0 {
		t.Error("no file was read")
	}
}

// tracked returns the files of the tree that match a pattern, committed or to be committed; all without a pattern.
func tracked(t *testing.T, patterns ...string) (files []string) {
	t.Helper()
	for _, name := range gitFiles(t, append([]string{"--cached", "--others", "--exclude-standard", "--"}, patterns...)...) {
		if _, err := os.Stat("../../" + name); !os.IsNotExist(err) { // deleted, not yet committed
			files = append(files, name)
		}
	}
	return files
}

// gitFiles returns what git ls-files prints, from the top of the tree.
func gitFiles(t *testing.T, args ...string) []string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"ls-files", "-z"}, args...)...)
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.FieldsFunc(string(out), func(r rune) bool { return r == 0 })
}
