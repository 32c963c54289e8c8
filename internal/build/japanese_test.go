package build

import (
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// japanesePages returns the Japanese pages and, for each, the English page of which it is the translation.
func japanesePages(t *testing.T) map[string]string {
	t.Helper()
	pages := map[string]string{}
	for _, page := range tracked(t, "README.ja.md", "docs/ja/*.md") {
		pages[page] = englishOf(page)
		if pages[page] == "" {
			t.Errorf("%s has no English page: write docs/guides/%s", page, path.Base(page))
			delete(pages, page)
		}
	}
	if len(pages) < 3 {
		t.Fatalf("only %d Japanese pages were found", len(pages))
	}
	return pages
}

// englishOf returns the English page of a Japanese one; empty: there is none.
func englishOf(page string) string {
	if page == "README.ja.md" {
		return "README.md"
	}
	for _, folder := range []string{"docs", "docs/guides", "docs/reference"} {
		english := path.Join(folder, path.Base(page))
		if _, err := os.Stat("../../" + english); err == nil {
			return english
		}
	}
	return ""
}

// TestJapanese_PagesHaveTheCommandsOfTheEnglishOnes compares the fenced blocks of both pages, in order. Only comments, and
// the labels of diagrams, are translated.
func TestJapanese_PagesHaveTheCommandsOfTheEnglishOnes(t *testing.T) {
	for page, english := range japanesePages(t) {
		got, want := fences(read(t, "../../"+page)), fences(read(t, "../../"+english))
		for i := range max(len(got), len(want)) {
			switch {
			case i >= len(got):
				t.Errorf("%s lacks this block of %s:\n%s", page, english, want[i])
			case i >= len(want):
				t.Errorf("%s has this block, and %s has not:\n%s", page, english, got[i])
			case got[i] != want[i]:
				t.Errorf("%s has the block\n%s\nwhere %s has\n%s", page, got[i], english, want[i])
			default:
				continue
			}
			break
		}
	}
}

// TestJapanese_PagesHaveTheHeadingsOfTheEnglishOnes compares the levels of the headings, so that no section is missing.
func TestJapanese_PagesHaveTheHeadingsOfTheEnglishOnes(t *testing.T) {
	for page, english := range japanesePages(t) {
		got, want := levels(read(t, "../../"+page)), levels(read(t, "../../"+english))
		if !slices.Equal(got, want) {
			t.Errorf("the headings of %s are %q, and of %s %q", page, got, english, want)
		}
	}
}

// TestJapanese_PagesLinkToJapanesePages checks that a Japanese page leads to the Japanese version of a page that has one. Only
// the link to its own English version is exempt.
func TestJapanese_PagesLinkToJapanesePages(t *testing.T) {
	pages := japanesePages(t)
	translated := map[string]string{}
	for page, english := range pages {
		translated[english] = page
	}
	links := 0
	for page, english := range pages {
		for _, m := range link.FindAllStringSubmatch(read(t, "../../"+page), -1) {
			target, _, _ := strings.Cut(m[1], "#")
			if strings.Contains(target, "://") || target == "" {
				continue
			}
			links++
			target = path.Join(path.Dir(page), target)
			if better := translated[target]; better != "" && target != english {
				t.Errorf("%s links to %s: link to %s", page, target, better)
			}
		}
	}
	if links == 0 {
		t.Error("no link was found")
	}
}

var (
	fence   = regexp.MustCompile("(?ms)^[ \t]*```([a-z]*)[^\n]*\n(.*?)^[ \t]*```[ \t]*$")
	comment = regexp.MustCompile(`(?m)(^|[ \t]+)#[ \t].*$`)
)

// fences returns the fenced blocks of a page, without comments. Of a diagram it returns only that there is one.
func fences(text string) (all []string) {
	for _, m := range fence.FindAllStringSubmatch(text, -1) {
		if m[1] == "mermaid" {
			m[2] = ""
		}
		all = append(all, m[1]+"\n"+comment.ReplaceAllString(m[2], ""))
	}
	return all
}

// levels returns the levels of a page's headings, outside of fenced blocks.
func levels(text string) (all []string) {
	for _, m := range heading.FindAllString(fence.ReplaceAllString(text, ""), -1) {
		all = append(all, m[:strings.Index(m, " ")])
	}
	return all
}

func TestFences_CompareCommandsAndNotComments(t *testing.T) {
	const (
		english = "1. a\n\n   ```sh\n   ls # list\n   ```\n\n```mermaid\na --> b\n```\n"
		german  = "1. a\n\n   ```sh\n   ls # Liste\n   ```\n\n```mermaid\na --> c\n```\n"
		other   = "1. a\n\n   ```sh\n   ls -l # list\n   ```\n\n```mermaid\na --> b\n```\n"
	)
	if got := fences(english); len(got) != 2 || !slices.Equal(got, fences(german)) || slices.Equal(got, fences(other)) {
		t.Errorf("the blocks are %q, %q and %q", got, fences(german), fences(other))
	}
	if got := levels("# a\n```\n# b\n```\n## c\n"); !slices.Equal(got, []string{"#", "##"}) {
		t.Errorf("the levels are %q", got)
	}
}
