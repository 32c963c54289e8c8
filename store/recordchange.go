package store

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"certloop/reconciler/api"
)

// RecordChange is a change of single attributes of a record, as users make it. It happens only if the record is still as
// it was read.
type RecordChange struct {
	Key api.Key
	// Read is the record as it was read; nil: there was none, and the change creates it.
	Read map[string]any
	// Set are the attributes with a new value, Remove those to remove. Other attributes stay as they are.
	Set    map[string]any
	Remove []string
	// Watched are the attributes that must be as in Read, also where Read has none. Those of Set and Remove always must.
	Watched []string
}

// maxCompared is how many attributes a condition compares: DynamoDB allows 300 operators.
const maxCompared = 100

// ChangeRecord makes the change. It is a Conflict if the record is not as it was read. It is for the command line; the
// controller never writes a record.
func (s *Store) ChangeRecord(ctx context.Context, c RecordChange) error {
	set, err := encodeRecord(c.Set)
	if err != nil {
		return &api.Error{Kind: api.Terminal, Message: fmt.Sprintf("change record: %v", err)}
	}
	e := newExpression()
	if err := e.asRead(c); err != nil {
		return err
	}
	update := e.update(set, c.Remove)
	in := &dynamodb.UpdateItemInput{TableName: &s.table, Key: recordKey(c.Key), ConditionExpression: e.condition(),
		ExpressionAttributeNames: e.names, ExpressionAttributeValues: e.values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld}
	if update != "" {
		in.UpdateExpression = &update
	}
	var seen attempts
	_, err = s.client.UpdateItem(ctx, in, seen.watch)
	if found, ok := refused(err); ok && seen.lost && c.isMade(found) {
		return nil
	}
	if err := s.outcome(err, &seen); err != nil {
		return fmt.Errorf("change record %s: %w", c.Key, err)
	}
	return nil
}

// isMade reports whether an item has what the change makes, so that an attempt whose reply was lost made it.
func (c RecordChange) isMade(found item) bool {
	if found == nil {
		return false
	}
	record := decodeRecord(found)
	for name, value := range c.Set {
		if !reflect.DeepEqual(record[name], value) {
			return false
		}
	}
	for _, name := range c.Remove {
		if _, ok := record[name]; ok {
			return false
		}
	}
	return true
}

// RemoveRecord deletes a record if its watched attributes are still as they were read; Set and Remove have no meaning. It
// is a Conflict if they are not.
func (s *Store) RemoveRecord(ctx context.Context, c RecordChange) error {
	e := newExpression()
	if err := e.asRead(c); err != nil {
		return err
	}
	if err := s.deleteOne(ctx, change{key: recordKey(c.Key),
		when: condition{expression: e.condition(), names: e.names, values: e.values}}); err != nil {
		return fmt.Errorf("delete record %s: %w", c.Key, err)
	}
	return nil
}

// expression collects the parts of a request with their placeholders.
type expression struct {
	conditions []string
	names      map[string]string
	values     item
	placed     map[string]string
}

func newExpression() *expression {
	return &expression{names: map[string]string{}, placed: map[string]string{}}
}

// name returns the placeholder of an attribute.
func (e *expression) name(attribute string) string {
	p, ok := e.placed[attribute]
	if !ok {
		p = fmt.Sprintf("#a%d", len(e.placed))
		e.placed[attribute], e.names[p] = p, attribute
	}
	return p
}

func (e *expression) value(av types.AttributeValue) string {
	if e.values == nil {
		e.values = item{}
	}
	p := fmt.Sprintf(":v%d", len(e.values))
	e.values[p] = av
	return p
}

func (e *expression) condition() *string {
	text := strings.Join(e.conditions, " AND ")
	return &text
}

// asRead adds the conditions that the record is as it was read.
func (e *expression) asRead(c RecordChange) error {
	if c.Read == nil {
		e.conditions = append(e.conditions, fmt.Sprintf("attribute_not_exists(%s)", e.name(attrName)))
		return nil
	}
	read, err := encodeRecord(c.Read)
	if err != nil {
		return &api.Error{Kind: api.Terminal, Message: fmt.Sprintf("change record: %v", err)}
	}
	e.conditions = append(e.conditions, fmt.Sprintf("attribute_exists(%s)", e.name(attrName)))
	for _, name := range c.compared() {
		if av, ok := read[name]; ok {
			e.conditions = append(e.conditions, fmt.Sprintf("%s = %s", e.name(name), e.value(av)))
		} else {
			e.conditions = append(e.conditions, fmt.Sprintf("attribute_not_exists(%s)", e.name(name)))
		}
	}
	return nil
}

// compared returns the attributes that the condition compares, the changed ones first, without those of the key.
func (c RecordChange) compared() []string {
	seen := map[string]bool{attrName: true, attrKind: true}
	var out []string
	add := func(name string) {
		if !seen[name] && len(out) < maxCompared {
			out = append(out, name)
		}
		seen[name] = true
	}
	for name := range c.Set {
		add(name)
	}
	for _, name := range append(append([]string{}, c.Remove...), c.Watched...) {
		add(name)
	}
	return out
}

// update returns the update expression; empty: the item gets its key only.
func (e *expression) update(set item, remove []string) string {
	var parts []string
	var assigned []string
	for name, av := range set {
		if name != attrName && name != attrKind {
			assigned = append(assigned, fmt.Sprintf("%s = %s", e.name(name), e.value(av)))
		}
	}
	if len(assigned) > 0 {
		parts = append(parts, "SET "+strings.Join(assigned, ", "))
	}
	var removed []string
	for _, name := range remove {
		removed = append(removed, e.name(name))
	}
	if len(removed) > 0 {
		parts = append(parts, "REMOVE "+strings.Join(removed, ", "))
	}
	return strings.Join(parts, " ")
}
