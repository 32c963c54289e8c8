package fake

import (
	"maps"
	"slices"
	"strings"
)

// placeholders are the names and values that the expressions of one request share, and which of them are used.
type placeholders struct {
	table     *table
	names     map[string]string
	values    item
	used      map[string]bool
	operators int
	// asked is true once there was an expression.
	asked bool
}

func newPlaceholders(t *table, names map[string]string, values item) *placeholders {
	return &placeholders{table: t, names: names, values: values, used: map[string]bool{}}
}

// mostOperators is the limit of one expression.
const mostOperators = 300

// finish refuses placeholders that no expression uses.
func (p *placeholders) finish() error {
	if !p.asked && p.names != nil {
		return invalid("ExpressionAttributeNames can only be specified when using expressions")
	}
	if !p.asked && p.values != nil {
		return invalid("ExpressionAttributeValues can only be specified when using expressions: Expressions are null")
	}
	for what, all := range map[string][]string{"Names": slices.Sorted(maps.Keys(p.names)), "Values": slices.Sorted(maps.Keys(p.values))} {
		unused := slices.DeleteFunc(all, func(name string) bool { return p.used[name] })
		if len(unused) > 0 {
			return invalid("Value provided in ExpressionAttribute%s unused in expressions: keys: {%s}", what, strings.Join(unused, ", "))
		}
	}
	return nil
}

// parser reads one expression.
type parser struct {
	*placeholders
	what string
	rest []token
}

// parse reads a whole expression with f.
func parse[T any](p *placeholders, what, text string, f func(*parser) (T, error)) (out T, err error) {
	p.asked, p.operators = true, 0
	all, err := tokens(what, text)
	if err != nil {
		return out, err
	}
	in := &parser{placeholders: p, what: what, rest: all}
	if out, err = f(in); err != nil {
		return out, err
	}
	if len(in.rest) > 0 {
		return out, in.wrong()
	}
	if p.operators > mostOperators {
		return out, invalid("Invalid %s: The expression contains too many operators; operator count: %d", what, p.operators)
	}
	return out, nil
}

func (p *parser) peek() token {
	if len(p.rest) == 0 {
		return token{}
	}
	return p.rest[0]
}

func (p *parser) next() token {
	t := p.peek()
	if len(p.rest) > 0 {
		p.rest = p.rest[1:]
	}
	return t
}

// sign takes the sign if it is next.
func (p *parser) sign(text string) bool {
	if t := p.peek(); t.kind == tokenSign && t.text == text {
		p.rest = p.rest[1:]
		return true
	}
	return false
}

// word takes the keyword if it is next; keywords have no case.
func (p *parser) word(text string) bool {
	if t := p.peek(); t.kind == tokenWord && strings.EqualFold(t.text, text) {
		p.rest = p.rest[1:]
		return true
	}
	return false
}

func (p *parser) expect(sign string) error {
	if !p.sign(sign) {
		return p.wrong()
	}
	return nil
}

// wrong is the error about the next token.
func (p *parser) wrong() error {
	t := p.peek()
	if t.kind == tokenEnd {
		return invalid("Invalid %s: Syntax error; token: \"<EOF>\"", p.what)
	}
	return invalid("Invalid %s: Syntax error; token: %q", p.what, t.text)
}

// operand is a value in an expression; ok is false if the item has no such attribute.
type operand interface {
	eval(it item) (v value, ok bool)
}

// constant is a value of the request.
type constant struct{ value }

func (c constant) eval(item) (value, bool) { return c.value, true }

func (p *parser) constant() (constant, error) {
	t := p.next()
	v, ok := p.values[t.text]
	if !ok {
		return constant{}, invalid("Invalid %s: An expression attribute value used in expression is not defined; attribute value: %s", p.what, t.text)
	}
	p.used[t.text] = true
	return constant{v}, nil
}
