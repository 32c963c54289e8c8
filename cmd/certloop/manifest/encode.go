package manifest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

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
