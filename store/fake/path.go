package fake

import (
	"slices"
	"strconv"
	"strings"
)

// step is one part of a document path: an attribute's name, or an element of a list.
type step struct {
	name  string
	index int
}

// path is a document path, such as targets[0].arn.
type path []step

func (p *parser) path() (out path, err error) {
	for {
		name, err := p.attribute()
		if err != nil {
			return nil, err
		}
		out = append(out, step{name: name})
		for p.sign("[") {
			t := p.next()
			index, err := strconv.Atoi(t.text)
			if t.kind != tokenDigits || err != nil {
				return nil, p.wrong()
			}
			if err := p.expect("]"); err != nil {
				return nil, err
			}
			out = append(out, step{index: index})
		}
		if !p.sign(".") {
			return out, p.scalarKeys(out)
		}
	}
}

// scalarKeys refuses a path into a key.
func (p *parser) scalarKeys(d path) error {
	if len(d) > 1 && p.table.isKey(d[0].name) {
		return invalid("Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: IndexKey: %s", d[0].name)
	}
	return nil
}

// attribute reads a name or its placeholder.
func (p *parser) attribute() (string, error) {
	switch t := p.peek(); {
	case t.kind == tokenName:
		name, ok := p.names[t.text]
		if !ok {
			return "", invalid("Invalid %s: An expression attribute name used in the document path is not defined; attribute name: %s", p.what, t.text)
		}
		p.used[t.text] = true
		p.next()
		return name, nil
	case t.kind == tokenWord && isReserved(t.text):
		return "", invalid("Invalid %s: Attribute name is a reserved keyword; reserved keyword: %s", p.what, t.text)
	case t.kind == tokenWord:
		p.next()
		return t.text, nil
	}
	return "", p.wrong()
}

func isReserved(word string) bool { return reserved[strings.ToUpper(word)] }

func (d path) eval(it item) (value, bool) {
	v, ok := it[d[0].name]
	for _, s := range d[1:] {
		switch {
		case !ok:
			return value{}, false
		case s.name != "":
			v, ok = v.fields[s.name]
		case s.index < len(v.list):
			v = v.list[s.index]
		default:
			return value{}, false
		}
	}
	return v, ok
}

func (d path) String() string {
	var b strings.Builder
	for i, s := range d {
		switch {
		case s.name == "":
			b.WriteString("[" + strconv.Itoa(s.index) + "]")
		case i > 0:
			b.WriteString("." + s.name)
		default:
			b.WriteString(s.name)
		}
	}
	return b.String()
}

// overlaps reports whether one path is the other or leads to it.
func (d path) overlaps(o path) bool {
	n := min(len(d), len(o))
	return slices.Equal(d[:n], o[:n])
}

// conflicts reports whether one path wants a map where the other wants a list.
func (d path) conflicts(o path) bool {
	for i := range min(len(d), len(o)) {
		if d[i] != o[i] {
			return (d[i].name == "") != (o[i].name == "")
		}
	}
	return false
}

var errPath = invalid("The document path provided in the update expression is invalid for update")

// set returns a value like v in which the rest of the path leads to put; nil removes what is there.
func (d path) set(v value, put *value) (value, error) {
	s, last := d[0], len(d) == 1
	if s.name != "" && v.kind == kindMap {
		return d.setField(v, put)
	}
	if s.name != "" || v.kind != kindList {
		return v, errPath
	}
	v.list = slices.Clone(v.list)
	switch {
	case s.index >= len(v.list) && !last:
		return v, errPath
	case s.index >= len(v.list) && put != nil:
		v.list = append(v.list, *put)
	case s.index >= len(v.list):
	case last && put == nil:
		v.list = slices.Delete(v.list, s.index, s.index+1)
	case last:
		v.list[s.index] = *put
	default:
		inner, err := d[1:].set(v.list[s.index], put)
		if err != nil {
			return v, err
		}
		v.list[s.index] = inner
	}
	return v, nil
}

func (d path) setField(v value, put *value) (value, error) {
	name := d[0].name
	fields := item{}
	for k, f := range v.fields {
		fields[k] = f
	}
	v.fields = fields
	inner, ok := fields[name]
	switch {
	case len(d) > 1 && !ok:
		return v, errPath
	case len(d) > 1:
		inner, err := d[1:].set(inner, put)
		if err != nil {
			return v, err
		}
		fields[name] = inner
	case put == nil:
		delete(fields, name)
	default:
		fields[name] = *put
	}
	return v, nil
}
