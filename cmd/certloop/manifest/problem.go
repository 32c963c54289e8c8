package manifest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"certloop/cmd/certloop/lang"
	"certloop/reconciler/api"
)

// Position is a place in a file; line and column count from 1. Without a file it is a place in the only text.
type Position struct {
	File         string
	Line, Column int
}

func (p Position) String() string {
	return strings.TrimPrefix(fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column), ":")
}

// Problem is one problem of a file.
type Problem struct {
	Position
	// Field is the attribute, such as targets[1].role_arn; empty: the problem is not one of an attribute.
	Field string
	// Err is what is wrong, and what to do.
	Err error
}

// Error returns the problem as file:line:column: field: text.
func (p Problem) Error() string { return p.In(lang.English) }

// In returns the same in a language.
func (p Problem) In(l lang.Language) string {
	text := api.Message(l.Error(p.Err))
	if p.Field == "" {
		return fmt.Sprintf("%s: %s", p.Position, text)
	}
	return fmt.Sprintf("%s: %s: %s", p.Position, p.Field, text)
}

// Problems are the problems of files, one line each.
type Problems []Problem

// maxShown is how many problems an error shows.
const maxShown = 100

func (p Problems) Error() string { return p.In(lang.English) }

// In returns the same in a language.
func (p Problems) In(l lang.Language) string {
	var lines []string
	for _, problem := range p[:min(len(p), maxShown)] {
		lines = append(lines, problem.In(l))
	}
	if left := len(p) - maxShown; left > 0 {
		lines = append(lines, l.F("and %d more", left))
	}
	return strings.Join(lines, "\n")
}

// With returns these problems and more of the same files, in the order of the files. A problem at the same place and field is
// there once.
func (p Problems) With(more Problems) Problems {
	type place struct {
		Position
		field string
	}
	all, order, known := slices.Clone(p), map[string]int{}, map[place]bool{}
	for _, problem := range p {
		known[place{problem.Position, problem.Field}] = true
	}
	for _, problem := range more {
		if !known[place{problem.Position, problem.Field}] {
			all = append(all, problem)
		}
	}
	for _, problem := range all {
		if _, ok := order[problem.File]; !ok {
			order[problem.File] = len(order)
		}
	}
	slices.SortStableFunc(all, func(a, b Problem) int {
		return cmp.Or(order[a.File]-order[b.File], a.Line-b.Line, a.Column-b.Column)
	})
	return all
}
