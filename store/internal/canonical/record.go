package canonical

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Record returns a deep copy of a plain value of a record: string, json.Number, bool, nil, []byte, []any,
// map[string]any, and the sets []string, []json.Number and [][]byte. Strings of a set are sorted and unique. Any other
// type is an error that contains it.
func Record(v any) (any, error) {
	switch v := v.(type) {
	case nil, string, json.Number, bool:
		return v, nil
	case []byte:
		return append([]byte{}, v...), nil
	case []string:
		return slices.Compact(slices.Sorted(slices.Values(v))), nil
	case []json.Number:
		return slices.Clone(v), nil
	case [][]byte:
		return recordBinarySet(v), nil
	case []any:
		return recordList(v)
	case map[string]any:
		return recordMap(v)
	}
	return nil, fmt.Errorf("a record cannot have a value of type %T", v)
}

func recordBinarySet(v [][]byte) [][]byte {
	out := make([][]byte, len(v))
	for i, b := range v {
		out[i] = slices.Clone(b)
	}
	return out
}

func recordList(v []any) (any, error) {
	out := make([]any, len(v))
	for i, e := range v {
		c, err := Record(e)
		if err != nil {
			return nil, fmt.Errorf("[%d]: %w", i, err)
		}
		out[i] = c
	}
	return out, nil
}

func recordMap(v map[string]any) (any, error) {
	out := make(map[string]any, len(v))
	for k, e := range v {
		c, err := Record(e)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", k, err)
		}
		out[k] = c
	}
	return out, nil
}
