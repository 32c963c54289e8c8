package spec

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"certloop/reconciler/api"
)

// ACM allows 50 tags on a certificate, with keys of 128 and values of 256 characters (ACM API, Tag). Ten are reserved
// for certloop's own. maxTagKeys is the most bytes of all keys together: the status stores them for each target.
const (
	maxTagKey   = 128
	maxTagKeys  = api.MaxTags * maxTagKey
	maxTagValue = 256
)

// tags reads the tags of the ACM certificate; nil if there are none.
func (f fields) tags() map[string]string {
	given := f.object("tags").values
	if len(given) == 0 {
		return nil
	}
	if len(given) > api.MaxTags {
		f.wrong("tags", "has %d entries: use at most %d", len(given), api.MaxTags)
		return nil
	}
	total := 0
	for key := range given {
		total += len(key)
	}
	if total > maxTagKeys {
		f.wrong("tags", "has keys of %d bytes together: use at most %d", total, maxTagKeys)
		return nil
	}
	tags := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(given)) {
		at := fmt.Sprintf("tags[%s]", api.Quote(key))
		if problem := tagProblem(key, given[key]); problem != "" {
			f.problems.add(at, "%s", problem)
			continue
		}
		tags[key] = given[key].(string)
	}
	return tags
}

// tagProblem returns the problem of a tag, or "". An empty value is valid.
func tagProblem(key string, value any) string {
	text, ok := value.(string)
	switch lower := strings.ToLower(key); {
	case key == "":
		return "has no key: give it one"
	case !isTagText(key, maxTagKey):
		return fmt.Sprintf("is not a tag key: use at most %d letters, digits, spaces and %s", maxTagKey, tagMarks)
	case strings.HasPrefix(lower, "aws:"):
		return "begins with aws:, which is AWS's own: use another key"
	case strings.TrimSpace(key) != key:
		return "begins or ends with white space: remove it"
	case strings.HasPrefix(lower, "certloop:"):
		return "begins with certloop:, which is the controller's own: use another key"
	case !ok:
		return notText(value)
	case !isTagText(text, maxTagValue):
		return fmt.Sprintf("%s is not a tag value: use at most %d letters, digits, spaces and %s", api.Quote(text), maxTagValue, tagMarks)
	case strings.HasPrefix(strings.ToLower(text), "aws:"):
		return api.Quote(text) + " begins with aws:, which is AWS's own: use another value"
	case strings.TrimSpace(text) != text:
		return api.Quote(text) + " begins or ends with white space: remove it"
	}
	return ""
}

// tagMarks are the characters besides letters, digits and spaces that ACM accepts in a tag.
const tagMarks = "_ . : / = + - @"

func isTagText(s string, most int) bool {
	if !utf8.ValidString(s) || utf8.RuneCountInString(s) > most {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return r != ' ' && !unicode.In(r, unicode.L, unicode.N) && !strings.ContainsRune(tagMarks, r)
	})
}
