package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"certloop/reconciler/api"
)

// DynamoDB cancels a transaction that reads an item during a write. There is no lock to wait for, so the read is
// repeated: a write takes milliseconds.
const (
	maxReads       = 5
	firstReadPause = 20 * time.Millisecond // doubles from read to read
)

// snapshot reads the items under these keys consistently, in the order of the keys; an item that does not exist is nil.
// If every attempt meets a write, the error is a Conflict.
func (s *Store) snapshot(ctx context.Context, keys ...item) ([]item, error) {
	in := &dynamodb.TransactGetItemsInput{}
	for _, key := range keys {
		in.TransactItems = append(in.TransactItems, types.TransactGetItem{Get: &types.Get{TableName: &s.table, Key: key}})
	}
	out, err := s.readAgain(ctx, in)
	if err != nil {
		return nil, s.classify(err)
	}
	if len(out.Responses) != len(keys) {
		// An item that did not arrive is not absent: without policies everything would be allowed.
		return nil, &api.Error{Kind: api.Transient,
			Message: fmt.Sprintf("table %s answered %d of %d items", s.table, len(out.Responses), len(keys))}
	}
	items := make([]item, len(keys))
	for i, r := range out.Responses {
		// The SDK returns an empty map for "Item":{}, which some emulators send for an absent item.
		if len(r.Item) > 0 {
			items[i] = r.Item
		}
	}
	return items, nil
}

func (s *Store) readAgain(ctx context.Context, in *dynamodb.TransactGetItemsInput) (*dynamodb.TransactGetItemsOutput, error) {
	pause := firstReadPause
	for read := 1; ; read++ {
		out, err := s.client.TransactGetItems(ctx, in)
		if err == nil || read == maxReads || !cameUponAWrite(err) {
			return out, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(pause):
		}
		pause *= 2
	}
}

// cameUponAWrite reports whether a transaction was cancelled because of a concurrent write and for nothing else.
func cameUponAWrite(err error) bool {
	var cancelled *types.TransactionCanceledException
	if !errors.As(err, &cancelled) {
		return false
	}
	found := false
	for _, r := range cancelled.CancellationReasons {
		switch aws.ToString(r.Code) {
		case "", "None":
		case reasonConflict:
			found = true
		default:
			return false
		}
	}
	return found
}
