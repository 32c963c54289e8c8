package route53

import (
	"fmt"
	"strconv"
	"strings"
)

// maxString is the most that one character string of a TXT record holds (RFC 1035 section 3.3).
const maxString = 255

// quote is text as the value of a TXT record: one or more character strings in quotation marks (Route 53 Developer
// Guide, "TXT record type").
func quote(text string) string {
	var b strings.Builder
	for i, c := range []byte(text) {
		if i > 0 && i%maxString == 0 {
			b.WriteString(`" "`)
		}
		switch {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < 0x20 || c > 0x7e:
			fmt.Fprintf(&b, `\%03o`, c)
		default:
			b.WriteByte(c)
		}
	}
	return `"` + b.String() + `"`
}

// unquote is the text of a TXT record's value, its character strings put together, as a CA reads it. It takes what is
// not in quotation marks as it stands.
func unquote(value string) string {
	var b strings.Builder
	quoted := false
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == '\\' && i+1 < len(value):
			octet, length := unescape(value[i+1:])
			b.WriteByte(octet)
			i += length
		case c == '"':
			quoted = !quoted
		case quoted || c != ' ' && c != '\t':
			b.WriteByte(c)
		}
	}
	return b.String()
}

// unescape reads what follows a backslash: three octal digits, or the character itself.
func unescape(rest string) (octet byte, length int) {
	if len(rest) >= 3 {
		if n, err := strconv.ParseUint(rest[:3], 8, 8); err == nil {
			return byte(n), 3
		}
	}
	return rest[0], 1
}
