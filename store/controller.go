package store

import (
	"context"
	"fmt"

	"certloop/reconciler/api"
)

var controllerKey = itemKey(api.ControllerPartition, api.KindControllerStatus)

// GetController reads what the controller remembers of itself; a zero status where there is none.
func (s *Store) GetController(ctx context.Context) (api.ControllerStatus, error) {
	items, err := s.snapshot(ctx, controllerKey)
	if err != nil {
		return api.ControllerStatus{}, fmt.Errorf("read the controller's status: %w", err)
	}
	st, err := decode[api.ControllerStatus](items[0])
	if err != nil || st == nil {
		return api.ControllerStatus{}, err
	}
	return *st, nil
}

// WriteController stores st while the stored version is still st.Version, and makes st.Version the one now stored.
func (s *Store) WriteController(ctx context.Context, st *api.ControllerStatus) error {
	put, err := encodeController(st, st.Version+1)
	if err == nil {
		err = s.apply(ctx, []change{{put: put, when: unchanged(st.Version)}})
	}
	if err != nil {
		return fmt.Errorf("write the controller's status: %w", err)
	}
	st.Version++
	return nil
}
