package screen

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Fields writes a list of names with values, the values aligned. A value with several lines is indented.
func (s *Screen) Fields(fields [][2]string) {
	width := 0
	for _, f := range fields {
		width = max(width, ansi.StringWidth(f[0]))
	}
	for _, f := range fields {
		pad := strings.Repeat(" ", width-ansi.StringWidth(f[0])+gap)
		value := s.wrapped(f[1], width+gap)
		s.Line(strings.TrimRight(Faint.Render(f[0])+pad+value, " "))
	}
}

// Wrapped writes text that is broken at the terminal's width and indented.
func (s *Screen) Wrapped(text string, indent int) {
	s.Line(strings.Repeat(" ", indent) + s.wrapped(text, indent))
}

// wrapped breaks text at the terminal's width; lines after the first are indented. A word that is longer than a line,
// such as an ARN, stays whole, so that it can be copied. Text without spaces, as in Japanese, is broken anywhere.
func (s *Screen) wrapped(text string, indent int) string {
	lines := strings.Split(text, "\n")
	if limit := s.Width - indent; limit > least {
		for i, line := range lines {
			lines[i] = strings.Join(fill(strings.Split(line, " "), limit), "\n")
		}
	}
	return strings.ReplaceAll(strings.Join(lines, "\n"), "\n", "\n"+strings.Repeat(" ", indent))
}

// fill puts as many words on each line as it has room for.
func fill(words []string, limit int) []string {
	lines := []string{}
	for i, word := range words {
		last := len(lines) - 1
		if i > 0 && ansi.StringWidth(lines[last])+1+ansi.StringWidth(word) <= limit {
			lines[last] += " " + word
			continue
		}
		if isASCII(word) {
			lines = append(lines, word)
			continue
		}
		if i > 0 {
			word = lines[last] + " " + word
			lines = lines[:last]
		}
		lines = append(lines, strings.Split(ansi.Hardwrap(word, limit, true), "\n")...)
	}
	return lines
}

func isASCII(text string) bool {
	return strings.IndexFunc(ansi.Strip(text), func(r rune) bool { return r > 127 }) < 0
}
