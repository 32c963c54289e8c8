package fake

import (
	"errors"
	"strconv"
	"strings"
)

// notText returns why a value is not one of a TXT record: it is one or more character strings of up to 255 octets, in
// quotation marks, with spaces between them.
func notText(value string) string {
	parts, err := characterStrings(value)
	if err != nil {
		return err.Error()
	}
	for _, p := range parts {
		if len(p) > 255 {
			return "CharacterStringTooLong (Value is too long)"
		}
	}
	return ""
}

var errUnquoted = errors.New("InvalidCharacterString (Value should be enclosed in quotation marks)")

// characterStrings are the strings of a TXT record's value, escapes resolved.
func characterStrings(value string) ([]string, error) {
	var parts []string
	rest := strings.Trim(value, " \t")
	if rest == "" {
		return nil, errUnquoted
	}
	for rest != "" {
		after, quoted := strings.CutPrefix(rest, `"`)
		if !quoted {
			return nil, errUnquoted
		}
		part, left, ok := characterString(after)
		if !ok {
			return nil, errUnquoted
		}
		parts = append(parts, part)
		rest = strings.TrimLeft(left, " \t")
	}
	return parts, nil
}

// characterString reads up to the closing quotation mark.
func characterString(text string) (part, rest string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			return b.String(), text[i+1:], true
		case c == '\\' && i+3 < len(text) && octal(text[i+1:i+4]):
			n, _ := strconv.ParseUint(text[i+1:i+4], 8, 8)
			b.WriteByte(byte(n))
			i += 3
		case c == '\\' && i+1 < len(text):
			i++
			b.WriteByte(text[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", "", false
}

func octal(digits string) bool {
	_, err := strconv.ParseUint(digits, 8, 8)
	return err == nil
}
