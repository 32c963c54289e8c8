package storetest

import (
	"context"
	"reflect"
	"testing"

	"certloop/reconciler/api"
)

func controllerStatus(t *testing.T, s Subject) {
	ctx := context.Background()
	read := func() api.ControllerStatus {
		t.Helper()
		st, err := s.GetController(ctx)
		must(t, err)
		return st
	}
	if got := read(); !reflect.DeepEqual(got, api.ControllerStatus{}) {
		t.Fatalf("a new table has %+v", got)
	}
	st := api.ControllerStatus{}
	populate(&st, &everything{})
	st.Version = 0
	for version := int64(1); version <= 2; version++ {
		must(t, s.WriteController(ctx, &st))
		if got := read(); st.Version != version || !reflect.DeepEqual(got, st) {
			t.Errorf("write %d: the caller has %+v, the table %+v", version, st, got)
		}
	}
	for _, version := range []int64{0, 1, 3} {
		wantKind(t, s.WriteController(ctx, &api.ControllerStatus{Version: version}), api.Conflict)
	}
	// It belongs to no record.
	if got := s.all(t); len(got) != 0 {
		t.Errorf("listed: %v", got)
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	_, err := s.GetController(ended)
	wantKind(t, err, api.Transient)
	wantKind(t, s.WriteController(ended, &st), api.Transient)
}
