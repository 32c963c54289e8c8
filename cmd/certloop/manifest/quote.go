package manifest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// blockLine matches a line that a block of text can have without quotes.
var blockLine = regexp.MustCompile(`^[!-~]([ -~]*[!-~])?$`)

// isBlock reports whether a text has several plain lines, as a PEM certificate has.
func isBlock(s string) bool {
	lines := strings.Split(strings.TrimSuffix(s, "\n"), "\n")
	return len(lines) > 1 && !slices.ContainsFunc(lines, func(l string) bool { return !blockLine.MatchString(l) })
}

func (e encoder) block(s string, indent int) {
	text, ended := strings.CutSuffix(s, "\n")
	mark := " |\n"
	if !ended {
		mark = " |-\n"
	}
	e.out.WriteString(mark)
	for line := range strings.SplitSeq(text, "\n") {
		e.out.WriteString(strings.Repeat(" ", indent) + line + "\n")
	}
}

// reserved are texts that YAML, in some version, reads as something else than a text.
var reserved = []string{"true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf"}

// isPlain reports whether a text needs no quotes: a name, an ARN, a URL or a lead time.
func isPlain(s string) bool {
	if n := strings.TrimRight(s, "dh"); len(n) == len(s)-1 && n != "" && strings.Trim(n, "0123456789") == "" {
		return true
	}
	for i, r := range s {
		switch {
		case unicode.IsLetter(r) || r == '_' || r == '/':
		case i > 0 && (unicode.IsDigit(r) || strings.ContainsRune(".@+=#-", r)):
		case i > 0 && r == ':' && i < len(s)-1:
		default:
			return false
		}
	}
	return s != "" && !slices.Contains(reserved, strings.ToLower(s))
}

// quoted returns a string on one line, in quotes where it needs them.
func quoted(s string) string {
	if isPlain(s) {
		return s
	}
	var out strings.Builder
	out.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			out.WriteString(`\` + string(r))
		case r == '\n':
			out.WriteString(`\n`)
		case r == '\t':
			out.WriteString(`\t`)
		case r == ' ' || unicode.IsPrint(r):
			out.WriteRune(r)
		case r <= 0xffff:
			fmt.Fprintf(&out, `\u%04x`, r)
		default:
			fmt.Fprintf(&out, `\U%08x`, r)
		}
	}
	out.WriteByte('"')
	return out.String()
}
