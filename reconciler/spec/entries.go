package spec

import (
	"fmt"
	"slices"
)

// maxEntries is the most entries of a list of a policy.
const maxEntries = 100

// entry is one entry of a list, with its path.
type entry struct {
	at    string
	value any
}

// A reader returns an entry in its stored form, or its problem.
type reader func(given string) (value, problem string)

// entries reads a list or a set of texts: nil if it is absent, otherwise not nil, with the valid entries.
func (f fields) entries(name string, read reader) []string {
	given := f.givenEntries(name)
	if given == nil {
		return nil
	}
	good := []string{}
	for _, e := range given {
		s, ok := e.value.(string)
		if !ok {
			f.problems.add(e.at, "%s", notText(e.value))
			continue
		}
		if problem := entryProblem(s); problem != "" {
			f.problems.add(e.at, "%s", problem)
			continue
		}
		value, problem := read(s)
		if problem != "" {
			f.problems.add(e.at, "%s", problem)
			continue
		}
		good = append(good, value)
	}
	return good
}

// entryProblem does not repeat the value: see line.
func entryProblem(s string) string {
	if s == "" {
		return "is empty: remove it or give a value"
	}
	return lineProblem(s, maxURL)
}

// givenEntries returns the entries of a list or set, at most maxEntries; nil if it is absent.
func (f fields) givenEntries(name string) []entry {
	var given []entry
	switch v := f.values[name].(type) {
	case nil:
		return nil
	case []any:
		for i, e := range v[:min(len(v), maxEntries)] {
			given = append(given, entry{fmt.Sprintf("%s[%d]", f.path(name), i), e})
		}
	case []string:
		for _, s := range slices.Sorted(slices.Values(v))[:min(len(v), maxEntries)] {
			given = append(given, entry{f.path(name), s})
		}
	default:
		f.wrong(name, "is %s, not a list: write a list (L or SS in DynamoDB)", typeName(v))
	}
	if n := f.count(name); n > maxEntries {
		f.wrong(name, "has %d entries: use at most %d, and a second policy for the rest", n, maxEntries)
	}
	return append([]entry{}, given...)
}

// count returns how many entries the list or set has.
func (f fields) count(name string) int {
	switch v := f.values[name].(type) {
	case []any:
		return len(v)
	case []string:
		return len(v)
	}
	return -1
}

// asTexts keeps a nil list nil, and an empty one empty.
func asTexts[T ~string](list []string) []T {
	if list == nil {
		return nil
	}
	out := make([]T, len(list))
	for i, s := range list {
		out[i] = T(s)
	}
	return out
}
