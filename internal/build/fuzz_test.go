package build

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

var fuzzTarget = regexp.MustCompile(`(?m)^func (Fuzz\w+)\(f \*testing\.F\)`)

// TestFuzzTargets_EachHasAKeptCorpus: every run of the tests repeats what a target has found once. It also finds a
// corpus without its target, as a renaming leaves it, which nothing would read.
func TestFuzzTargets_EachHasAKeptCorpus(t *testing.T) {
	var targets []string
	for _, file := range gitFiles(t, "*_test.go") {
		for _, m := range fuzzTarget.FindAllStringSubmatch(read(t, "../../"+file), -1) {
			targets = append(targets, filepath.Dir(file)+"/testdata/fuzz/"+m[1])
		}
	}
	if len(targets) < 8 {
		t.Errorf("only %d targets were found", len(targets))
	}
	for _, corpus := range targets {
		if entries, err := os.ReadDir("../../" + corpus); err != nil || len(entries) == 0 {
			t.Errorf("%s is empty", corpus)
		}
	}
	for _, entry := range gitFiles(t, "*/testdata/fuzz/*") {
		if !slices.Contains(targets, filepath.Dir(entry)) {
			t.Errorf("%s belongs to no target", entry)
		}
	}
}
