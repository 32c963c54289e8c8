package store

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"certloop/reconciler/api"
)

// PutRecord writes a record as users do, unconditionally: the plain values of api.Object.Record, with name and kind.
// Only tests may: ChangeRecord has the condition that nobody else was faster.
func (s *Store) PutRecord(ctx context.Context, record map[string]any) error {
	it, err := encodeRecord(record)
	if err != nil {
		return &api.Error{Kind: api.Terminal, Message: fmt.Sprintf("put record: %v", err)}
	}
	if _, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: it}); err != nil {
		return fmt.Errorf("put record %s: %w", text(it, attrName), s.classify(err))
	}
	return nil
}

// DeleteRecord deletes a record as users do, unconditionally. It ignores a record that does not exist.
func (s *Store) DeleteRecord(ctx context.Context, key api.Key) error {
	_, err := s.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &s.table, Key: recordKey(key)})
	if err != nil {
		return fmt.Errorf("delete record %s: %w", key, s.classify(err))
	}
	return nil
}
