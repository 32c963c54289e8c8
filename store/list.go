package store

import (
	"context"
	"fmt"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"certloop/reconciler/api"
)

// All scans the table with strong consistency: that costs a cent a day for 20,000 certificates, and includes everything
// written before it began. A record and its status are in different partitions, so the scan returns them in any order
// and from different moments; join pairs them.
//
// It omits a status that cannot be decoded instead of ending the listing; Get of that name reports what is wrong with
// it.
func (s *Store) All(ctx context.Context) iter.Seq2[api.Listed, error] { return s.list(ctx, true) }

// Glance is All with eventual consistency, which costs half (docs/design/aws-and-acme.md has the sum). Without
// concurrent writes it returns the same.
func (s *Store) Glance(ctx context.Context) iter.Seq2[api.Listed, error] { return s.list(ctx, false) }

func (s *Store) list(ctx context.Context, consistent bool) iter.Seq2[api.Listed, error] {
	return func(yield func(api.Listed, error) bool) {
		for l, err := range s.pairs(ctx, consistent) {
			if err != nil {
				yield(api.Listed{}, fmt.Errorf("list the table: %w", err))
				return
			}
			if !yield(l, nil) {
				return
			}
		}
	}
}

func (s *Store) pairs(ctx context.Context, consistent bool) iter.Seq2[api.Listed, error] {
	return func(yield func(api.Listed, error) bool) {
		j := newJoin(maxWaiting, func(key api.Key) (pair, error) { return s.readPair(ctx, key) })
		for it, err := range s.scan(ctx, consistent) {
			if err != nil {
				yield(api.Listed{}, err)
				return
			}
			l, complete, err := j.take(it)
			if (complete || err != nil) && (!yield(l, err) || err != nil) {
				return
			}
		}
		j.rest(yield)
	}
}

// Pair reads one record with its status, as All lists them, and nothing else that is stored under the name. It is for
// readers who may not read issuances, as the command line's users.
func (s *Store) Pair(ctx context.Context, key api.Key) (api.Listed, error) {
	p, err := s.readPair(ctx, key)
	if err != nil {
		return api.Listed{}, fmt.Errorf("read %s: %w", key, err)
	}
	return listedOf(key, p), nil
}

func (s *Store) readPair(ctx context.Context, key api.Key) (pair, error) {
	items, err := s.snapshot(ctx, recordKey(key), statusItemKey(key))
	if err != nil {
		return pair{}, err
	}
	return pair{record: items[0], status: items[1]}, nil
}

// scan omits issuances, claims and the policy set: they are not keys of work, and an issuance holds a sealed key.
func (s *Store) scan(ctx context.Context, consistent bool) iter.Seq2[item, error] {
	pages := dynamodb.NewScanPaginator(s.client, &dynamodb.ScanInput{
		TableName:                &s.table,
		ConsistentRead:           &consistent,
		FilterExpression:         aws.String("NOT (#kind IN (:issuance, :claim, :set))"),
		ExpressionAttributeNames: map[string]string{"#kind": attrKind},
		ExpressionAttributeValues: item{
			":issuance": stringValue(string(api.KindIssuance)),
			":claim":    stringValue(string(api.KindClaim)),
			":set":      stringValue(string(api.KindPolicySet)),
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
