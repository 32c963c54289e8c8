package build

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// local matches what belongs to one machine or one developer and not into the tree.
var local = regexp.MustCompile(`(?:^|[\s"'=(])/(?:home|root|Users|work|tmp/wt)/|BEGIN (?:RSA |EC )?PRIVATE KEY-----\n[A-Za-z0-9+/=]{20}`)

func TestTree_NoFileHasAPathOfOneMachineOrAKey(t *testing.T) {
	cmd := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	files := 0
	for name := range bytes.SplitSeq(bytes.TrimRight(out, "\x00"), []byte{0}) {
		body, err := os.ReadFile(filepath.Join("../..", string(name)))
		if os.IsNotExist(err) {
			continue // deleted, not yet committed
		}
		if err != nil {
			t.Fatal(err)
		}
		files++
		if found := local.Find(body); found != nil && string(name) != "internal/build/tree_test.go" {
			t.Errorf("%s contains %q", name, found)
		}
	}
	if files == 0 {
		t.Error("no file was read")
	}
}
