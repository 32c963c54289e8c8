package manifest_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"certloop/cmd/certloop/manifest"
)

// value draws a value that a table may have.
func value(depth int) *rapid.Generator[any] {
	return rapid.Custom(func(t *rapid.T) any {
		kinds := 6
		if depth == 0 {
			kinds = 4
		}
		switch rapid.IntRange(0, kinds).Draw(t, "kind") {
		case 0:
			return rapid.SampledFrom([]string{"", "a", "b", "30d", "1"}).Draw(t, "text")
		case 1:
			return rapid.Bool().Draw(t, "bool")
		case 2:
			return rapid.SampledFrom([]json.Number{"1", "1.0", "2", "50"}).Draw(t, "number")
		case 3:
			return rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c"}), 1, 3, rapid.ID).Draw(t, "set")
		case 5:
			return rapid.SliceOfN(value(depth-1), 0, 3).Draw(t, "list")
		case 6:
			return rapid.MapOfN(rapid.SampledFrom([]string{"x", "y"}), value(depth-1), 0, 2).Draw(t, "map")
		}
		return nil
	})
}

// Properties of a change, whatever the table and the file have.
func TestMerge_Properties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		attributes := rapid.MapOfN(rapid.SampledFrom([]string{"domains", "tags", "zone", "suspend", "other"}), value(2), 0, 5)
		record, file := attributes.Draw(t, "record"), attributes.Draw(t, "file")
		before := maps.Clone(record)
		c := manifest.Merge(record, file)
		if !reflect.DeepEqual(record, before) {
			t.Fatal("the record that was read is changed")
		}
		if again := manifest.Merge(c.Record, file); !again.IsEmpty() {
			t.Fatalf("the same file changes the record again: %+v", again)
		}
		for name, value := range record {
			if _, ok := file[name]; !ok && !reflect.DeepEqual(c.Record[name], value) {
				t.Fatalf("%s is not in the file, and changes from %v to %v", name, value, c.Record[name])
			}
		}
		for name, value := range file {
			now, there := c.Record[name]
			if value == nil && there || value != nil && !manifest.Equal(now, value) {
				t.Fatalf("%s is %v, and the file has %v", name, now, value)
			}
		}
		for name := range c.Record {
			_, read := record[name]
			_, given := file[name]
			if !read && !given {
				t.Fatalf("%s comes from nowhere", name)
			}
		}
	})
}

func TestEqual(t *testing.T) {
	for sentence, c := range map[string]struct {
		a, b any
		want bool
	}{
		"a set and a list in its order":    {[]string{"b", "a"}, []any{"a", "b"}, true},
		"a set and a list in other order":  {[]string{"a", "b"}, []any{"b", "a"}, false},
		"lists in other order":             {[]any{"a", "b"}, []any{"b", "a"}, false},
		"numbers by value":                 {json.Number("50"), json.Number("5e1"), true},
		"a number and a text":              {json.Number("50"), "50", false},
		"a number and a boolean":           {json.Number("1"), true, false},
		"null in a map is absent":          {map[string]any{"a": nil}, map[string]any{}, true},
		"a map of sets":                    {map[string]any{"a": []string{"x"}}, map[string]any{"a": []any{"x"}}, true},
		"an empty list and nothing":        {[]any{}, nil, false},
		"another text":                     {"a", "b", false},
		"a huge exponent costs no memory":  {json.Number("1e999999999"), json.Number("1e999999998"), false},
		"an empty set and an empty list":   {[]string{}, []any{}, true},
		"binary values with the same byte": {[]byte{1}, []byte{1}, true},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := manifest.Equal(c.a, c.b); got != c.want {
				t.Errorf("%v and %v are equal: %v, want %v", c.a, c.b, got, c.want)
			}
		})
	}
}
