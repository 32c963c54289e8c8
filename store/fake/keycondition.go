package fake

// keyCondition is what a Query selects: one partition, and a range of its sort key.
type keyCondition struct {
	partition string
	sort      condition
}

func (l *listing) keyCondition() (out keyCondition, err error) {
	return parse(l.placeholders, "KeyConditionExpression", l.KeyConditionExpression, func(p *parser) (out keyCondition, err error) {
		for more := true; more && err == nil; more = p.word("AND") {
			err = l.keyTerm(p, &out)
		}
		if err == nil && out.partition == "" {
			err = invalid("Query condition missed key schema element: %s", l.key.partition)
		}
		return out, err
	})
}

// keyTerm reads one condition on a key attribute.
func (l *listing) keyTerm(p *parser, out *keyCondition) error {
	rest := p.rest
	if p.word("begins_with") {
		if err := p.expect("("); err != nil {
			return err
		}
	}
	at, err := p.path()
	if err != nil {
		return err
	}
	if len(at) > 1 {
		return invalid("Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on nested attributes")
	}
	isPartition, isEqual := at[0].name == l.key.partition, p.sign("=")
	switch {
	case isPartition && isEqual && out.partition == "":
		c, err := p.constant()
		if err == nil && c.kind != l.table.types[at[0].name] {
			err = l.mismatch()
		}
		out.partition = c.text
		return err
	case isPartition:
		return invalid("Query key condition not supported")
	case at[0].name != l.key.sort:
		return invalid("Query condition missed key schema element: %s", l.key.partition)
	case out.sort != nil:
		return invalid("KeyConditionExpressions must only contain one condition per key")
	}
	p.rest = rest
	if out.sort, err = p.comparison(); err != nil {
		return err
	}
	return l.checkSort(p, rest[:len(rest)-len(p.rest)])
}

// checkSort refuses what a condition on the sort key cannot have.
func (l *listing) checkSort(p *parser, used []token) error {
	for _, t := range used {
		switch {
		case t.text == "<>" || t.kind == tokenWord && (t.text == "IN" || t.text == "size" || t.text == "contains" ||
			t.text == "attribute_exists" || t.text == "attribute_not_exists" || t.text == "attribute_type"):
			return invalid("Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: %s", t.text)
		case t.kind == tokenValue && p.values[t.text].kind != l.table.types[l.key.sort]:
			return l.mismatch()
		}
	}
	return nil
}

func (l *listing) mismatch() error {
	return invalid("One or more parameter values were invalid: Condition parameter type does not match schema type")
}
