package storetest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"certloop/reconciler/api"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// unknownKinds writes items of kinds that differ from known ones by case or a letter, beside records and alone.
func unknownKinds(t *testing.T, s Subject) {
	s.PutRecord(certificate("www"))
	want := map[api.Key]api.Listed{{Kind: api.KindCertificate, Name: "www"}: {
		Key: api.Key{Kind: api.KindCertificate, Name: "www"}, Record: certificate("www"),
	}}
	for i, kind := range []api.Kind{"certificate", "Certificates", "ACCOUNT", "policy", "certificatestatus", "x", " Certificate"} {
		for _, name := range []string{"www", fmt.Sprint("by-itself-", i), "status#www"} {
			key := api.Key{Kind: kind, Name: name}
			s.PutItem(map[string]any{"name": name, "kind": string(kind), "domains": []any{"a.example.com"}})
			want[key] = api.Listed{Key: key, Unknown: true}
		}
	}
	// These kinds are known. The first is a record, the others are not keys of work.
	key := api.Key{Kind: api.KindPolicy, Name: "team"}
	s.PutItem(map[string]any{"name": "policy#team", "kind": "Policy"})
	want[key] = api.Listed{Key: key, Record: map[string]any{"name": "policy#team", "kind": "Policy"}}
	s.PutItem(map[string]any{"name": "issuance#www", "kind": "Issuance"})
	s.PutItem(map[string]any{"name": "arn#www", "kind": "Claim"})
	if got := s.all(t); !reflect.DeepEqual(got, want) {
		t.Errorf("listed (-want +got):\n%s", cmp.Diff(want, got))
	}
	if got := s.due(t, 1<<40); got != nil {
		t.Errorf("due: %v", got)
	}
}

// forgedStatus writes what a writer of records could write to affect another record's certificate: statuses beside the
// record, due at once, in the forms of the controller's own.
func forgedStatus(t *testing.T, s Subject) {
	s.PutRecord(certificate("www"))
	for _, kind := range []api.Kind{api.KindCertificateStatus, api.KindAccountStatus} {
		for _, name := range []string{"www", "default", "statuswww", "Status#www", "#www"} {
			s.PutItem(map[string]any{
				"name": name, "kind": string(kind), "version": json.Number("7"), "due": api.DuePartition, "due_at": json.Number("1"),
				"acm_arn": arnA, "uri": "https://forged.example.com",
			})
		}
	}
	if o := s.get(t, "www"); o.Status != nil || o.Issuance != nil || o.Record == nil {
		t.Errorf("Get reads it: %+v", o.Status)
	}
	if o := s.getAccount(t, "default"); o.Status != nil || o.Record != nil {
		t.Errorf("GetAccount reads it: %+v", o.Status)
	}
	if got := s.due(t, 100); got != nil {
		t.Errorf("due: %v", got)
	}
	key := api.Key{Kind: api.KindCertificate, Name: "www"}
	if got, want := s.all(t), map[api.Key]api.Listed{key: {Key: key, Record: certificate("www")}}; !reflect.DeepEqual(got, want) {
		t.Errorf("listed (-want +got):\n%s", cmp.Diff(want, got))
	}
	// The controller's own status is created as if there were none, and only it is read.
	s.write(t, api.Write{Name: "www", Status: &api.CertificateStatus{Serial: "own", DueAt: 5}})
	if o := s.get(t, "www"); o.Status == nil || o.Status.Serial != "own" || o.Status.Version != 1 {
		t.Errorf("Get: %+v", o.Status)
	}
	if got := s.due(t, 100); !slices.Equal(got, []api.Key{key}) {
		t.Errorf("due: %v", got)
	}
	if got := s.all(t)[key].Status; got == nil || got.Serial != "own" {
		t.Errorf("listed with %+v", got)
	}
}

// anyOrder writes records, statuses and noise in random order; each key is listed once, with its own record and status.
func anyOrder(t *testing.T, s Subject) {
	rapid.Check(t, func(r *rapid.T) {
		want := map[api.Key]api.Listed{}
		for i := range rapid.IntRange(1, 12).Draw(r, "items") {
			writeAny(r, s, fmt.Sprint("www", rapid.IntRange(0, 4).Draw(r, "name")), fmt.Sprint(i), want)
		}
		got := s.all(r)
		for key := range want {
			s.DeleteRecord(key)
			s.DeleteStatus(key)
		}
		if !reflect.DeepEqual(got, want) {
			r.Fatalf("listed\n%+v\nwant\n%+v", got, want)
		}
	})
}

// writeAny writes one item under the name, and adds to want what a listing then returns.
func writeAny(r *rapid.T, s Subject, name, mark string, want map[api.Key]api.Listed) {
	r.Helper()
	kind := rapid.SampledFrom([]api.Kind{api.KindCertificate, api.KindAccount}).Draw(r, "kind")
	l := want[api.Key{Kind: kind, Name: name}]
	l.Key = api.Key{Kind: kind, Name: name}
	switch what := rapid.IntRange(0, 3).Draw(r, "what"); {
	case what == 0:
		s.PutItem(map[string]any{"name": name, "kind": string(kind) + "Status", "serial": mark})
		return
	case what == 1:
		l.Record = map[string]any{"name": name, "kind": string(kind), "mark": mark}
		s.PutRecord(l.Record)
	case kind == api.KindAccount:
		st := s.getAccount(r, name).Status
		if st == nil {
			st = &api.AccountStatus{}
		}
		st.URI = mark
		must(r, s.WriteAccount(r.Context(), name, st))
		l.AccountStatus = st
	default:
		st := s.get(r, name).Status
		if st == nil {
			st = &api.CertificateStatus{}
		}
		st.Serial = mark
		s.write(r, api.Write{Name: name, Status: st})
		l.Status = st
	}
	want[l.Key] = l
}
