// Package manifest reads and writes records as files: YAML or JSON, several documents in a file, each with the
// attributes of docs/reference/records.md. It reports all problems of all files together, each with its file, line and
// column, so that nothing is written before everything is valid. It does no I/O.
//
// It bounds what it reads: the bytes of a file, its documents, the depth of a document, and the values that its aliases
// expand to.
package manifest

import (
	"bytes"
	"cmp"
	"slices"
	"unicode/utf8"

	"certloop/cmd/certloop/lang"
	"certloop/reconciler/api"
	"certloop/reconciler/spec"
)

// File is what was read from a file.
type File struct {
	// Name is the name in messages.
	Name string
	Body []byte
}

// These are the limits of a file. 10,000 records of ordinary size have about 4 MB.
const (
	// MaxFile is the most bytes of a file.
	MaxFile = 16 << 20
	// maxDocuments is the most records of all files together.
	maxDocuments = 20000
	// maxDepth is how deep a document is nested at most. DynamoDB allows 32 levels, and no record needs more than 4.
	maxDepth = 40
	// maxValues is the most values of a document, with those that its aliases stand for.
	maxValues = 500000
)

// Document is one record of a file.
type Document struct {
	Key api.Key
	// Attributes are the attributes that the document has, with name and kind, as plain values of api.Object.Record. nil
	// is an attribute that is to be removed from the record.
	Attributes map[string]any

	file string
	root node
}

// Decode reads the records of the files, in their order. The error is of type Problems. The documents are then those
// that have a name and a kind.
//
// A document may have some attributes of a record only, so an attribute that is required and absent is no problem here:
// see Document.Check.
func Decode(files []File, d spec.Defaults) ([]Document, error) {
	r := reader{defaults: d, seen: map[api.Key]Position{}}
	for _, f := range files {
		before := len(r.problems)
		r.file(f)
		slices.SortStableFunc(r.problems[before:], func(a, b Problem) int {
			return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
		})
	}
	if len(r.problems) > 0 {
		return r.documents, r.problems
	}
	return r.documents, nil
}

// reader collects the documents and problems of several files.
type reader struct {
	defaults  spec.Defaults
	documents []Document
	problems  Problems
	seen      map[api.Key]Position
}

func (r *reader) wrong(at Position, field string, err error) {
	r.problems = append(r.problems, Problem{Position: at, Field: field, Err: err})
}

// file reads one file, as JSON if it is JSON, else as YAML.
func (r *reader) file(f File) {
	start := Position{File: f.Name, Line: 1, Column: 1}
	body := bytes.TrimPrefix(f.Body, []byte("\xef\xbb\xbf"))
	if len(body) > MaxFile {
		r.wrong(start, "", lang.Errorf("the file has more than %d MB: use several files", MaxFile>>20))
		return
	}
	if at, ok := invalidAt(body); !ok {
		at.File = f.Name
		r.wrong(at, "", lang.Errorf("the file is not UTF-8 text: save it as UTF-8"))
		return
	}
	// YAML and JSON take a carriage return before a line feed for part of the line end.
	body = bytes.ReplaceAll(body, []byte("\r\n"), []byte("\n"))
	if roots, ok := r.json(f.Name, body); ok {
		r.roots(f.Name, roots)
		return
	}
	for _, c := range split(body) {
		root, problem := parseYAML(f.Name, c)
		switch {
		case problem != nil:
			r.problems = append(r.problems, *problem)
		case root != nil:
			r.roots(f.Name, []node{*root})
		}
	}
}

// invalidAt returns the position of the first byte that is not text.
func invalidAt(body []byte) (Position, bool) {
	line, column := 1, 1
	for i := 0; i < len(body); {
		c, size := utf8.DecodeRune(body[i:])
		if c == utf8.RuneError && size == 1 || c == 0 {
			return Position{Line: line, Column: column}, false
		}
		if column++; c == '\n' {
			line, column = line+1, 1
		}
		i += size
	}
	return Position{}, true
}

// roots reads the values at the top of documents. A list, or the items of "certloop get -o yaml", are several records.
func (r *reader) roots(file string, roots []node) {
	for _, root := range roots {
		if root.kind == kindNull {
			continue // an empty document
		}
		for _, n := range unwrapped(root) {
			r.document(file, n)
		}
	}
}

// unwrapped returns the records in a document.
func unwrapped(root node) []node {
	if root.kind == kindList {
		return root.entries
	}
	items, ok := root.get("items")
	if root.kind != kindMap || !ok || len(root.members) != 1 || items.kind != kindList {
		return []node{root}
	}
	var out []node
	for _, item := range items.entries {
		record, ok := item.get("record")
		switch {
		case !ok:
			out = append(out, item)
		case record.kind != kindNull: // a deleted record has none
			out = append(out, record)
		}
	}
	return out
}
