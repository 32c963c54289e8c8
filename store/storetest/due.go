package storetest

import (
	"context"
	"slices"
	"testing"
	"time"

	"certloop/reconciler/api"

	"pgregory.net/rapid"
)

// due lists what is due at now, in epoch seconds.
func (s Subject) due(t rapid.TB, now int64) []api.Key {
	t.Helper()
	var keys []api.Key
	for key, err := range s.Due(context.Background(), time.Unix(now, 999)) {
		must(t, err)
		keys = append(keys, key)
	}
	return keys
}

func dueOrder(t *testing.T, s Subject) {
	for name, at := range map[string]int64{"third": 300, "first": 9, "fourth": 1000, "never": 0} {
		s.write(t, api.Write{Name: name, Status: &api.CertificateStatus{DueAt: at, Due: "whatever the caller says"}})
	}
	must(t, s.WriteAccount(context.Background(), "second", &api.AccountStatus{DueAt: 20}))
	want := []api.Key{
		{Kind: api.KindCertificate, Name: "first"},
		{Kind: api.KindAccount, Name: "second"},
		{Kind: api.KindCertificate, Name: "third"},
		{Kind: api.KindCertificate, Name: "fourth"},
	}
	for now, n := range map[int64]int{8: 0, 9: 1, 299: 2, 300: 3, 999: 3, 5000: 4} {
		if got := s.due(t, now); !slices.Equal(got, want[:n]) {
			t.Errorf("at %d: %v, want %v", now, got, want[:n])
		}
	}
	if got := s.get(t, "first").Status; got.Due != api.DuePartition {
		t.Errorf("a status that is due has the index key %q", got.Due)
	}
	if got := s.get(t, "never").Status; got.Due != "" {
		t.Errorf("a status that is not due has the index key %q", got.Due)
	}
}

func dueCleared(t *testing.T, s Subject) {
	ctx := context.Background()
	st := &api.CertificateStatus{DueAt: 5}
	s.write(t, api.Write{Name: "moved", Status: st})
	s.write(t, api.Write{Name: "forgotten", Status: &api.CertificateStatus{DueAt: 5}})
	acct := &api.AccountStatus{DueAt: 5}
	must(t, s.WriteAccount(ctx, "default", acct))
	if got := s.due(t, 5); len(got) != 3 {
		t.Fatalf("due: %v", got)
	}
	st.DueAt = 7
	s.write(t, api.Write{Name: "moved", Status: st})
	s.write(t, api.Write{Name: "forgotten", Forget: true, ForgetVersion: 1})
	acct.DueAt = 0
	must(t, s.WriteAccount(ctx, "default", acct))
	if got := s.due(t, 6); len(got) != 0 {
		t.Errorf("still due: %v", got)
	}
	st.DueAt, st.Due = 0, api.DuePartition
	s.write(t, api.Write{Name: "moved", Status: st})
	if got := s.due(t, 100); len(got) != 0 {
		t.Errorf("due at last: %v", got)
	}
}
