package spec

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"certloop/reconciler/api"
)

// fields reads the attributes of one map and collects their problems. NULL is always treated as absent.
type fields struct {
	// at is the path of the map in the record; empty: the record itself.
	at       string
	values   map[string]any
	problems *problems
}

func newFields(record map[string]any) fields {
	return fields{values: record, problems: new(problems)}
}

func (f fields) path(name string) string {
	if f.at == "" {
		return name
	}
	return f.at + "." + name
}

// wrong adds a problem of the attribute.
func (f fields) wrong(name, format string, args ...any) {
	f.problems.add(f.path(name), format, args...)
}

// given reports whether the attribute has a value, valid or not.
func (f fields) given(name string) bool { return f.values[name] != nil }

// These are the limits of what users may write, in bytes: of most attributes, of ARNs (IAM and Secrets Manager), of
// external IDs (STS), of URLs.
const (
	maxText       = 256
	maxARN        = 2048
	maxExternalID = 1224
	maxURL        = 1024
)

// text reads a string of 1 to maxText bytes on one line; false if it is absent or wrong.
func (f fields) text(name string) (string, bool) { return f.line(name, maxText) }

// line reads a string of 1 to most bytes on one line; false if it is absent or wrong. The problem does not repeat a
// wrong value: it may be a secret in the wrong place.
func (f fields) line(name string, most int) (string, bool) {
	s, ok := f.document(name)
	if !ok {
		return "", false
	}
	if problem := lineProblem(s, most); problem != "" {
		f.wrong(name, "%s", problem)
		return "", false
	}
	return s, true
}

// lineProblem returns the problem of a string that must have at most that many bytes on one line, or "". It does not
// repeat the value.
func lineProblem(s string, most int) string {
	switch {
	case len(s) > most:
		return fmt.Sprintf("has %d bytes: use at most %d", len(s), most)
	case strings.TrimSpace(s) != s:
		return "begins or ends with white space: remove it"
	case strings.ContainsFunc(s, unicode.IsControl):
		return "holds a line break or another control character: remove it"
	case !utf8.ValidString(s):
		return "is not UTF-8: write it again"
	case !api.Clean(s):
		return "holds a character that cannot be seen: write it again"
	}
	return ""
}

// document reads a string of any length and form that is not blank; false if it is absent or wrong.
func (f fields) document(name string) (string, bool) {
	s, ok := f.values[name].(string)
	switch {
	case !f.given(name):
		return "", false
	case !ok:
		f.wrong(name, "%s", notText(f.values[name]))
	case strings.TrimSpace(s) == "":
		f.wrong(name, "is empty: remove it or give a value")
	default:
		return s, true
	}
	return "", false
}

// notText returns the remedy for a value that is not a string.
func notText(v any) string {
	return fmt.Sprintf("is %s, not a string: write it as a string, in quotes", typeName(v))
}

func (f fields) flag(name string) bool {
	b := f.optionalFlag(name)
	return b != nil && *b
}

// optionalFlag reads a boolean; nil if it is absent or wrong.
func (f fields) optionalFlag(name string) *bool {
	if !f.given(name) {
		return nil
	}
	b, ok := f.values[name].(bool)
	if !ok {
		f.wrong(name, "is %s, not a boolean: write true or false without quotes (BOOL in DynamoDB)", typeName(f.values[name]))
		return nil
	}
	return &b
}

// list reads a list; nil if it is absent or wrong.
func (f fields) list(name string) []any {
	if !f.given(name) {
		return nil
	}
	l, ok := f.values[name].([]any)
	if !ok {
		f.wrong(name, "is %s, not a list: write a list (L in DynamoDB)", typeName(f.values[name]))
	}
	return l
}

// object reads a map; its values are nil if it is absent or wrong.
func (f fields) object(name string) fields {
	m, ok := f.values[name].(map[string]any)
	if !ok && f.given(name) {
		f.wrong(name, "is %s, not a map: write a map (M in DynamoDB)", typeName(f.values[name]))
	}
	return fields{at: f.path(name), values: m, problems: f.problems}
}

// element reads the map at index i of a list; false if it is not a map.
func (f fields) element(name string, i int, v any) (fields, bool) {
	at := fmt.Sprintf("%s[%d]", f.path(name), i)
	m, ok := v.(map[string]any)
	if !ok {
		f.problems.add(at, "is %s, not a map: write a map (M in DynamoDB)", typeName(v))
	}
	return fields{at: at, values: m, problems: f.problems}, ok
}

// maxUnknown is how many unknown attributes of a map are checked.
const maxUnknown = 100

var plainName = form(`^[A-Za-z0-9_.-]{1,64}$`)

// only reports every attribute that is not in known: a misspelled one would otherwise be ignored without an error.
func (f fields) only(known []string) {
	for i, name := range slices.Sorted(maps.Keys(f.values)) {
		if slices.Contains(known, name) {
			continue
		}
		if i > maxUnknown {
			// A message has room for far fewer, and the search for the nearest name takes time.
			f.wrong("and others", "are not known attributes: use only %s", strings.Join(known, ", "))
			return
		}
		shown := name
		if !plainName().MatchString(name) {
			shown = api.Quote(name)
		}
		if near := api.Nearest(name, known); near != "" {
			f.wrong(shown, "is not a known attribute: did you mean %s?", near)
			continue
		}
		f.wrong(shown, "is not a known attribute: remove it, or use one of %s", strings.Join(known, ", "))
	}
}

// typeName returns what users call the type of a value.
func typeName(v any) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case string:
		return "the string " + api.Quote(v)
	case bool:
		return "a boolean"
	case []any:
		return "a list"
	case []string:
		return "a string set"
	case map[string]any:
		return "a map"
	case []byte, [][]byte:
		return "binary"
	case []json.Number:
		return "a number set"
	case time.Time:
		return "a time"
	}
	if _, ok := api.NumberText(v); ok {
		return "a number"
	}
	return fmt.Sprintf("a %T", v)
}
