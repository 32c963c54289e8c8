package fake

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// stored is a name as Route 53 keeps it: lower-case, a dot at the end, all but a-z 0-9 - _ escaped in octal.
func stored(name string) string {
	var b strings.Builder
	for i := 0; i < len(name); i++ {
		c := name[i]
		if c == '\\' && i+3 < len(name) {
			if octet, err := strconv.ParseUint(name[i+1:i+4], 8, 8); err == nil {
				c, i = byte(octet), i+3
			}
		}
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, `\%03o`, c)
		}
	}
	return strings.TrimSuffix(b.String(), ".") + "."
}

// plain is a stored name as the DNS library writes it: the star of a wildcard is a star.
func plain(name string) string { return strings.ReplaceAll(name, `\052`, "*") }

// position is where a stored name stands in listings: labels reversed, a dot at the end, in ASCII order.
func position(name string) string {
	labels := strings.Split(strings.TrimSuffix(name, "."), ".")
	slices.Reverse(labels)
	return strings.Join(labels, ".") + "."
}

// within reports whether name is zone or below it.
func within(name, zone string) bool {
	return name == zone || zone == "." || strings.HasSuffix(name, "."+zone)
}
