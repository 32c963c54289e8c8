package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// SpecDigest returns 32 lower-case hex digits of a whole raw record, including unknown attributes: the generation rises
// when it changes. The order of a map's keys and of a set's members does not matter, the order of a list does.
func SpecDigest(record map[string]any) string {
	d := newDigest("spec/1")
	if RecordProblem(record) != "" {
		// Such a record is never accepted, so it is not walked through.
		d.text("TOO LARGE")
		return d.hex(16)
	}
	d.value(record)
	return d.hex(16)
}

// value writes v with a letter for its type in front, so that the string "1", the number 1 and the set of "1"
// differ.
func (d *digest) value(v any) {
	switch v := v.(type) {
	case nil:
		d.text("NULL")
	case bool:
		d.text("BOOL", strconv.FormatBool(v))
	case string:
		d.text("S", v)
	case []any:
		d.list(v)
	case []string:
		d.set("SS", v)
	case []json.Number:
		d.set("NS", texts(v))
	case [][]byte:
		d.set("BS", texts(v))
	case map[string]any:
		d.object(v)
	default:
		d.other(v)
	}
}

func (d *digest) list(list []any) {
	d.text("L")
	d.count(len(list))
	for _, v := range list {
		d.value(v)
	}
}

func (d *digest) set(kind string, set []string) {
	d.text(kind)
	d.count(len(set))
	d.text(slices.Sorted(slices.Values(set))...)
}

func texts[T ~string | ~[]byte](set []T) []string {
	var out []string
	for _, v := range set {
		out = append(out, string(v))
	}
	return out
}

func (d *digest) object(m map[string]any) {
	d.text("M")
	d.count(len(m))
	for _, key := range slices.Sorted(maps.Keys(m)) {
		d.text(key)
		d.value(m[key])
	}
}

// other writes numbers as the table spells them (30, not 30.0 or 3e+01), so that the store's json.Number and a parser's
// float64 are equal, and any other value as JSON.
func (d *digest) other(v any) {
	if n, ok := NumberText(v); ok {
		d.text("N", n)
		return
	}
	// Of a value that JSON cannot express (a function) only the type counts: its address would change from run to run.
	text, _ := json.Marshal(v)
	d.text(fmt.Sprintf("%T", v), string(text))
}

// NumberText returns the decimal text of a numeric Go value, and false for any other value.
func NumberText(v any) (string, bool) {
	switch n := v.(type) {
	case json.Number:
		return n.String(), true
	case float32, float64:
		f, err := strconv.ParseFloat(fmt.Sprint(n), 64)
		return strconv.FormatFloat(f, 'f', -1, 64), err == nil
	case int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64:
		return fmt.Sprint(n), true
	}
	return "", false
}
