package lang

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// verb matches one verb of a format: flags, width, precision, index of the argument, and the letter.
var verb = regexp.MustCompile(`%([-+# 0]*)(\d+|\*)?(?:\.(\d+|\*)?)?(?:\[(\d+)\])?([a-zA-Z%])`)

// verbs returns each verb of a format with the number of its argument, such as 2s, in the order of the arguments.
func verbs(format string) (all []string) {
	next := 1
	for _, m := range verb.FindAllStringSubmatch(format, -1) {
		if m[5] == "%" {
			continue
		}
		for _, star := range []string{m[2], m[3]} {
			if star == "*" {
				all = append(all, strconv.Itoa(next)+"*")
				next++
			}
		}
		if m[4] != "" {
			next, _ = strconv.Atoi(m[4])
		}
		all = append(all, strconv.Itoa(next)+m[5])
		next++
	}
	slices.Sort(all)
	return all
}

// padded returns the first verb that pads a text to a width.
func padded(format string) string {
	for _, m := range verb.FindAllStringSubmatch(format, -1) {
		if m[2] != "" && strings.Contains("sqv", m[5]) {
			return m[0]
		}
	}
	return ""
}

// name matches what a translation must repeat as it is: attributes, variables, flags, actions of IAM, paths, reasons.
var name = regexp.MustCompile(`--[a-z][a-z-]+|<[a-z-]+>|[A-Za-z0-9]*_[A-Za-z0-9_]+|[a-z0-9]+:[A-Za-z]+|[\w-]+(?:/[\w.-]+)+|\b[A-Z][a-z0-9]+[A-Z]\w+`)

// names returns the names in a text, without repetition.
func names(text string) []string {
	found := name.FindAllString(verb.ReplaceAllString(text, " "), -1)
	slices.Sort(found)
	return slices.Compact(found)
}

var kanaOrKanji = regexp.MustCompile(`[\p{Hiragana}\p{Katakana}\p{Han}]`)

// problems returns what is wrong with a translation: of a format if formatted, else of a text.
func problems(english, japanese string, formatted bool) (all []string) {
	if formatted && !slices.Equal(verbs(english), verbs(japanese)) {
		all = append(all, "the verbs are "+strings.Join(verbs(japanese), " ")+", want "+strings.Join(verbs(english), " "))
	}
	for _, n := range names(english) {
		if !strings.Contains(japanese, n) {
			all = append(all, "lacks "+n)
		}
	}
	if lines := strings.Count(english, "\n"); lines != strings.Count(japanese, "\n") {
		all = append(all, "has another number of lines")
	}
	if strings.TrimSpace(japanese) == "" {
		all = append(all, "is empty")
	}
	return all
}
