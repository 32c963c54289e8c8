package triggers

import (
	"encoding/json"
	"errors"
	"fmt"
)

// Filter is the filter criteria of an event source mapping. A record that matches one of the patterns is passed on;
// without patterns every record is (https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html).
type Filter []pattern

// pattern is one pattern: for each field another pattern, or the allowed values.
type pattern struct {
	fields map[string]pattern
	values []any
}

// RecordsOnly is the filter of the module's mapping of the stream.
var RecordsOnly = Filter{{fields: map[string]pattern{"dynamodb": {fields: map[string]pattern{"Keys": {fields: map[string]pattern{
	"kind": {fields: map[string]pattern{"S": {values: []any{"Certificate", "Account", "Policy"}}}}}}}}}}}

// ParseFilter reads patterns in EventBridge's syntax, limited to objects and lists of values. Anything else, such as
// {"prefix": …}, is an error: a filter that is not supported must not seem to work.
func ParseFilter(patterns ...string) (Filter, error) {
	var f Filter
	for _, text := range patterns {
		var body any
		if err := json.Unmarshal([]byte(text), &body); err != nil {
			return nil, fmt.Errorf("filter pattern %s: %w", text, err)
		}
		p, err := parsePattern(body)
		if err != nil {
			return nil, fmt.Errorf("filter pattern %s: %w", text, err)
		}
		f = append(f, p)
	}
	return f, nil
}

func parsePattern(body any) (p pattern, err error) {
	switch body := body.(type) {
	case map[string]any:
		p.fields = map[string]pattern{}
		for name, below := range body {
			if p.fields[name], err = parsePattern(below); err != nil {
				return p, err
			}
		}
		if len(body) == 0 {
			return p, errors.New("an empty object matches nothing")
		}
		return p, nil
	case []any:
		for _, v := range body {
			switch v.(type) {
			case map[string]any, []any:
				return p, fmt.Errorf("the comparison %v is not supported here", v)
			}
		}
		p.values = body
		return p, nil
	}
	return p, fmt.Errorf("%v is neither an object nor a list", body)
}

// Matches reports whether the record is passed on.
func (f Filter) Matches(record map[string]any) bool {
	for _, p := range f {
		if p.matches(record) {
			return true
		}
	}
	return len(f) == 0
}

func (p pattern) matches(v any) bool {
	if p.fields == nil {
		for _, want := range p.values {
			if v == want {
				return true
			}
		}
		return false
	}
	object, ok := v.(map[string]any)
	for name, below := range p.fields {
		field, present := object[name]
		if !ok || !present || !below.matches(field) {
			return false
		}
	}
	return true
}
