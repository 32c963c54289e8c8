package fake

import (
	"errors"
	"slices"
)

// condition is a condition that holds for an item or not.
type condition func(it item) bool

// condition reads a whole condition: OR binds less than AND, AND less than NOT.
func (p *parser) condition() (condition, error) {
	left, err := p.conjunction()
	for err == nil && p.word("OR") {
		var right condition
		right, err = p.conjunction()
		p.operators++
		a, b := left, right
		left = func(it item) bool { return a(it) || b(it) }
	}
	return left, err
}

func (p *parser) conjunction() (condition, error) {
	left, err := p.negation()
	for err == nil && p.word("AND") {
		var right condition
		right, err = p.negation()
		p.operators++
		a, b := left, right
		left = func(it item) bool { return a(it) && b(it) }
	}
	return left, err
}

func (p *parser) negation() (condition, error) {
	if p.word("NOT") {
		p.operators++
		inner, err := p.negation()
		return func(it item) bool { return !inner(it) }, err
	}
	if p.sign("(") {
		inner, err := p.condition()
		if err != nil {
			return nil, err
		}
		return inner, p.expect(")")
	}
	return p.comparison()
}

// comparison reads a function, or an operand with what it is compared with.
func (p *parser) comparison() (condition, error) {
	if t := p.peek(); t.kind == tokenWord && len(p.rest) > 1 && p.rest[1].text == "(" && t.text != "size" {
		return p.function()
	}
	left, err := p.operand()
	if err != nil {
		return nil, err
	}
	p.operators++
	switch t := p.peek(); {
	case p.word("BETWEEN"):
		return p.between(left)
	case p.word("IN"):
		return p.in(left)
	case t.kind == tokenSign && comparators[t.text] != nil:
		p.next()
		right, err := p.operand()
		if err != nil {
			return nil, err
		}
		return p.compared(t.text, left, right)
	}
	return nil, p.wrong()
}

// comparators decide by the order of two values of one kind.
var comparators = map[string]func(order int) bool{
	"=": func(o int) bool { return o == 0 }, "<>": func(o int) bool { return o != 0 },
	"<": func(o int) bool { return o < 0 }, "<=": func(o int) bool { return o <= 0 },
	">": func(o int) bool { return o > 0 }, ">=": func(o int) bool { return o >= 0 },
}

func (p *parser) compared(sign string, left, right operand) (condition, error) {
	if err := p.distinct(sign, left, right); err != nil {
		return nil, err
	}
	holds := comparators[sign]
	if sign != "=" && sign != "<>" {
		if err := p.ordered(sign, left, right); err != nil {
			return nil, err
		}
	}
	return func(it item) bool {
		a, hasA := left.eval(it)
		b, hasB := right.eval(it)
		switch sign {
		case "=":
			return hasA && hasB && a.equal(b)
		case "<>":
			return !hasA || !hasB || !a.equal(b)
		}
		order, ok := a.compare(b)
		return hasA && hasB && ok && holds(order)
	}, nil
}

// distinct refuses an attribute that is compared with itself.
func (p *parser) distinct(operator string, first operand, rest ...operand) error {
	a, isPath := first.(path)
	for _, o := range rest {
		if b, ok := o.(path); isPath && ok && slices.Equal(a, b) {
			return invalid("Invalid %s: The first operand must be distinct from the remaining operands for this operator or function; operator: %s, first operand: [%s]",
				p.what, operator, a)
		}
	}
	return nil
}

// ordered refuses values of the request that have no order.
func (p *parser) ordered(operator string, all ...operand) error {
	for _, o := range all {
		c, ok := o.(constant)
		if ok && !slices.Contains([]string{kindString, kindNumber, kindBinary}, c.kind) {
			return invalid("Invalid %s: Incorrect operand type for operator or function; operator: %s, operand type: %s", p.what, operator, typeName(c.kind))
		}
	}
	return nil
}

func (p *parser) between(v operand) (condition, error) {
	low, err := p.operand()
	if err != nil {
		return nil, err
	}
	if !p.word("AND") {
		return nil, p.wrong()
	}
	high, err := p.operand()
	if err != nil {
		return nil, err
	}
	if err := errors.Join(p.distinct("BETWEEN", v, low, high), p.ordered("BETWEEN", low, high)); err != nil {
		return nil, err
	}
	if a, ok := low.(constant); ok {
		if b, ok := high.(constant); ok {
			if order, same := a.compare(b.value); !same || order > 0 {
				return nil, invalid("Invalid %s: The BETWEEN operator requires upper bound to be greater than or equal to lower bound", p.what)
			}
		}
	}
	return func(it item) bool {
		v, hasV := v.eval(it)
		l, hasL := low.eval(it)
		h, hasH := high.eval(it)
		above, okL := v.compare(l)
		below, okH := v.compare(h)
		return hasV && hasL && hasH && okL && okH && above >= 0 && below <= 0
	}, nil
}

// mostIn is how many operands IN may have.
const mostIn = 100

func (p *parser) in(v operand) (condition, error) {
	all, err := p.arguments()
	if err != nil {
		return nil, err
	}
	if len(all) > mostIn {
		return nil, invalid("Invalid %s: The IN operator is provided with too many operands; number of operands: %d", p.what, len(all))
	}
	if err := p.distinct("IN", v, all...); err != nil {
		return nil, err
	}
	return func(it item) bool {
		found, ok := v.eval(it)
		return ok && slices.ContainsFunc(all, func(o operand) bool {
			other, ok := o.eval(it)
			return ok && found.equal(other)
		})
	}, nil
}

// operand reads a value, a path or a size.
func (p *parser) operand() (operand, error) {
	t := p.peek()
	if t.kind == tokenValue {
		return p.constant()
	}
	if t.kind == tokenWord && len(p.rest) > 1 && p.rest[1].text == "(" {
		return p.size()
	}
	return p.path()
}

// arguments reads operands in parentheses.
func (p *parser) arguments() (all []operand, err error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	for {
		o, err := p.operand()
		if err != nil {
			return nil, err
		}
		all = append(all, o)
		if !p.sign(",") {
			return all, p.expect(")")
		}
	}
}
