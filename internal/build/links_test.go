package build

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
	markup  = regexp.MustCompile("[`*]|\\[|\\]\\([^)]*\\)")
	unslug  = regexp.MustCompile(`[^\p{L}\p{N}_ -]`)
)

// TestLinks_EachLeadsSomewhere checks that every link leads to a file of the tree, and to a heading in it.
func TestLinks_EachLeadsSomewhere(t *testing.T) {
	links := 0
	for _, document := range tracked(t, "*.md") {
		for _, m := range link.FindAllStringSubmatch(read(t, "../../"+document), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			links++
			path, anchor, _ := strings.Cut(m[1], "#")
			target := document
			if path != "" {
				target = filepath.Join(filepath.Dir(document), path)
			}
			if _, err := os.Stat("../../" + target); err != nil {
				t.Errorf("%s: %s leads nowhere", document, m[1])
			} else if anchor != "" && !slices.Contains(anchors(read(t, "../../"+target)), anchor) {
				t.Errorf("%s: %s has no such heading", document, m[1])
			}
		}
	}
	if links == 0 {
		t.Error("no link was found")
	}
}

// anchors returns the names under which a document's headings can be linked.
func anchors(text string) (all []string) {
	for _, m := range heading.FindAllStringSubmatch(text, -1) {
		plain := strings.ToLower(markup.ReplaceAllString(strings.TrimSpace(m[1]), ""))
		all = append(all, strings.ReplaceAll(unslug.ReplaceAllString(plain, ""), " ", "-"))
	}
	return all
}
