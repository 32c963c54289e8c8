package fake

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// function is a function of a condition.
type function struct {
	operands int
	// make returns the condition; p is for its errors.
	make func(p *parser, name string, args []operand) (condition, error)
}

var functions map[string]function

func init() {
	functions = map[string]function{
		"attribute_exists":     {1, presence(true)},
		"attribute_not_exists": {1, presence(false)},
		"attribute_type":       {2, attributeType},
		"begins_with":          {2, beginsWith},
		"contains":             {2, contains},
	}
}

// function reads a function; the names of functions have a case.
func (p *parser) function() (condition, error) {
	name := p.next().text
	f, ok := functions[name]
	if !ok {
		return nil, invalid("Invalid %s: Invalid function name; function: %s", p.what, name)
	}
	p.operators++
	args, err := p.arguments()
	if err != nil {
		return nil, err
	}
	if len(args) != f.operands {
		return nil, invalid("Invalid %s: Incorrect number of operands for operator or function; operator or function: %s, number of operands: %d",
			p.what, name, len(args))
	}
	return f.make(p, name, args)
}

func presence(want bool) func(*parser, string, []operand) (condition, error) {
	return func(p *parser, name string, args []operand) (condition, error) {
		if err := p.mustBePath(name, args[0]); err != nil {
			return nil, err
		}
		return func(it item) bool {
			_, ok := args[0].eval(it)
			return ok == want
		}, nil
	}
}

func (p *parser) mustBePath(name string, o operand) error {
	if _, ok := o.(path); !ok {
		return invalid("Invalid %s: Operator or function requires a document path; operator or function: %s", p.what, name)
	}
	return nil
}

// typeName is the name of a kind in messages.
func typeName(kind string) string {
	names := map[string]string{kindString: "STRING", kindNumber: "NUMBER", kindBinary: "BINARY", kindBool: "BOOLEAN",
		kindNull: "NULL", kindList: "LIST", kindMap: "MAP"}
	if name, ok := names[kind]; ok {
		return name
	}
	return "SET"
}

func (p *parser) badType(name string, kind string) error {
	return invalid("Invalid %s: Incorrect operand type for operator or function; operator or function: %s, operand type: %s", p.what, name, kind)
}

func attributeType(p *parser, name string, args []operand) (condition, error) {
	want, ok := args[1].(constant)
	if !ok || want.kind != kindString {
		return nil, p.badType(name, "not a STRING")
	}
	kinds := []string{kindString, kindNumber, kindBinary, kindBool, kindNull, kindList, kindMap, kindStrings, kindNumbers, kindBinaries}
	if !slices.Contains(kinds, want.text) {
		return nil, invalid("Invalid %s: Invalid attribute type name found; type: %s", p.what, want.text)
	}
	return func(it item) bool {
		v, ok := args[0].eval(it)
		return ok && v.kind == want.text
	}, p.mustBePath(name, args[0])
}

func beginsWith(p *parser, name string, args []operand) (condition, error) {
	for _, a := range args {
		if c, ok := a.(constant); ok && c.kind != kindString && c.kind != kindBinary {
			return nil, p.badType(name, c.kind)
		}
	}
	return func(it item) bool {
		v, hasV := args[0].eval(it)
		prefix, hasPrefix := args[1].eval(it)
		return hasV && hasPrefix && v.kind == prefix.kind && (v.kind == kindString || v.kind == kindBinary) && strings.HasPrefix(v.text, prefix.text)
	}, nil
}

// contains holds for a part of a string, an element of a list, and an element of a set.
func contains(_ *parser, _ string, args []operand) (condition, error) {
	return func(it item) bool {
		v, hasV := args[0].eval(it)
		part, hasPart := args[1].eval(it)
		switch {
		case !hasV || !hasPart:
			return false
		case v.kind == kindString || v.kind == kindBinary:
			return part.kind == v.kind && strings.Contains(v.text, part.text)
		case v.kind == kindList:
			return slices.ContainsFunc(v.list, part.equal)
		}
		return elementOf[v.kind] == part.kind && part.kind != "" && slices.Contains(v.set, part.text)
	}, nil
}

// size is the operand size(path).
type size struct{ of operand }

func (p *parser) size() (operand, error) {
	if name := p.next().text; name != "size" {
		return nil, invalid("Invalid %s: Invalid function name; function: %s", p.what, name)
	}
	args, err := p.arguments()
	if err != nil {
		return nil, err
	}
	if len(args) != 1 {
		return nil, invalid("Invalid %s: Incorrect number of operands for operator or function; operator or function: size, number of operands: %d", p.what, len(args))
	}
	return size{args[0]}, nil
}

func (s size) eval(it item) (value, bool) {
	v, ok := s.of.eval(it)
	n := 0
	switch v.kind {
	case kindString:
		n = utf8.RuneCountInString(v.text)
	case kindBinary:
		n = len(v.text)
	case kindList:
		n = len(v.list)
	case kindMap:
		n = len(v.fields)
	case kindStrings, kindNumbers, kindBinaries:
		n = len(v.set)
	default:
		return value{}, false
	}
	return value{kind: kindNumber, text: strconv.Itoa(n)}, ok
}
