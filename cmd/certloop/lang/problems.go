package lang

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Problem returns in the language what package spec reports about an attribute. Its texts are complete when they arrive here,
// because they also go into statuses, so they are recognized by their form. Others stay as they are.
func (l Language) Problem(text string) string {
	if l != Japanese {
		return text
	}
	for _, p := range patterns() {
		if values := p.form.FindStringSubmatch(text); values != nil {
			return p.fill(l, values[1:])
		}
	}
	// The value comes first where the rest does not repeat it.
	if value := quoted.FindString(text); value != "" {
		if rest := text[len(value):]; l.Problem(rest) != rest {
			return strings.TrimSpace(value) + ": " + l.Problem(rest)
		}
	}
	return text
}

// quoted matches a value in quotes before a problem.
var quoted = regexp.MustCompile(`^"(?:[^"\\]|\\.)*" `)

// pattern recognizes one text in English.
type pattern struct {
	form     *regexp.Regexp
	japanese string
}

// value matches a verb of a format: the index of its argument, if it has one, and the letter.
var value = regexp.MustCompile(`%(?:\[(\d+)\])?[a-z]`)

// patterns returns the patterns of the texts, those with the most fixed text first.
var patterns = sync.OnceValue(func() []pattern {
	sorted := slices.SortedFunc(slices.Values(recordProblems), func(a, b entry) int { return cmp.Compare(fixed(b), fixed(a)) })
	all := make([]pattern, len(sorted))
	for i, e := range sorted {
		var form strings.Builder
		for j, part := range value.Split(e.english, -1) {
			if j > 0 {
				form.WriteString("(.+)")
			}
			form.WriteString(regexp.QuoteMeta(part))
		}
		all[i] = pattern{regexp.MustCompile("(?s)^" + form.String() + "$"), e.japanese}
	}
	return all
})

// fixed returns how many bytes of a text are the same each time.
func fixed(e entry) int { return len(value.ReplaceAllString(e.english, "")) }

// fill puts the values into the Japanese text. A value can be a word of the texts, such as the type of another value.
func (p pattern) fill(l Language, values []string) string {
	next := 0
	return value.ReplaceAllStringFunc(p.japanese, func(verb string) string {
		if index := value.FindStringSubmatch(verb)[1]; index != "" {
			next, _ = strconv.Atoi(index)
			next--
		}
		next++
		return l.Problem(values[next-1])
	})
}
