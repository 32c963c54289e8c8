package screen

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Characters that do not begin or end a line of Japanese text (JIS X 4051, the common subset).
const (
	neverFirst = "、。，．・：；？！」』）】〕》〉ー々ゝ～…ぁぃぅぇぉっゃゅょァィゥェォッャュョヵヶ"
	neverLast  = "「『（【〔《〈"
)

// run is text that is not broken: a word, or a Japanese character with the marks that belong to it.
type run struct {
	text string
	// spaced is true if a space comes before, which a line break replaces.
	spaced bool
}

// fill breaks a paragraph into lines of at most limit cells. A word that is longer, such as an ARN, stays whole, so that
// it can be copied. Japanese, which has no spaces, is broken between characters.
func fill(paragraph string, limit int) []string {
	lines := []string{""}
	for i, r := range runs(paragraph) {
		last, space := len(lines)-1, ""
		if r.spaced {
			space = " "
		}
		if i == 0 || ansi.StringWidth(lines[last]+space+r.text) <= limit {
			lines[last] += space + r.text
			continue
		}
		lines = append(lines, r.text)
	}
	return lines
}

// runs splits a paragraph where a line may end.
func runs(paragraph string) (all []run) {
	for i, word := range strings.Split(paragraph, " ") {
		spaced := i > 0
		for _, part := range parts(word) {
			all = append(all, run{part, spaced})
			spaced = false
		}
	}
	return all
}

// parts splits a word before and after its wide characters, except where a line may not begin or end.
func parts(word string) []string {
	all, open, wideBefore := []string{""}, true, false
	for _, r := range word {
		wide := ansi.StringWidth(string(r)) > 1
		last := len(all) - 1
		switch {
		case strings.ContainsRune(neverFirst, r):
			all[last] += string(r)
			open = false
		case open || !wide && !wideBefore:
			all[last] += string(r)
			open = strings.ContainsRune(neverLast, r)
		default:
			all = append(all, string(r))
			open = strings.ContainsRune(neverLast, r)
		}
		wideBefore = wide
	}
	return all
}
