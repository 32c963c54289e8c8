package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"sort"
	"unicode/utf8"

	"certloop/cmd/certloop/lang"
)

// json returns the values in a file of JSON, one after another; false if the file is not JSON. YAML includes most of
// JSON, and not all: escapes and tabs differ.
func (r *reader) json(file string, body []byte) ([]node, bool) {
	if first := bytes.TrimLeft(body, " \t\r\n"); len(first) == 0 || first[0] != '{' && first[0] != '[' {
		return nil, false
	}
	j := newJSONReader(file, body)
	var roots []node
	for {
		root, err := j.value(0)
		switch {
		case errors.Is(err, io.EOF) && len(roots) > 0:
			return roots, true
		case errors.Is(err, errTooMuch):
			r.wrong(j.at, "", lang.Errorf("the file is nested more than %d levels deep, or has more than %d values: use several files", maxDepth, maxValues))
			return nil, true
		case err != nil:
			return nil, false
		}
		roots = append(roots, root)
	}
}

// jsonReader reads values with their positions.
type jsonReader struct {
	file   string
	body   []byte
	in     *json.Decoder
	lines  []int
	values int
	// at is the position of the last value.
	at Position
}

func newJSONReader(file string, body []byte) *jsonReader {
	j := &jsonReader{file: file, body: body, in: json.NewDecoder(bytes.NewReader(body)), lines: []int{0}}
	j.in.UseNumber()
	for i, c := range body {
		if c == '\n' {
			j.lines = append(j.lines, i+1)
		}
	}
	return j
}

// errTooMuch ends the reading of a file that exceeds a limit; it is not shown.
var errTooMuch = io.ErrShortBuffer

// next returns the next token with its position.
func (j *jsonReader) next() (json.Token, Position, error) {
	from := int(j.in.InputOffset())
	t, err := j.in.Token()
	for from < len(j.body) && bytes.IndexByte([]byte(" \t\r\n,:"), j.body[from]) >= 0 {
		from++
	}
	line := sort.SearchInts(j.lines, from+1) - 1
	return t, Position{File: j.file, Line: line + 1, Column: utf8.RuneCount(j.body[j.lines[line]:from]) + 1}, err
}

func (j *jsonReader) value(depth int) (node, error) {
	t, at, err := j.next()
	if err != nil {
		return node{}, err
	}
	return j.valueOf(t, at, depth)
}

func (j *jsonReader) valueOf(t json.Token, at Position, depth int) (node, error) {
	j.at = at
	if j.values++; depth > maxDepth || j.values > maxValues {
		return node{}, errTooMuch
	}
	out := node{at: at}
	switch v := t.(type) {
	case string:
		out.kind, out.text = kindText, v
	case bool:
		out.kind, out.yes = kindBool, v
	case json.Number:
		out.kind, out.text = kindNumber, v.String()
	case json.Delim:
		if v == '[' {
			return j.list(out, depth)
		}
		return j.object(out, depth)
	}
	return out, nil
}

func (j *jsonReader) list(out node, depth int) (node, error) {
	out.kind = kindList
	for j.in.More() {
		entry, err := j.value(depth + 1)
		if err != nil {
			return out, err
		}
		out.entries = append(out.entries, entry)
	}
	_, err := j.in.Token()
	return out, err
}

func (j *jsonReader) object(out node, depth int) (node, error) {
	out.kind = kindMap
	for j.in.More() {
		t, at, err := j.next()
		name, ok := t.(string)
		if err != nil || !ok {
			return out, errors.Join(err, io.ErrUnexpectedEOF)
		}
		value, err := j.value(depth + 1)
		if err != nil {
			return out, err
		}
		out.members = append(out.members, member{name: name, at: at, value: value})
	}
	_, err := j.in.Token()
	return out, err
}
