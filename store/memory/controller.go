package memory

import (
	"context"

	"certloop/reconciler/api"
	"certloop/store/internal/canonical"
)

// GetController reads the controller's own status.
func (t *Table) GetController(ctx context.Context) (api.ControllerStatus, error) {
	if err := ended(ctx); err != nil {
		return api.ControllerStatus{}, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return canonical.Copy(t.controller), nil
}

// WriteController stores s under the rule of api.Write.Status.
func (t *Table) WriteController(ctx context.Context, s *api.ControllerStatus) error {
	if err := ended(ctx); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if s.Version != t.controller.Version {
		return conflict("status", "the controller")
	}
	s.Version++
	t.controller = canonical.Copy(*s)
	return nil
}
