package fake

import "slices"

// change is one conditional change of one item, as the write operations and the actions of a transaction share it.
type change struct {
	TableName, ConditionExpression      string
	Key, Item                           item
	UpdateExpression                    string
	ExpressionAttributeNames            map[string]string
	ExpressionAttributeValues           item
	ReturnValuesOnConditionCheckFailure string
}

// prepared is a change that was read; make returns the item after it.
type prepared struct {
	change
	table *table
	when  condition
	key   item
	make  func(before item) (item, error)
}

func (c change) prepare(s *Service, f func(*prepared, *placeholders) error) (*prepared, error) {
	t, err := s.find(c.TableName)
	if err != nil {
		return nil, err
	}
	p := &prepared{change: c, table: t}
	shared := newPlaceholders(t, c.ExpressionAttributeNames, c.ExpressionAttributeValues)
	if err := f(p, shared); err != nil {
		return nil, err
	}
	if c.ConditionExpression != "" {
		if p.when, err = parse(shared, "ConditionExpression", c.ConditionExpression, (*parser).condition); err != nil {
			return nil, err
		}
	}
	switch c.ReturnValuesOnConditionCheckFailure {
	case "", "NONE", "ALL_OLD":
		return p, shared.finish()
	}
	return nil, invalid("ReturnValuesOnConditionCheckFailure cannot be %q", c.ReturnValuesOnConditionCheckFailure)
}

func asPut(p *prepared, _ *placeholders) error {
	p.key, p.make = p.Item.only(p.table.key.partition, p.table.key.sort), func(item) (item, error) { return p.Item, nil }
	return p.table.checkItem(p.Item)
}

func asDelete(p *prepared, _ *placeholders) error {
	p.key, p.make = p.Key, func(item) (item, error) { return nil, nil }
	return p.table.checkKey(p.Key)
}

func asCheck(p *prepared, _ *placeholders) error {
	p.key, p.make = p.Key, func(before item) (item, error) { return before, nil }
	if p.ConditionExpression == "" {
		return invalid("The expression can not be empty;")
	}
	return p.table.checkKey(p.Key)
}

func asUpdate(p *prepared, shared *placeholders) error {
	p.key = p.Key
	if err := p.table.checkKey(p.Key); err != nil {
		return err
	}
	var actions []action
	if p.UpdateExpression != "" {
		var err error
		if actions, err = parse(shared, "UpdateExpression", p.UpdateExpression, (*parser).update); err != nil {
			return err
		}
	}
	for _, a := range actions {
		if name := a.at[0].name; p.table.key.has(name) {
			return invalid("One or more parameter values were invalid: Cannot update attribute %s. This attribute is part of the key", name)
		}
	}
	p.make = func(before item) (item, error) {
		if before == nil {
			before = p.Key
		}
		after, err := apply(before, actions)
		if err != nil {
			return nil, err
		}
		return after, p.table.checkItem(after)
	}
	return nil
}

// decide returns the item before and after the change, without making it.
func (p *prepared) decide() (before, after item, err error) {
	before = p.table.at(p.key)
	seen := before
	if seen == nil {
		seen = item{}
	}
	if p.when != nil && !p.when(seen) {
		failed := refuse("ConditionalCheckFailedException", "The conditional request failed")
		if p.ReturnValuesOnConditionCheckFailure == "ALL_OLD" {
			failed.Item = before
		}
		return before, nil, failed
	}
	after, err = p.make(before)
	return before, after, err
}

// commit makes the change. A change that changes nothing leaves no trace, in the stream neither.
func (s *Service) commit(p *prepared, before, after item) {
	if before == nil && after == nil || before != nil && after != nil && before.equal(after) {
		return
	}
	s.replace(p.table, before, after)
}

// writeInput is the input of a single write.
type writeInput struct {
	change
	ReturnValues string
}

// single makes one change. returned are the return values that the operation has besides NONE.
func (s *Service) single(in writeInput, f func(*prepared, *placeholders) error, returned ...string) (before, after item, err error) {
	if !slices.Contains(append(returned, "", "NONE"), in.ReturnValues) {
		return nil, nil, invalid("Return values set to invalid value: the fake does not serve %s here", in.ReturnValues)
	}
	p, err := in.prepare(s, f)
	if err != nil {
		return nil, nil, err
	}
	if before, after, err = p.decide(); err == nil {
		s.commit(p, before, after)
	}
	return before, after, err
}

func (s *Service) putItem(in writeInput) (any, error) {
	before, _, err := s.single(in, asPut, "ALL_OLD")
	return attributes(in.ReturnValues, before, nil, err)
}

func (s *Service) deleteItem(in writeInput) (any, error) {
	before, _, err := s.single(in, asDelete, "ALL_OLD")
	return attributes(in.ReturnValues, before, nil, err)
}

func (s *Service) updateItem(in writeInput) (any, error) {
	before, after, err := s.single(in, asUpdate, "ALL_OLD", "ALL_NEW")
	return attributes(in.ReturnValues, before, after, err)
}

// attributes is the answer to a single write.
func attributes(want string, before, after item, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	out := map[string]any{}
	switch {
	case want == "ALL_OLD" && before != nil:
		out["Attributes"] = before
	case want == "ALL_NEW" && after != nil:
		out["Attributes"] = after
	}
	return out, nil
}
