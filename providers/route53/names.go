package route53

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// prefix is where a CA queries the value (RFC 8555 section 8.4).
const prefix = "_acme-challenge."

// canonical is a name for comparison: lower-case, without the final dot, Route 53's octal escapes (\052 for "*")
// resolved (Route 53 Developer Guide, "DNS domain name format").
func canonical(name string) string {
	var b strings.Builder
	for i := 0; i < len(name); i++ {
		if name[i] == '\\' && i+3 < len(name) {
			if octet, err := strconv.ParseUint(name[i+1:i+4], 8, 8); err == nil {
				b.WriteByte(byte(octet))
				i += 3
				continue
			}
		}
		b.WriteByte(name[i])
	}
	return strings.ToLower(strings.TrimSuffix(b.String(), "."))
}

// escaped is canonical's inverse: name as Route 53 stores it, without the final dot.
func escaped(name string) string {
	var b strings.Builder
	for _, c := range []byte(name) {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.' {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, `\%03o`, c)
	}
	return b.String()
}

// position is where a canonical name stands in Route 53's listings: its labels reversed, escapes kept, a dot at the
// end, in ASCII order (API Reference, ListResourceRecordSets and ListHostedZonesByName).
func position(name string) string {
	labels := strings.Split(escaped(name), ".")
	slices.Reverse(labels)
	return strings.Join(labels, ".") + "."
}

// within reports whether name is zone or below it; both are canonical.
func within(name, zone string) bool {
	return name == zone || zone == "" || strings.HasSuffix(name, "."+zone)
}

// parent is the name without its first label; empty: the root.
func parent(name string) string {
	_, rest, _ := strings.Cut(name, ".")
	return rest
}
