package memory_test

import (
	"reflect"
	"testing"

	"certloop/reconciler/api"
	"certloop/store/memory"
	"certloop/store/storetest"
)

func TestContract(t *testing.T) {
	storetest.Run(t, func(*testing.T) storetest.Subject {
		m := memory.New()
		return storetest.Subject{
			Table: m, PutRecord: m.PutRecord, PutItem: m.PutItem, DeleteRecord: m.DeleteRecord, DeleteStatus: m.DeleteStatus,
		}
	})
}

func TestTable_ListingsAreSorted(t *testing.T) {
	m := memory.New()
	var want []api.Key
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		for _, kind := range []api.Kind{api.KindAccount, api.KindCertificate} {
			want = append(want, api.Key{Kind: kind, Name: name})
			m.PutRecord(map[string]any{"name": name, "kind": string(kind)})
		}
	}
	for range 10 {
		var got []api.Key
		for l := range m.All(t.Context()) {
			got = append(got, l.Key)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("listed %v", got)
		}
	}
}

func TestChanges_AreThoseOfUsers(t *testing.T) {
	m := memory.New()
	www := api.Key{Kind: api.KindCertificate, Name: "www"}
	put := func(token string) {
		m.PutRecord(map[string]any{"name": "www", "kind": "Certificate", "renew_token": token})
	}
	put("1")
	put("1") // changes nothing
	put("2")
	if err := m.Write(t.Context(), api.Write{Name: "www", Status: &api.CertificateStatus{}}); err != nil {
		t.Fatal(err)
	}
	m.DeleteStatus(www)
	m.DeleteRecord(www)
	m.DeleteRecord(www) // does not exist
	if got := m.Changes(); !reflect.DeepEqual(got, []api.Key{www, www, www}) {
		t.Errorf("changes: %v", got)
	}
	if got := m.Changes(); got != nil {
		t.Errorf("changes since: %v", got)
	}
}

func TestPutRecord_PanicsOnAnImpossibleRecord(t *testing.T) {
	for sentence, record := range map[string]map[string]any{
		"no name":         {"kind": "Certificate"},
		"a kind not ours": {"name": "www", "kind": "CertificateStatus"},
		"a Go int":        {"name": "www", "kind": "Certificate", "n": []any{map[string]any{"deep": 1}}},
	} {
		t.Run(sentence, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("it was accepted")
				}
			}()
			memory.New().PutRecord(record)
		})
	}
}
