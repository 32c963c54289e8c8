package api

import (
	"slices"
	"strings"
)

// SameNames says that a and b are the same set of DNS names: order, case and repetition do not count. Both hold
// A-labels.
func SameNames(a, b []string) bool {
	return slices.Equal(nameSet(a), nameSet(b))
}

// nameSet is names in lower case, sorted, each once; names itself stays as it is.
func nameSet(names []string) []string {
	set := make([]string, 0, len(names))
	for _, name := range names {
		set = append(set, strings.ToLower(name))
	}
	slices.Sort(set)
	return slices.Compact(set)
}
