package screen

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Fields writes a list of names with values, the values aligned. A value with several lines is indented.
func (s *Screen) Fields(fields [][2]string) { s.FieldsAt(fields, 0) }

// FieldsAt is Fields, indented.
func (s *Screen) FieldsAt(fields [][2]string, indent int) {
	lead := strings.Repeat(" ", indent)
	width := 0
	for _, f := range fields {
		width = max(width, ansi.StringWidth(f[0]))
	}
	for _, f := range fields {
		pad := strings.Repeat(" ", width-ansi.StringWidth(f[0])+gap)
		value := s.wrapped(f[1], indent+width+gap)
		s.Line(strings.TrimRight(lead+Faint.Render(f[0])+pad+value, " "))
	}
}

// Wrapped writes text that is broken at the terminal's width and indented.
func (s *Screen) Wrapped(text string, indent int) {
	s.Line(strings.Repeat(" ", indent) + s.wrapped(text, indent))
}

// wrapped breaks text at the terminal's width; lines after the first are indented.
func (s *Screen) wrapped(text string, indent int) string {
	lines := strings.Split(text, "\n")
	if limit := s.Width - indent; limit > least {
		for i, line := range lines {
			lines[i] = strings.Join(fill(line, limit), "\n")
		}
	}
	return strings.ReplaceAll(strings.Join(lines, "\n"), "\n", "\n"+strings.Repeat(" ", indent))
}

// Lines returns text that is broken at the terminal's width, each line indented.
func (s *Screen) Lines(text string, indent int) []string {
	return strings.Split(strings.Repeat(" ", indent)+s.wrapped(text, indent), "\n")
}
