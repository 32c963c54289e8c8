package storetest

import (
	"context"
	"reflect"
	"sync"
	"testing"

	"certloop/reconciler/api"
)

func (s Subject) ledger(t *testing.T, account string) api.Ledger {
	t.Helper()
	l, err := s.GetLedger(context.Background(), account)
	must(t, err)
	return l
}

// ledgers: a ledger is written with status and issuance under its own version, by any record of its account.
func ledgers(t *testing.T, s Subject) {
	ctx := context.Background()
	if got := s.ledger(t, "le"); !reflect.DeepEqual(got, api.Ledger{}) {
		t.Fatalf("a new table has %+v", got)
	}
	full := api.Ledger{Directory: "https://ca.test/dir", Orders: 1_800_000_000_123, Domains: map[string]int64{"example.co.uk": 1, "example.com": 1_800_000_000_000},
		Sets: map[string]int64{"aGVsbG8": 5}, Failures: map[string]int64{"www.example.com": 7}}
	names := []string{"a", "b"}
	for i, name := range names {
		w := full
		w.Version = int64(i)
		s.write(t, api.Write{Name: name, Status: &api.CertificateStatus{Serial: name}, Issuance: &api.Issuance{OrderURL: "https://ca.test/1"}, Ledger: &w, LedgerOf: "le"})
		want := full
		want.Version = int64(i) + 1
		if got := s.ledger(t, "le"); !reflect.DeepEqual(got, want) || !reflect.DeepEqual(w, want) {
			t.Errorf("write %d: the caller has %+v, the table %+v", i, w, got)
		}
	}
	if got := s.ledger(t, "other"); !reflect.DeepEqual(got, api.Ledger{}) {
		t.Errorf("another account has %+v", got)
	}
	for _, version := range []int64{0, 1, 3} {
		late := &api.Ledger{Version: version}
		err := s.Write(ctx, api.Write{Name: "c", Status: &api.CertificateStatus{Serial: "late"}, Ledger: late, LedgerOf: "le"})
		wantKind(t, err, api.Conflict)
		if late.Version != version || s.get(t, "c").Status != nil {
			t.Errorf("half of a write of version %d is in the table", version)
		}
	}
	wantKind(t, s.Write(ctx, api.Write{Name: "a", Status: &api.CertificateStatus{}, Ledger: &api.Ledger{Version: 2}, LedgerOf: "le"}), api.Conflict)
	if got := s.ledger(t, "le"); got.Version != 2 || got.Orders != full.Orders {
		t.Errorf("a write whose status is stale changed the ledger: %+v", got)
	}
	if got := s.all(t); len(got) != 2 {
		t.Errorf("a listing has the ledger: %+v", got)
	}
}

// concurrentLedgers: of many records that count an order at once, each is counted once.
func concurrentLedgers(t *testing.T, s Subject) {
	const writers = 16
	var group sync.WaitGroup
	for range writers {
		group.Go(func() {
			for {
				l, err := s.GetLedger(context.Background(), "le")
				if err == nil {
					l.Orders++
					err = s.Write(context.Background(), api.Write{Ledger: &l, LedgerOf: "le"})
				}
				if err == nil {
					return
				}
				if api.KindOf(err) != api.Conflict {
					t.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	if got := s.ledger(t, "le"); got.Orders != writers || got.Version != writers {
		t.Errorf("%d orders of %d are counted in %d writes", got.Orders, writers, got.Version)
	}
}

// ledgerBounds: whatever is counted, the item fits into the table, and what is refilled soonest is dropped.
func ledgerBounds(t *testing.T, s Subject) {
	l := api.Ledger{Domains: map[string]int64{}, Sets: map[string]int64{}, Failures: map[string]int64{"": 1}}
	for i := range int64(12_000) {
		l.Domains[longName(i)], l.Sets[longName(i)] = i+1, i+1
	}
	s.write(t, api.Write{Name: "a", Status: &api.CertificateStatus{}, Ledger: &l, LedgerOf: "le"})
	got := s.ledger(t, "le")
	if len(got.Domains) < 300 || len(got.Domains) == 12_000 || len(got.Sets) != len(got.Domains) || got.Failures != nil {
		t.Errorf("%d domains, %d sets, %d failures", len(got.Domains), len(got.Sets), len(got.Failures))
	}
	if got.Domains[longName(11_999)] != 12_000 || got.Domains[longName(0)] != 0 {
		t.Error("it does not have the latest")
	}
}

func longName(i int64) string {
	name := make([]byte, 200)
	for at := range name {
		name[at] = 'a' + byte(i%10)
		i /= 10
	}
	return string(name)
}
