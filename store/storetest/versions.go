package storetest

import (
	"context"
	"reflect"
	"testing"

	"certloop/reconciler/api"
)

func unknownName(t *testing.T, s Subject) {
	if o := s.get(t, "nobody"); !reflect.DeepEqual(o, api.Object{}) {
		t.Errorf("Get: %+v", o)
	}
	if o := s.getAccount(t, "nobody"); !reflect.DeepEqual(o, api.AccountObject{}) {
		t.Errorf("GetAccount: %+v", o)
	}
}

func nextVersion(t *testing.T, s Subject) {
	st, is := &api.CertificateStatus{Serial: "a"}, &api.Issuance{OrderURL: "o"}
	for want := int64(1); want <= 3; want++ {
		s.write(t, api.Write{Name: "www", Status: st, Issuance: is})
		o := s.get(t, "www")
		if st.Version != want || is.Version != want || o.Status.Version != want || o.Issuance.Version != want {
			t.Fatalf("write %d: the caller has %d and %d, the table %d and %d",
				want, st.Version, is.Version, o.Status.Version, o.Issuance.Version)
		}
	}
	s.write(t, api.Write{Name: "www"})
	if o := s.get(t, "www"); o.Status.Version != 3 {
		t.Errorf("a write of nothing made version %d", o.Status.Version)
	}
}

func staleWrite(t *testing.T, s Subject) {
	ctx := context.Background()
	s.write(t, api.Write{Name: "www", Status: &api.CertificateStatus{Serial: "first"}})
	s.write(t, api.Write{Name: "www", Status: &api.CertificateStatus{Version: 1, Serial: "second"}})
	for _, version := range []int64{0, 1, 3} {
		late := &api.CertificateStatus{Version: version, Serial: "late"}
		wantKind(t, s.Write(ctx, api.Write{Name: "www", Status: late}), api.Conflict)
		if late.Version != version {
			t.Errorf("a write of version %d that failed left %d with the caller", version, late.Version)
		}
	}
	if o := s.get(t, "www"); o.Status.Serial != "second" || o.Status.Version != 2 {
		t.Errorf("the table has %+v", o.Status)
	}
}

func writeOfNothing(t *testing.T, s Subject) {
	ctx := context.Background()
	wantKind(t, s.Write(ctx, api.Write{Name: "www", Status: &api.CertificateStatus{Version: 4}}), api.Conflict)
	wantKind(t, s.Write(ctx, api.Write{Name: "www", Issuance: &api.Issuance{Version: 4, Chain: "c"}}), api.Conflict)
	wantKind(t, s.Write(ctx, api.Write{Name: "www", Issuance: &api.Issuance{Version: 4}}), api.Conflict)
	wantKind(t, s.WriteAccount(ctx, "www", &api.AccountStatus{Version: 4}), api.Conflict)
	if o := s.get(t, "www"); o.Status != nil || o.Issuance != nil {
		t.Errorf("the table has %+v", o)
	}
}

func atomicity(t *testing.T, s Subject) {
	ctx := context.Background()
	write := func(status, issuance int64) error {
		st := &api.CertificateStatus{Version: status, Serial: "late"}
		is := &api.Issuance{Version: issuance, OrderURL: "late"}
		err := s.Write(ctx, api.Write{Name: "www", Status: st, Issuance: is})
		if err != nil && (st.Version != status || is.Version != issuance) {
			t.Errorf("a write that failed left versions %d and %d with the caller", st.Version, is.Version)
		}
		return err
	}
	must(t, write(0, 0))
	s.write(t, api.Write{Name: "www", Status: &api.CertificateStatus{Version: 1, Serial: "kept"}})
	s.write(t, api.Write{Name: "www", Issuance: &api.Issuance{Version: 1, OrderURL: "kept"}})
	wantKind(t, write(2, 1), api.Conflict)
	wantKind(t, write(1, 2), api.Conflict)
	if o := s.get(t, "www"); o.Status.Serial != "kept" || o.Issuance.OrderURL != "kept" {
		t.Errorf("half of a write is in the table: status %+v, issuance %+v", o.Status, o.Issuance)
	}
	must(t, write(2, 2))
}

func emptyIssuance(t *testing.T, s Subject) {
	ctx := context.Background()
	st, is := &api.CertificateStatus{}, &api.Issuance{SealedKey: []byte("sealed")}
	s.write(t, api.Write{Name: "www", Status: st, Issuance: is})
	wantKind(t, s.Write(ctx, api.Write{Name: "www", Status: st, Issuance: &api.Issuance{}}), api.Conflict)
	wantKind(t, s.Write(ctx, api.Write{Name: "www", Issuance: &api.Issuance{Version: 2}}), api.Conflict)
	if o := s.get(t, "www"); o.Issuance == nil {
		t.Fatal("a deletion of another version succeeded")
	}
	// An issuance is empty without the parts that are worth keeping, whatever else it has.
	empty := &api.Issuance{Version: 1, Digest: "d"}
	s.write(t, api.Write{Name: "www", Status: st, Issuance: empty})
	if o := s.get(t, "www"); o.Issuance != nil || o.Status.Version != 2 || empty.Version != 0 {
		t.Fatalf("after the deletion: %+v, and the caller has version %d", o, empty.Version)
	}
	s.write(t, api.Write{Name: "www", Status: st, Issuance: empty})
	empty.Chain = "chain"
	s.write(t, api.Write{Name: "www", Status: st, Issuance: empty})
	if o := s.get(t, "www"); o.Issuance == nil || o.Issuance.Version != 1 || o.Status.Version != 4 {
		t.Errorf("after a new one: %+v", o)
	}
}

func issuanceAlone(t *testing.T, s Subject) {
	is := &api.Issuance{Chain: "chain"}
	s.write(t, api.Write{Name: "www", Issuance: is})
	if o := s.get(t, "www"); o.Status != nil || o.Issuance == nil || o.Issuance.Chain != "chain" {
		t.Fatalf("Get: %+v", o)
	}
	is.Chain = ""
	s.write(t, api.Write{Name: "www", Issuance: is})
	if o := s.get(t, "www"); o.Issuance != nil {
		t.Fatalf("Get after its deletion: %+v", o.Issuance)
	}
}

func lostStatus(t *testing.T, s Subject) {
	st := &api.CertificateStatus{}
	s.PutRecord(certificate("www"))
	s.write(t, api.Write{Name: "www", Status: st, Issuance: &api.Issuance{OrderURL: "order"}})
	s.DeleteStatus(api.Key{Kind: api.KindCertificate, Name: "www"})
	if o := s.get(t, "www"); o.Status != nil || o.Issuance == nil || o.Record == nil {
		t.Fatalf("Get: %+v", o)
	}
	wantKind(t, s.Write(context.Background(), api.Write{Name: "www", Status: st}), api.Conflict)
	s.write(t, api.Write{Name: "www", Status: &api.CertificateStatus{}})
}
