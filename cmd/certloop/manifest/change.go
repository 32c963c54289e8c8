package manifest

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"

	"certloop/reconciler/api"
	"certloop/reconciler/spec"
)

// Change is what turns a record into one that has the attributes of a document.
type Change struct {
	// Set are the attributes that get another value, Remove those that are removed, in order.
	Set    map[string]any
	Remove []string
	// Record is the record afterwards.
	Record map[string]any
}

// IsEmpty reports whether the record has the attributes already.
func (c Change) IsEmpty() bool { return len(c.Set) == 0 && len(c.Remove) == 0 }

// Over returns the change of a record, nil where there is none. An attribute that the document does not have stays as it is:
// another tool may have written it.
func (d *Document) Over(record map[string]any) Change {
	return Merge(record, d.Attributes)
}

// Merge returns the change that gives a record these attributes; nil removes one.
func Merge(record, attributes map[string]any) Change {
	c := Change{Set: map[string]any{}, Record: maps.Clone(record)}
	if c.Record == nil {
		c.Record = map[string]any{}
	}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		value := attributes[name]
		before, there := record[name]
		switch {
		case value == nil && there:
			c.Remove = append(c.Remove, name)
			delete(c.Record, name)
		case value != nil && (!there || !Equal(before, value)):
			c.Set[name], c.Record[name] = value, value
		}
	}
	return c
}

// Names returns the attributes that change, in the order of docs/reference/records.md.
func (c Change) Names(kind api.Kind) []string {
	changed := maps.Clone(c.Set)
	for _, name := range c.Remove {
		changed[name] = nil
	}
	return ordered(changed, spec.Attributes(kind))
}

// Equal reports whether two values of an attribute mean the same. A file has no sets: a list is equal to a set if it has the
// same texts in sort order, which is the order in which a set is read.
func Equal(a, b any) bool { return reflect.DeepEqual(normal(a), normal(b)) }

// normal returns a value in a form in which equal values are deeply equal.
func normal(v any) any {
	switch v := v.(type) {
	case []string:
		return normal(anyOf(slices.Sorted(slices.Values(v))))
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = normal(e)
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for name, e := range v {
			if e != nil {
				out[name] = normal(e)
			}
		}
		return out
	case json.Number:
		if f, err := strconv.ParseFloat(v.String(), 64); err == nil {
			return f
		}
	}
	return v
}
