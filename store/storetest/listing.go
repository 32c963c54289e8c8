package storetest

import (
	"context"
	"fmt"
	"iter"
	"reflect"
	"strings"
	"testing"
	"time"

	"certloop/reconciler/api"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func (s Subject) all(t rapid.TB) map[api.Key]api.Listed {
	t.Helper()
	return collect(t, s.All(context.Background()))
}

func collect(t rapid.TB, listing iter.Seq2[api.Listed, error]) map[api.Key]api.Listed {
	t.Helper()
	found := map[api.Key]api.Listed{}
	for l, err := range listing {
		must(t, err)
		if _, twice := found[l.Key]; twice {
			t.Fatalf("%s is listed twice", l.Key)
		}
		found[l.Key] = l
	}
	return found
}

func listing(t *testing.T, s Subject) {
	ctx := context.Background()
	s.PutRecord(certificate("both"))
	s.write(t, api.Write{Name: "both", Status: &api.CertificateStatus{Serial: "c"}, Issuance: &api.Issuance{Chain: "c"}})
	s.PutRecord(account("both"))
	must(t, s.WriteAccount(ctx, "both", &api.AccountStatus{URI: "a"}))
	s.PutRecord(certificate("new"))
	s.write(t, api.Write{Name: "deleted", Status: &api.CertificateStatus{Serial: "g"}})
	must(t, s.WriteAccount(ctx, "lost", &api.AccountStatus{URI: "l"}))
	s.owner(t, arnA, "both", "")
	cert := func(name string) api.Key { return api.Key{Kind: api.KindCertificate, Name: name} }
	acct := func(name string) api.Key { return api.Key{Kind: api.KindAccount, Name: name} }
	want := map[api.Key]api.Listed{
		cert("both"):    {Key: cert("both"), Record: certificate("both"), Status: &api.CertificateStatus{Version: 1, Serial: "c"}},
		acct("both"):    {Key: acct("both"), Record: account("both"), AccountStatus: &api.AccountStatus{Version: 1, URI: "a"}},
		cert("new"):     {Key: cert("new"), Record: certificate("new")},
		cert("deleted"): {Key: cert("deleted"), Status: &api.CertificateStatus{Version: 1, Serial: "g"}},
		acct("lost"):    {Key: acct("lost"), AccountStatus: &api.AccountStatus{Version: 1, URI: "l"}},
	}
	if got := s.all(t); !reflect.DeepEqual(got, want) {
		t.Errorf("listed (-want +got):\n%s", cmp.Diff(want, got))
	}
	// The command line reads one record in the same form.
	if one, ok := s.Table.(interface {
		Pair(ctx context.Context, key api.Key) (api.Listed, error)
	}); ok {
		for key, listed := range want {
			got, err := one.Pair(ctx, key)
			if must(t, err); !reflect.DeepEqual(got, listed) {
				t.Errorf("Pair of %s (-want +got):\n%s", key, cmp.Diff(listed, got))
			}
		}
	}
	// There are no other writers, so eventual consistency returns the same.
	if got := collect(t, s.Glance(ctx)); !reflect.DeepEqual(got, want) {
		t.Errorf("Glance returns (-want +got):\n%s", cmp.Diff(want, got))
	}
}

func listingLoops(t *testing.T, s Subject) {
	for i := range 3 {
		name := fmt.Sprint("www", i)
		s.PutRecord(certificate(name))
		s.write(t, api.Write{Name: name, Status: &api.CertificateStatus{DueAt: 1}})
	}
	all, due := s.All(context.Background()), s.Due(context.Background(), time.Unix(1, 0))
	for want := range 4 {
		var listed, dues int
		for _, err := range all {
			must(t, err)
			if listed++; listed == want {
				break
			}
		}
		for _, err := range due {
			must(t, err)
			if dues++; dues == want {
				break
			}
		}
		if want > 0 && (listed != want || dues != want) {
			t.Errorf("left after %d: %d records, %d due", want, listed, dues)
		}
	}
}

// largeListing has names with 90 KB in the status and 30 KB in the record, so that pages of 1 MB end within some names
// and between others.
func largeListing(t *testing.T, s Subject) {
	const names = 40
	for i := range names {
		name := fmt.Sprintf("www-%d", i)
		record := certificate(name)
		record["renew_token"] = strings.Repeat("r", 30_000)
		s.PutRecord(record)
		s.write(t, api.Write{Name: name, Status: &api.CertificateStatus{
			LastError: strings.Repeat("e", 60_000+1000*i), DueAt: int64(1 + i%2),
		}})
	}
	found := s.all(t)
	if len(found) != names {
		t.Fatalf("%d keys are listed, want %d", len(found), names)
	}
	for key, l := range found {
		if l.Record == nil || l.Status == nil || l.Record["name"] != key.Name {
			t.Errorf("%s: record %v, status %v", key, l.Record != nil, l.Status != nil)
		}
	}
	if got := s.due(t, 1); len(got) != names/2 {
		t.Errorf("%d are due, want %d", len(got), names/2)
	}
}
