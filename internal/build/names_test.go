package build

import (
	"regexp"
	"slices"
	"testing"
)

var (
	namedFile = regexp.MustCompile("`([\\w.-]+/[\\w./-]*\\.go)`")
	namedTest = regexp.MustCompile("`((?:Test|Fuzz|Benchmark)[A-Z]\\w*)`")
	testFunc  = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)\w+)\(`)
)

// TestDocuments_NameWhatExists checks that every Go file and every test that a document names in code style is in the
// tree. The documents name the files of the loop without reconciler/.
func TestDocuments_NameWhatExists(t *testing.T) {
	tests := map[string]bool{}
	for _, file := range tracked(t, "*_test.go") {
		for _, m := range testFunc.FindAllStringSubmatch(read(t, "../../"+file), -1) {
			tests[m[1]] = true
		}
	}
	all, files, named := tracked(t, "*.go"), 0, 0
	for _, document := range tracked(t, "*.md") {
		text := read(t, "../../"+document)
		for _, m := range namedFile.FindAllStringSubmatch(text, -1) {
			files++
			if !slices.Contains(all, m[1]) && !slices.Contains(all, "reconciler/"+m[1]) {
				t.Errorf("%s names the file %s, which does not exist", document, m[1])
			}
		}
		for _, m := range namedTest.FindAllStringSubmatch(text, -1) {
			named++
			if !tests[m[1]] {
				t.Errorf("%s names the test %s, which does not exist", document, m[1])
			}
		}
	}
	if files < 10 || named < 5 {
		t.Errorf("only %d files and %d tests were found in the documents", files, named)
	}
}
