package screen

import (
	"regexp"
	"strings"
	"unicode"

	"certloop/cmd/certloop/plain"
)

// styles are the escape sequences of the styles in this package. Text from a record, a CA or a log may have any others,
// with which its author could rewrite what the operator sees, or what the terminal does.
var styles = regexp.MustCompile(`\x1b\[(?:0?|1|2|31|32|33)m`)

// clean returns text with the styles of this package, line ends and tabs, and without any other control character, or
// character that changes the direction of text. Each of these becomes U+FFFD.
func clean(text string) string {
	var out strings.Builder
	last := 0
	for _, at := range styles.FindAllStringIndex(text, -1) {
		out.WriteString(strings.Map(printable, text[last:at[0]]))
		out.WriteString(text[at[0]:at[1]])
		last = at[1]
	}
	out.WriteString(strings.Map(printable, text[last:]))
	return out.String()
}

func printable(r rune) rune {
	if r == '\n' || r == '\t' || !plain.IsControl(r) {
		return r
	}
	return unicode.ReplacementChar
}

// oneLine returns text without line ends, for a cell of a table.
func oneLine(text string) string {
	return strings.NewReplacer("\r\n", " ", "\n", " ", "\t", " ").Replace(text)
}
