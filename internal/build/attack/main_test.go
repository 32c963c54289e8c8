package main

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// TestAttacks_EachHasWhatStopsIt finds a new or renamed attack without an entry, with which make attack would fail.
func TestAttacks_EachHasWhatStopsIt(t *testing.T) {
	there := map[string]bool{}
	for _, folder := range []string{"plan", "sim"} {
		files, err := filepath.Glob("../../../reconciler/" + folder + "/*_test.go")
		if err != nil || len(files) == 0 {
			t.Fatalf("%s holds %d tests: %v", folder, len(files), err)
		}
		for _, file := range files {
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range regexp.MustCompile(`(?m)^func (TestAttack_\w+)\(`).FindAllStringSubmatch(string(body), -1) {
				there[m[1]] = true
				if stoppedBy[m[1]] == "" {
					t.Errorf("%s in %s has no entry in stoppedBy: add what stops it", m[1], file)
				}
			}
		}
	}
	for attack := range stoppedBy {
		if !there[attack] {
			t.Errorf("stoppedBy has %s, which is not in reconciler/plan or reconciler/sim", attack)
		}
	}
}
