package api

import "strings"

// Enumerate returns the entries as a sentence has them: "a", "a and b", "a, b and c", with that word before the last.
func Enumerate[T ~string](all []T, word string) string {
	texts := make([]string, len(all))
	for i, one := range all {
		texts[i] = string(one)
	}
	if last := len(texts) - 1; last > 0 {
		return strings.Join(texts[:last], ", ") + " " + word + " " + texts[last]
	}
	return strings.Join(texts, "")
}
