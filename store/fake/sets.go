package fake

import "slices"

// add reads an action of ADD: a number is added to a number, elements are added to a set.
func (p *parser) add() (action, error) {
	at, by, err := p.changeOf("ADD", kindNumber, kindStrings, kindNumbers, kindBinaries)
	return action{at, func(before item) (*value, error) {
		v, ok := at.eval(before)
		switch {
		case !ok:
			return &by, nil
		case v.kind != by.kind:
			return nil, errOperand
		case v.kind == kindNumber:
			text, err := sum(v.text, by.text, false)
			return &value{kind: kindNumber, text: text}, err
		}
		set := slices.Clone(v.set)
		for _, e := range by.set {
			if !slices.Contains(set, e) {
				set = append(set, e)
			}
		}
		return &value{kind: v.kind, set: set}, nil
	}}, err
}

// deleteFrom reads an action of DELETE: elements are removed from a set, and an empty set is removed.
func (p *parser) deleteFrom() (action, error) {
	at, by, err := p.changeOf("DELETE", kindStrings, kindNumbers, kindBinaries)
	return action{at, func(before item) (*value, error) {
		v, ok := at.eval(before)
		switch {
		case !ok:
			return nil, nil
		case v.kind != by.kind:
			return nil, errOperand
		}
		left := slices.DeleteFunc(slices.Clone(v.set), func(e string) bool { return slices.Contains(by.set, e) })
		if len(left) == 0 {
			return nil, nil
		}
		return &value{kind: v.kind, set: left}, nil
	}}, err
}

// changeOf reads a path and a value of one of these kinds.
func (p *parser) changeOf(operator string, kinds ...string) (path, value, error) {
	at, err := p.path()
	if err != nil {
		return nil, value{}, err
	}
	if p.peek().kind != tokenValue {
		return nil, value{}, p.wrong()
	}
	c, err := p.constant()
	if err == nil && !slices.Contains(kinds, c.kind) {
		err = invalid("Invalid %s: Incorrect operand type for operator or function; operator: %s, operand type: %s", p.what, operator, typeName(c.kind))
	}
	return at, c.value, err
}
