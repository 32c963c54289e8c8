package manifest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"certloop/reconciler/api"
	"certloop/reconciler/spec"
)

// Encode returns records as YAML, one document each, with their attributes in the order of docs/reference/records.md.
// Decode of it returns the same records, except that it has a set as a list.
func Encode(records []map[string]any) []byte {
	var out bytes.Buffer
	for i, record := range records {
		if i > 0 {
			out.WriteString("---\n")
		}
		kind, _ := record["kind"].(string)
		e := encoder{out: &out}
		if len(record) == 0 {
			out.WriteString("{}\n")
			continue
		}
		e.members(record, spec.Attributes(api.Kind(kind)), 0, "")
	}
	return out.Bytes()
}

type encoder struct{ out *bytes.Buffer }

// members writes the attributes of a map, those in order first. The first line begins with lead, the others with as
// many spaces.
func (e encoder) members(m map[string]any, order []string, indent int, lead string) {
	for _, name := range ordered(m, order) {
		if lead == "" {
			lead = strings.Repeat(" ", indent)
		}
		e.out.WriteString(lead + quoted(name) + ":")
		lead = ""
		e.value(m[name], spec.AttributesWithin(name), indent)
	}
}

func ordered(m map[string]any, order []string) []string {
	var names []string
	for _, name := range order {
		if _, ok := m[name]; ok {
			names = append(names, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if !slices.Contains(order, name) {
			names = append(names, name)
		}
	}
	return names
}

// value writes a value after a name, on the same line or below it.
func (e encoder) value(v any, order []string, indent int) {
	switch v := v.(type) {
	case []any:
		e.list(v, order, indent)
	case []string:
		e.list(anyOf(v), order, indent)
	case []json.Number:
		e.list(anyOf(v), order, indent)
	case [][]byte:
		e.list(anyOf(v), order, indent)
	case map[string]any:
		if len(v) == 0 {
			e.out.WriteString(" {}\n")
			return
		}
		e.out.WriteString("\n")
		e.members(v, order, indent+2, "")
	case string:
		if isBlock(v) {
			e.block(v, indent+2)
			return
		}
		e.out.WriteString(" " + quoted(v) + "\n")
	default:
		e.out.WriteString(" " + single(v) + "\n")
	}
}

func anyOf[T any](list []T) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}

// list writes a list below its name.
func (e encoder) list(list []any, order []string, indent int) {
	if len(list) == 0 {
		e.out.WriteString(" []\n")
		return
	}
	e.out.WriteString("\n")
	dash := strings.Repeat(" ", indent+2) + "-"
	for _, entry := range list {
		if m, ok := entry.(map[string]any); ok && len(m) > 0 {
			e.members(m, order, indent+4, dash+" ")
			continue
		}
		e.out.WriteString(dash)
		e.value(entry, order, indent+2)
	}
}

// single returns a value other than a string, list or map.
func single(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return fmt.Sprint(v)
	case []byte:
		return quoted(base64.StdEncoding.EncodeToString(v))
	}
	if n, ok := api.NumberText(v); ok {
		return n
	}
	return quoted(fmt.Sprint(v))
}

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
