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
	"certloop/store/internal/canonical"
)

func servedKey(name string) item { return itemKey(api.StatusPartition(name), api.KindServedStatus) }

// WriteServed stores st if the stored version is still st.Version, and sets st.Version to the stored one.
func (s *Store) WriteServed(ctx context.Context, name string, st *api.ServedStatus) error {
	put, err := encodeServed(name, st, st.Version+1)
	if err == nil {
		err = s.apply(ctx, []change{{put: put, when: unchanged(st.Version)}})
	}
	if err != nil {
		return fmt.Errorf("write what certificate %s serves: %w", name, err)
	}
	st.Version++
	return nil
}

func encodeServed(name string, s *api.ServedStatus, version int64) (item, error) {
	c := canonical.Copy(*s)
	c.Version, c.Due = version, ""
	if c.DueAt != 0 {
		c.Due = api.ServedPartition
	}
	c.Bound()
	return encode(servedKey(name), c)
}

// decodeServed returns nil without an item. An item that is damaged must not delay an issuance: only its version counts, so that
// the next probe writes it anew.
func decodeServed(it item) *api.ServedStatus {
	st, err := decode[api.ServedStatus](it)
	if err == nil {
		return st
	}
	version, _ := it[attrVersion].(*types.AttributeValueMemberN)
	if version == nil {
		return nil
	}
	n, _ := strconv.ParseInt(version.Value, 10, 64)
	return &api.ServedStatus{Version: n}
}

// ForgetServed deletes the item if the stored version is still that one.
func (s *Store) ForgetServed(ctx context.Context, name string, version int64) error {
	if err := s.apply(ctx, []change{{key: servedKey(name), when: unchanged(version)}}); err != nil {
		return fmt.Errorf("forget what certificate %s serves: %w", name, err)
	}
	return nil
}

// DueServed reads the sparse index, oldest first. A writer of records may add the index's attributes to any item of their
// partition, so only items of the partitions of statuses count.
func (s *Store) DueServed(ctx context.Context, now time.Time) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for it, err := range s.due(ctx, api.ServedPartition, now) {
			if err != nil {
				yield("", fmt.Errorf("list what is to be probed: %w", err))
				return
			}
			name, ok := api.RecordOfStatus(text(it, attrName))
			if ok && text(it, attrKind) == string(api.KindServedStatus) && !yield(name, nil) {
				return
			}
		}
	}
}

// Served reads what the endpoints of a certificate serve; nil if they were never probed. It is for readers who may read
// statuses, as the command line's users.
func (s *Store) Served(ctx context.Context, name string) (*api.ServedStatus, error) {
	out, err := s.client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &s.table, Key: servedKey(name), ConsistentRead: aws.Bool(true)})
	if err != nil {
		return nil, fmt.Errorf("read what certificate %s serves: %w", name, s.classify(err))
	}
	if len(out.Item) == 0 {
		return nil, nil
	}
	return decodeServed(out.Item), nil
}
