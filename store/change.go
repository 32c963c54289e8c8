package store

import (
	"context"
	"errors"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"certloop/reconciler/api"
)

// change is one conditional write of one item: put is written whole; nil: the item at key is deleted.
type change struct {
	key  item
	put  item
	when condition
}

// apply makes all changes or none.
func (s *Store) apply(ctx context.Context, changes []change) error {
	switch {
	case len(changes) == 0:
		return nil
	case len(changes) > 1:
		return s.transact(ctx, changes)
	case changes[0].put == nil:
		return s.deleteOne(ctx, changes[0])
	}
	return s.putOne(ctx, changes[0])
}

// transact sends one transaction. Its token, which the SDK draws once for all attempts, makes DynamoDB answer a
// repetition with the outcome of the first (for 10 minutes), so that a lost reply is no conflict with ourselves.
func (s *Store) transact(ctx context.Context, changes []change) error {
	in := &dynamodb.TransactWriteItemsInput{}
	for _, c := range changes {
		in.TransactItems = append(in.TransactItems, s.action(c))
	}
	var seen attempts
	_, err := s.client.TransactWriteItems(ctx, in, seen.watch)
	return s.outcome(err, &seen)
}

func (s *Store) action(c change) types.TransactWriteItem {
	if c.put != nil {
		return types.TransactWriteItem{Put: &types.Put{
			TableName: &s.table, Item: c.put, ConditionExpression: c.when.expression,
			ExpressionAttributeNames: c.when.names, ExpressionAttributeValues: c.when.values,
		}}
	}
	return types.TransactWriteItem{Delete: &types.Delete{
		TableName: &s.table, Key: c.key, ConditionExpression: c.when.expression,
		ExpressionAttributeNames: c.when.names, ExpressionAttributeValues: c.when.values,
	}}
}

// putOne writes one item. A single write has no token; where a reply was lost and the condition now fails on the very
// item that was sent, it was an earlier attempt that put it there.
func (s *Store) putOne(ctx context.Context, c change) error {
	var seen attempts
	_, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: &s.table, Item: c.put, ConditionExpression: c.when.expression,
		ExpressionAttributeNames: c.when.names, ExpressionAttributeValues: c.when.values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}, seen.watch)
	if found, ok := refused(err); ok && seen.lost && reflect.DeepEqual(found, c.put) {
		return nil
	}
	return s.outcome(err, &seen)
}

// deleteOne deletes one item; after a lost reply an item that is gone was deleted by an earlier attempt.
func (s *Store) deleteOne(ctx context.Context, c change) error {
	var seen attempts
	_, err := s.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: &s.table, Key: c.key, ConditionExpression: c.when.expression,
		ExpressionAttributeNames: c.when.names, ExpressionAttributeValues: c.when.values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}, seen.watch)
	if found, ok := refused(err); ok && seen.lost && found == nil {
		return nil
	}
	return s.outcome(err, &seen)
}

// refused says that the condition did not hold, and on which item; nil: on none.
func refused(err error) (found item, ok bool) {
	var failed *types.ConditionalCheckFailedException
	if !errors.As(err, &failed) {
		return nil, false
	}
	return failed.Item, true
}

// outcome gives err its kind. Throttled and Terminal promise that nothing happened, which nobody knows any more once
// a reply was lost.
func (s *Store) outcome(err error, seen *attempts) error {
	if err == nil {
		return nil
	}
	e := s.classify(err)
	if seen.lost && (e.Kind == api.Throttled || e.Kind == api.Terminal) {
		e.Kind = api.Transient
	}
	return e
}
