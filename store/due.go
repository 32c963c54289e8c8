package store

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"certloop/reconciler/api"
)

// Due reads the sparse index, oldest first. The index lags a little behind the table; what is missed now is due at the
// next tick. Due uses statuses only: a writer of records may add the index's attributes to any item of their partition.
func (s *Store) Due(ctx context.Context, now time.Time) iter.Seq2[api.Key, error] {
	return func(yield func(api.Key, error) bool) {
		for it, err := range s.due(ctx, api.DuePartition, now) {
			if err != nil {
				yield(api.Key{}, fmt.Errorf("list what is due: %w", err))
				return
			}
			if key, role := keyOf(it); role == roleStatus && !yield(key, nil) {
				return
			}
		}
	}
}

func (s *Store) due(ctx context.Context, partition string, now time.Time) iter.Seq2[item, error] {
	pages := dynamodb.NewQueryPaginator(s.client, &dynamodb.QueryInput{
		TableName:                &s.table,
		IndexName:                &s.index,
		KeyConditionExpression:   aws.String("#due = :due AND #due_at <= :now"),
		ExpressionAttributeNames: map[string]string{"#due": attrDue, "#due_at": attrDueAt},
		ExpressionAttributeValues: item{
			":due": stringValue(partition),
			":now": &types.AttributeValueMemberN{Value: strconv.FormatInt(now.Unix(), 10)},
		},
	})
	return s.items(pages.HasMorePages, func() ([]item, error) {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		return page.Items, nil
	})
}

// items iterates over the items of all pages. An error is its last element.
func (s *Store) items(more func() bool, next func() ([]item, error)) iter.Seq2[item, error] {
	return func(yield func(item, error) bool) {
		for more() {
			page, err := next()
			if err != nil {
				yield(nil, s.classify(err))
				return
			}
			for _, it := range page {
				if !yield(it, nil) {
					return
				}
			}
		}
	}
}
