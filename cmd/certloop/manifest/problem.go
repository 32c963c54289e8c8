package manifest

import (
	"fmt"
	"strings"
)

// Position is a place in a file; line and column count from 1.
type Position struct {
	File         string
	Line, Column int
}

func (p Position) String() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column) }

// Problem is one problem of a file.
type Problem struct {
	Position
	// Field is the attribute, such as targets[1].role_arn; empty: the problem is not one of an attribute.
	Field string
	// Text is what is wrong, and what to do.
	Text string
}

// Error returns the problem as file:line:column: field: text.
func (p Problem) Error() string {
	if p.Field == "" {
		return fmt.Sprintf("%s: %s", p.Position, p.Text)
	}
	return fmt.Sprintf("%s: %s: %s", p.Position, p.Field, p.Text)
}

// Problems are the problems of files, one line each.
type Problems []Problem

// maxShown is how many problems an error shows.
const maxShown = 100

func (p Problems) Error() string {
	var lines []string
	for _, problem := range p[:min(len(p), maxShown)] {
		lines = append(lines, problem.Error())
	}
	if left := len(p) - maxShown; left > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", left))
	}
	return strings.Join(lines, "\n")
}
