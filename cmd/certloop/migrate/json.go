package migrate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"certloop/cmd/certloop/lang"
)

// node is a value of a JSON document with its place.
type node struct {
	// value is nil, a bool, a json.Number, a string, []*node or []field.
	value any
	line  int
	// path is as in certificates[0].domains.
	path string
}

// field is a member of an object, in the order of the document.
type field struct {
	name string
	*node
}

// maxDepth is more than any configuration has.
const maxDepth = 20

// errDeep is an error of a document that is nested too deeply.
var errDeep = lang.Errorf("it is nested more than %d times", maxDepth)

// parseJSON reads one document. line is where the error is.
func parseJSON(body []byte) (root *node, line int, err error) {
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	p := &jsonParser{body: body, decoder: json.NewDecoder(bytes.NewReader(body))}
	p.decoder.UseNumber()
	root, err = p.value("", 0)
	if err == nil {
		if _, more := p.decoder.Token(); !errors.Is(more, io.EOF) {
			err = lang.Errorf("there is more after the end of the document")
		}
	}
	if err != nil {
		return nil, p.lineOf(err), err
	}
	return root, 0, nil
}

type jsonParser struct {
	body    []byte
	decoder *json.Decoder
}

// line returns the line of what was read last.
func (p *jsonParser) line() int { return p.lineAt(p.decoder.InputOffset()) }

func (p *jsonParser) lineAt(offset int64) int {
	return 1 + bytes.Count(p.body[:min(offset, int64(len(p.body)))], []byte("\n"))
}

func (p *jsonParser) lineOf(err error) int {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return p.lineAt(syntax.Offset)
	}
	return p.line()
}

func (p *jsonParser) value(path string, depth int) (*node, error) {
	if depth > maxDepth {
		return nil, errDeep
	}
	token, err := p.decoder.Token()
	if err != nil {
		return nil, unfinished(err)
	}
	n := &node{value: token, line: p.line(), path: path}
	switch token {
	case json.Delim('{'):
		n.value, err = p.object(path, depth)
	case json.Delim('['):
		n.value, err = p.array(path, depth)
	}
	return n, err
}

func (p *jsonParser) object(path string, depth int) ([]field, error) {
	fields := []field{}
	for p.decoder.More() {
		key, err := p.decoder.Token()
		if err != nil {
			return nil, unfinished(err)
		}
		name, ok := key.(string)
		if !ok {
			return nil, lang.Errorf("a name in an object is not a string")
		}
		value, err := p.value(joined(path, name), depth+1)
		if err != nil {
			return nil, err
		}
		fields = append(fields, field{name, value})
	}
	_, err := p.decoder.Token()
	return fields, unfinished(err)
}

func (p *jsonParser) array(path string, depth int) ([]*node, error) {
	items := []*node{}
	for p.decoder.More() {
		item, err := p.value(fmt.Sprintf("%s[%d]", path, len(items)), depth+1)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	_, err := p.decoder.Token()
	return items, unfinished(err)
}

func unfinished(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func joined(path, name string) string {
	if name = bounded(name); path == "" {
		return name
	}
	return path + "." + name
}
