package store

import (
	"context"
	"fmt"

	"certloop/reconciler/api"
)

// GetAccount reads record, status and the policies in one request, as a consistent snapshot.
func (s *Store) GetAccount(ctx context.Context, name string) (api.AccountObject, error) {
	o, err := s.getAccount(ctx, name)
	if err != nil {
		return api.AccountObject{}, fmt.Errorf("read account %s: %w", name, err)
	}
	return o, nil
}

func (s *Store) getAccount(ctx context.Context, name string) (o api.AccountObject, err error) {
	items, err := s.snapshot(ctx, itemKey(name, api.KindAccount), itemKey(api.StatusPartition(name), api.KindAccountStatus),
		policySetKey)
	if err != nil {
		return o, err
	}
	o.Record, o.Policies = decodeRecord(items[0]), decodePolicySet(items[2])
	o.Status, err = decode[api.AccountStatus](items[1])
	return o, err
}

// WriteAccount stores st if the stored version is still st.Version, and sets st.Version to the stored one. If st is
// nil, it deletes the status of version forget.
func (s *Store) WriteAccount(ctx context.Context, name string, st *api.AccountStatus, forget int64) error {
	c := change{key: itemKey(api.StatusPartition(name), api.KindAccountStatus), when: unchanged(forget)}
	var err error
	if st != nil {
		c.when = unchanged(st.Version)
		c.put, err = encodeAccountStatus(name, st, st.Version+1)
	}
	if err == nil {
		err = s.apply(ctx, []change{c})
	}
	if err != nil {
		return fmt.Errorf("write account %s: %w", name, err)
	}
	if st != nil {
		st.Version++
	}
	return nil
}
