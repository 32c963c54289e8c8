package manifest

import (
	"errors"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"certloop/cmd/certloop/lang"
	"certloop/reconciler/api"
)

// parseYAML returns the value of a document, or the problem that keeps it from being read; nil: it is empty.
func parseYAML(file string, c chunk) (root *node, problem *Problem) {
	w := &walker{file: file, before: c.before, lines: strings.Split(string(c.body), "\n"), anchors: map[string]ast.Node{}}
	defer func() {
		if failure := recover(); failure != nil {
			root, problem = nil, w.stop(nil, lang.Errorf("this document cannot be read: write it in a simpler form, or as JSON"))
		}
	}()
	tokens := lexer.Tokenize(string(c.body))
	if problem := w.tooDeep(tokens); problem != nil {
		return nil, problem
	}
	parsed, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, w.syntax(err)
	}
	if problem := w.lost(tokens, parsed.Docs); problem != nil {
		return nil, problem
	}
	for _, doc := range parsed.Docs {
		if doc.Body == nil {
			continue
		}
		if root != nil {
			return nil, w.stop(doc.Body.GetToken(), lang.Errorf("this document cannot be read: write it in a simpler form, or as JSON"))
		}
		n, problem := w.value(doc.Body, 0)
		if problem != nil {
			return nil, problem
		}
		root = &n
	}
	return root, nil
}

// walker turns the nodes of the parser into ours.
type walker struct {
	file   string
	before int
	lines  []string
	// anchors are the values that an alias may stand for, so far. values is how many values were read.
	anchors map[string]ast.Node
	values  int
}

func (w *walker) position(t *token.Token) Position {
	at := Position{File: w.file, Line: w.before + 1, Column: 1}
	if t != nil && t.Position != nil {
		at.Line, at.Column = w.before+max(1, t.Position.Line), max(1, t.Position.Column)
	}
	return at
}

func (w *walker) stop(t *token.Token, err error) *Problem {
	return &Problem{Position: w.position(t), Err: err}
}

func (w *walker) syntax(err error) *Problem {
	var failed yaml.Error
	if !errors.As(err, &failed) {
		return w.stop(nil, lang.Errorf("syntax error: %v", err))
	}
	problem := w.stop(failed.GetToken(), lang.Errorf("syntax error: %s", failed.GetMessage()))
	if line := w.lines[min(problem.Line-w.before, len(w.lines))-1]; strings.Contains(line[:len(line)-len(strings.TrimLeft(line, " \t"))], "\t") {
		problem.Err = lang.Errorf("syntax error: the line begins with a tab: indent it with spaces")
	}
	return problem
}

// value turns one node into ours.
func (w *walker) value(n ast.Node, depth int) (node, *Problem) {
	if w.values++; w.values > maxValues {
		return node{}, w.stop(n.GetToken(), lang.Errorf("the document has more than %d values, with those that its aliases stand for: write several documents", maxValues))
	}
	if depth > maxDepth {
		return node{}, w.stop(n.GetToken(), lang.Errorf("the document is nested more than %d levels deep: no attribute needs that", maxDepth))
	}
	switch n := n.(type) {
	case *ast.AnchorNode:
		return w.anchor(n, depth)
	case *ast.AliasNode:
		return w.alias(n, depth)
	case *ast.TagNode:
		return w.tagged(n, depth)
	case *ast.SequenceNode:
		return w.sequence(n, depth)
	case *ast.MappingNode:
		return w.mapping(n.GetToken(), n.Values, depth)
	case *ast.MappingValueNode:
		return w.mapping(n.Key.GetToken(), []*ast.MappingValueNode{n}, depth)
	}
	return w.scalar(n)
}

// tagged reads a value with an explicit type. Only those of JSON are known.
func (w *walker) tagged(n *ast.TagNode, depth int) (node, *Problem) {
	switch name := n.Start.Value; token.ReservedTagKeyword(name) {
	case token.StringTag:
		value, problem := w.value(n.Value, depth+1)
		if problem == nil && value.kind != kindList && value.kind != kindMap {
			if value.kind != kindText {
				value.text = n.Value.GetToken().Value
			}
			value.kind = kindText
		}
		return value, problem
	case token.IntegerTag, token.FloatTag, token.BooleanTag, token.NullTag, token.MappingTag, token.SequenceTag:
		return w.value(n.Value, depth+1)
	default:
		return node{}, w.stop(n.Start, lang.Errorf("the type %s is not known: remove it", api.Quote(name)))
	}
}

func (w *walker) sequence(n *ast.SequenceNode, depth int) (node, *Problem) {
	out := node{at: w.position(n.GetToken()), kind: kindList}
	for _, v := range n.Values {
		value, problem := w.value(v, depth+1)
		if problem != nil {
			return out, problem
		}
		out.entries = append(out.entries, value)
	}
	return out, nil
}

func (w *walker) mapping(start *token.Token, values []*ast.MappingValueNode, depth int) (node, *Problem) {
	out := node{at: w.position(start), kind: kindMap}
	if len(values) > 0 {
		out.at = w.position(values[0].Key.GetToken())
	}
	var merged []member
	for _, v := range values {
		value, problem := w.value(v.Value, depth+1)
		if problem != nil {
			return out, problem
		}
		if v.Key.IsMergeKey() {
			more, problem := w.merge(v, value)
			if problem != nil {
				return out, problem
			}
			merged = append(merged, more...)
			continue
		}
		name, problem := w.key(v.Key)
		if problem != nil {
			return out, problem
		}
		out.members = append(out.members, member{name: name, at: w.position(v.Key.GetToken()), value: value})
	}
	// What the map has itself overrides what it merges, and so does an earlier merge a later one.
	for _, m := range merged {
		if _, ok := out.get(m.name); !ok {
			out.members = append(out.members, m)
		}
	}
	return out, nil
}

// key returns the name of an attribute.
func (w *walker) key(k ast.MapKeyNode) (string, *Problem) {
	var n ast.Node = k
	if explicit, ok := n.(*ast.MappingKeyNode); ok {
		n = explicit.Value
	}
	if tagged, ok := n.(*ast.TagNode); ok {
		n = tagged.Value
	}
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, nil
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NullNode:
		return strings.TrimSpace(n.GetToken().Value), nil
	}
	return "", w.stop(k.GetToken(), lang.Errorf("the name of an attribute is not a string: write it as plain text"))
}
