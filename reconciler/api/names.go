package api

import (
	"slices"
	"strings"
)

// SameNames reports whether a and b are the same set of DNS names: order, case and repetition do not matter. Both are
// A-labels.
func SameNames(a, b []string) bool {
	return slices.Equal(nameSet(a), nameSet(b))
}

// nameSet returns names in lower case, sorted, each once; names itself is unchanged.
func nameSet(names []string) []string {
	set := make([]string, 0, len(names))
	for _, name := range names {
		set = append(set, strings.ToLower(name))
	}
	slices.Sort(set)
	return slices.Compact(set)
}
