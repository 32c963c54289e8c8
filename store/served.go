package store

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"certloop/reconciler/api"
	"certloop/store/internal/canonical"
)

func servedKey(name string) item { return itemKey(api.StatusPartition(name), api.KindServedStatus) }

// WriteServed stores st if the stored version is still st.Version, and sets st.Version to the stored one.
func (s *Store) WriteServed(ctx context.Context, name string, st *api.ServedStatus) error {
	version := api.NextVersion(st.Version)
	put, err := encodeServed(name, st, version)
	if err == nil {
		err = s.apply(ctx, []change{{put: put, when: unchangedServed(st.Version)}})
	}
	if err != nil {
		return fmt.Errorf("write what certificate %s serves: %w", name, err)
	}
	st.Version = version
	return nil
}

// unchangedServed is unchanged, except that an item with an unreadable version is always replaced.
func unchangedServed(version int64) condition {
	if version == api.DamagedVersion {
		return exists()
	}
	return unchanged(version)
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

// decodeServed returns nil without an item. An item that is damaged must not delay an issuance, nor stay as it is: only its version
// counts, or api.DamagedVersion, so that the next probe writes it anew.
func decodeServed(it item) *api.ServedStatus {
	if it == nil {
		return nil
	}
	st, err := decode[api.ServedStatus](it)
	if err != nil {
		st = &api.ServedStatus{}
	}
	st.Version = versionOf(it[attrVersion], api.DamagedVersion)
	return st
}

// ForgetServed deletes the item if the stored version is still that one.
func (s *Store) ForgetServed(ctx context.Context, name string, version int64) error {
	if err := s.apply(ctx, []change{{key: servedKey(name), when: unchangedServed(version)}}); err != nil {
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
