package storetest

import (
	"context"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"certloop/reconciler/api"
)

// dueServed lists what is to be probed at now, in epoch seconds.
func (s Subject) dueServed(t *testing.T, now int64) []string {
	t.Helper()
	var names []string
	for name, err := range s.DueServed(context.Background(), time.Unix(now, 999)) {
		must(t, err)
		names = append(names, name)
	}
	return names
}

func servedStatus(t *testing.T, s Subject) {
	ctx := context.Background()
	if got := s.get(t, "www").Served; got != nil {
		t.Fatalf("a new table has %+v", got)
	}
	st := api.ServedStatus{}
	populate(&st, &everything{})
	st.Version, st.Due = 0, api.ServedPartition
	for i := range st.Endpoints {
		st.Endpoints[i].KeyType = "" // it is no part of what is stored
	}
	for version := int64(1); version <= 2; version++ {
		must(t, s.WriteServed(ctx, "www", &st))
		if got := s.get(t, "www").Served; st.Version != version || got == nil || !reflect.DeepEqual(*got, st) {
			t.Errorf("write %d: the caller has %+v, the table %+v", version, st, got)
		}
	}
	for _, version := range []int64{0, 1, 3} {
		wantKind(t, s.WriteServed(ctx, "www", &api.ServedStatus{Version: version}), api.Conflict)
		wantKind(t, s.ForgetServed(ctx, "www", version), api.Conflict)
	}
	key := api.Key{Kind: api.KindServedStatus, Name: "www"}
	want := map[api.Key]api.Listed{key: {Key: key, Served: &st}}
	if got := s.all(t); !reflect.DeepEqual(got, want) {
		t.Errorf("listed (-want +got):\n%s", cmp.Diff(want, got))
	}
	if got := collect(t, s.Glance(ctx)); !reflect.DeepEqual(got, want) {
		t.Errorf("Glance returns (-want +got):\n%s", cmp.Diff(want, got))
	}
	must(t, s.ForgetServed(ctx, "www", 2))
	if got := s.get(t, "www").Served; got != nil {
		t.Errorf("after it was deleted: %+v", got)
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	wantKind(t, s.WriteServed(ended, "www", &st), api.Transient)
	wantKind(t, s.ForgetServed(ended, "www", 2), api.Transient)
}

// servedApart holds that probes and the loop never disturb each other: neither write changes the version of the other, and
// neither is due where the other is.
func servedApart(t *testing.T, s Subject) {
	ctx := context.Background()
	status := &api.CertificateStatus{DueAt: 7}
	s.write(t, api.Write{Name: "www", Status: status})
	for name, at := range map[string]int64{"www": 300, "api": 9, "never": 0, "mail": 301} {
		must(t, s.WriteServed(ctx, name, &api.ServedStatus{DueAt: at, Due: "whatever the caller says"}))
	}
	s.write(t, api.Write{Name: "www", Status: status})
	for now, want := range map[int64][]string{8: nil, 9: {"api"}, 300: {"api", "www"}, 1000: {"api", "www", "mail"}} {
		if got := s.dueServed(t, now); !slices.Equal(got, want) {
			t.Errorf("at %d: %v, want %v", now, got, want)
		}
	}
	if got := s.due(t, 1000); len(got) != 1 || got[0].Name != "www" {
		t.Errorf("due for the loop: %v", got)
	}
	if got := s.get(t, "www"); got.Status.Version != 2 || got.Served.Version != 1 || got.Served.Due != api.ServedPartition {
		t.Errorf("%+v and %+v", got.Status, got.Served)
	}
	if got := s.get(t, "never").Served; got.Due != "" {
		t.Errorf("one that is not due has the index key %q", got.Due)
	}
}
