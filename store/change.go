package store

import (
	"context"
	"errors"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"certloop/reconciler/api"
)

// change is one conditional write of one item. put is written whole; if it is nil, the item at key is deleted.
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

// transact sends one transaction. The SDK draws its token once for all attempts. With it DynamoDB answers a repetition
// with the outcome of the first attempt for 10 minutes, so a lost reply does not become a conflict.
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

// putOne writes one item. A single write has no token. If a reply was lost and the condition now fails on exactly the
// item that was sent, an earlier attempt wrote it.
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

// deleteOne deletes one item. If it does not exist after a lost reply, an earlier attempt deleted it.
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

// refused reports whether the condition failed, and on which item; nil if there was none.
func refused(err error) (found item, ok bool) {
	var failed *types.ConditionalCheckFailedException
	if !errors.As(err, &failed) {
		return nil, false
	}
	return failed.Item, true
}

// outcome sets the kind of err. Throttled and Terminal promise that nothing happened, which is unknown after a lost
// reply.
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
