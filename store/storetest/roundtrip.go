package storetest

import (
	"context"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"certloop/reconciler/api"
)

// kept writes the values of src over the present ones and checks that they are read again, apart from Version and Due,
// which the table sets.
func kept(t rapid.TB, s Subject, src source, read api.Object, readAccount api.AccountObject) {
	t.Helper()
	var st api.CertificateStatus
	var is api.Issuance
	var acct api.AccountStatus
	populate(&st, src)
	populate(&is, src)
	populate(&acct, src)
	st.Version, is.Version, acct.Version = 0, 0, 0
	if read.Status != nil {
		st.Version = read.Status.Version
	}
	if read.Issuance != nil {
		is.Version = read.Issuance.Version
	}
	if readAccount.Status != nil {
		acct.Version = readAccount.Status.Version
	}
	for _, outbox := range [][]api.OutboxEntry{st.Outbox, acct.Outbox} {
		for i := range outbox {
			outbox[i].Digest = nil // only the controller's own status has one
		}
	}
	st.Due, acct.Due = duePartition(st.DueAt), duePartition(acct.DueAt)
	s.write(t, api.Write{Name: "www", Status: &st, Issuance: &is})
	must(t, s.WriteAccount(context.Background(), "default", &acct))
	o, a := s.get(t, "www"), s.getAccount(t, "default")
	same(t, "status", o.Status, &st)
	if is.IsEmpty() {
		same(t, "issuance", o.Issuance, (*api.Issuance)(nil))
	} else {
		same(t, "issuance", o.Issuance, &is)
	}
	same(t, "account status", a.Status, &acct)
}

func duePartition(at int64) string {
	if at == 0 {
		return ""
	}
	return api.DuePartition
}

func same[T any](t rapid.TB, what string, got, want *T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%s\n got %+v\nwant %+v", what, got, want)
	}
}

func everyField(t *testing.T, s Subject) {
	kept(t, s, &everything{}, api.Object{}, api.AccountObject{})
}

func anyStatus(t *testing.T, s Subject) {
	rapid.Check(t, func(r *rapid.T) { kept(r, s, anything{r}, s.get(r, "www"), s.getAccount(r, "default")) })
}

func times(t *testing.T, s Subject) {
	tokyo := time.FixedZone("JST", 9*60*60)
	at := time.Date(2026, 3, 1, 12, 30, 15, 999_999_999, tokyo)
	want := time.Date(2026, 3, 1, 3, 30, 15, 0, time.UTC)
	st := &api.CertificateStatus{
		NotAfter: at,
		Targets:  []api.TargetStatus{{Key: "eu", ImportedAt: at}},
		History:  []api.HistoryEntry{{Time: at}},
		Domains:  []string{},
	}
	s.write(t, api.Write{Name: "www", Status: st, Issuance: &api.Issuance{Imports: map[string]time.Time{"eu": at}}})
	o := s.get(t, "www")
	for what, got := range map[string]time.Time{
		"not_after":   o.Status.NotAfter,
		"imported_at": o.Status.Targets[0].ImportedAt,
		"time":        o.Status.History[0].Time,
		"imports":     o.Issuance.Imports["eu"],
	} {
		if got != want {
			t.Errorf("%s is %v, want %v", what, got, want)
		}
	}
	if !o.Status.NotBefore.IsZero() || o.Status.Domains != nil {
		t.Errorf("what was empty is %v, %#v", o.Status.NotBefore, o.Status.Domains)
	}
	if st.NotAfter != at {
		t.Errorf("the caller's time is now %v", st.NotAfter)
	}
}
