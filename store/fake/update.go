package fake

import (
	"maps"
	"slices"
	"strings"
)

// action is one action of an update expression.
type action struct {
	at path
	// value returns the new value at the path; nil removes it.
	value func(before item) (*value, error)
}

// update reads a whole update expression: each of its clauses at most once, in any order.
func (p *parser) update() (all []action, err error) {
	seen := map[string]bool{}
	clauses := map[string]func() (action, error){"SET": p.assign, "REMOVE": p.remove, "ADD": p.add, "DELETE": p.deleteFrom}
	for len(p.rest) > 0 {
		name := strings.ToUpper(p.peek().text)
		read := clauses[name]
		if read == nil || p.peek().kind != tokenWord {
			return nil, p.wrong()
		}
		if seen[name] {
			return nil, invalid("Invalid %s: The %q section can only be used once in an update expression;", p.what, name)
		}
		seen[name] = true
		p.next()
		for more := true; more; more = p.sign(",") {
			a, err := read()
			if err != nil {
				return nil, err
			}
			all = append(all, a)
		}
	}
	for i, a := range all {
		for _, b := range all[:i] {
			for how, bad := range map[string]bool{"overlap": a.at.overlaps(b.at), "conflict": a.at.conflicts(b.at)} {
				if bad {
					return nil, invalid("Invalid %s: Two document paths %s with each other; must remove or rewrite one of these paths; path one: [%s], path two: [%s]",
						p.what, how, b.at, a.at)
				}
			}
		}
	}
	return all, nil
}

func (p *parser) remove() (action, error) {
	at, err := p.path()
	return action{at, func(item) (*value, error) { return nil, nil }}, err
}

func (p *parser) assign() (action, error) {
	at, err := p.path()
	if err != nil {
		return action{}, err
	}
	if err := p.expect("="); err != nil {
		return action{}, err
	}
	left, err := p.assigned()
	if err != nil {
		return action{}, err
	}
	operator := p.peek().text
	if !p.sign("+") && !p.sign("-") {
		return action{at, func(before item) (*value, error) { return present(left, before) }}, nil
	}
	p.operators++
	right, err := p.assigned()
	if err == nil {
		err = p.mustBe(kindNumber, operator, left, right)
	}
	return action{at, func(before item) (*value, error) {
		a, errA := present(left, before)
		b, errB := present(right, before)
		switch {
		case errA != nil:
			return nil, errA
		case errB != nil:
			return nil, errB
		case a.kind != kindNumber || b.kind != kindNumber:
			return nil, errOperand
		}
		text, err := sum(a.text, b.text, operator == "-")
		return &value{kind: kindNumber, text: text}, err
	}}, err
}

var (
	errOperand = invalid("An operand in the update expression has an incorrect data type")
	errAbsent  = invalid("The provided expression refers to an attribute that does not exist in the item")
)

func present(o operand, it item) (*value, error) {
	if l, ok := o.(appended); ok {
		return l.join(it)
	}
	v, ok := o.eval(it)
	if !ok {
		return nil, errAbsent
	}
	return &v, nil
}

// assigned reads an operand of SET.
func (p *parser) assigned() (operand, error) {
	t := p.peek()
	if t.kind == tokenValue {
		return p.constant()
	}
	if t.kind != tokenWord || len(p.rest) < 2 || p.rest[1].text != "(" {
		return p.path()
	}
	name := p.next().text
	if name != "if_not_exists" && name != "list_append" {
		return nil, invalid("Invalid %s: Invalid function name; function: %s", p.what, name)
	}
	p.operators++
	args, err := p.pair()
	if err != nil {
		return nil, err
	}
	if name == "list_append" {
		return appended(args), p.mustBe(kindList, name, args[:]...)
	}
	return fallback(args), p.mustBePath(name, args[0])
}

// mustBe refuses values of the request that are of another kind.
func (p *parser) mustBe(kind, operator string, all ...operand) error {
	for _, o := range all {
		if c, ok := o.(constant); ok && c.kind != kind {
			return p.badType(operator, c.kind)
		}
	}
	return nil
}

// pair reads the two operands of a function of SET.
func (p *parser) pair() (args [2]operand, err error) {
	if err := p.expect("("); err != nil {
		return args, err
	}
	if args[0], err = p.assigned(); err != nil {
		return args, err
	}
	if err := p.expect(","); err != nil {
		return args, err
	}
	if args[1], err = p.assigned(); err != nil {
		return args, err
	}
	return args, p.expect(")")
}

// fallback is if_not_exists(path, value).
type fallback [2]operand

func (f fallback) eval(it item) (value, bool) {
	if v, ok := f[0].eval(it); ok {
		return v, true
	}
	return f[1].eval(it)
}

// appended is list_append(list, list).
type appended [2]operand

func (l appended) eval(it item) (value, bool) {
	v, err := l.join(it)
	if err != nil {
		return value{}, false
	}
	return *v, true
}

func (l appended) join(it item) (*value, error) {
	a, errA := present(l[0], it)
	b, errB := present(l[1], it)
	switch {
	case errA != nil:
		return nil, errA
	case errB != nil:
		return nil, errB
	case a.kind != kindList || b.kind != kindList:
		return nil, errOperand
	}
	return &value{kind: kindList, list: slices.Concat(a.list, b.list)}, nil
}

// apply returns the item after the actions, each of which sees the item as it was before. Removals come last, the higher
// elements of a list first.
func apply(before item, actions []action) (item, error) {
	root := value{kind: kindMap, fields: maps.Clone(before)}
	var removed []path
	for _, a := range actions {
		put, err := a.value(before)
		if err != nil {
			return nil, err
		}
		if put == nil {
			removed = append(removed, a.at)
			continue
		}
		if root, err = a.at.set(root, put); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(removed, func(a, b path) int { return b[len(b)-1].index - a[len(a)-1].index })
	for _, at := range removed {
		var err error
		if root, err = at.set(root, nil); err != nil {
			return nil, err
		}
	}
	return root.fields, nil
}
