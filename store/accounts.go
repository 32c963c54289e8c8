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

// WriteAccount stores st if the stored version is still st.Version, and sets st.Version to the stored one.
func (s *Store) WriteAccount(ctx context.Context, name string, st *api.AccountStatus) error {
	put, err := encodeAccountStatus(name, st, api.NextVersion(st.Version))
	if err == nil {
		err = s.apply(ctx, []change{{key: accountStatusKey(name), when: unchanged(st.Version), put: put}})
	}
	if err != nil {
		return fmt.Errorf("write account %s: %w", name, err)
	}
	st.Version = api.NextVersion(st.Version)
	return nil
}

// ForgetAccount deletes the status if the stored version is still that one.
func (s *Store) ForgetAccount(ctx context.Context, name string, version int64) error {
	if err := s.apply(ctx, []change{{key: accountStatusKey(name), when: unchanged(version)}}); err != nil {
		return fmt.Errorf("forget account %s: %w", name, err)
	}
	return nil
}

func accountStatusKey(name string) item {
	return itemKey(api.StatusPartition(name), api.KindAccountStatus)
}
