// Package plain has the characters that text from outside must not bring into what the command line writes: a record, a tag,
// or a message of a CA could take over the terminal of an operator, or change what a line seems to say.
package plain

import (
	"fmt"
	"strings"
	"unicode"
)

// IsControl reports whether a character controls a terminal (C0, DEL and C1), the direction of text, or where a line ends.
func IsControl(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp)
}

// Line returns text on one line. Line ends and tabs become spaces, other control characters U+FFFD.
func Line(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case IsControl(r):
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// Escaped returns JSON text with each control character inside a string as \u and four digits. Encoders of JSON escape C0 only.
func Escaped(json string) string {
	if !strings.ContainsFunc(json, isInside) {
		return json
	}
	var out strings.Builder
	for _, r := range json {
		if isInside(r) {
			fmt.Fprintf(&out, `\u%04x`, r)
			continue
		}
		out.WriteRune(r)
	}
	return out.String()
}

// isInside reports whether a character is a control character that cannot be between the values of JSON. All of these have at
// most four hexadecimal digits.
func isInside(r rune) bool { return IsControl(r) && !strings.ContainsRune("\n\r\t", r) }
