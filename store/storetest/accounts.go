package storetest

import (
	"context"
	"testing"

	"certloop/reconciler/api"
)

func accountVersions(t *testing.T, s Subject) {
	ctx := context.Background()
	s.PutRecord(account("default"))
	st := &api.AccountStatus{URI: "first"}
	must(t, s.WriteAccount(ctx, "default", st))
	st.URI = "second"
	must(t, s.WriteAccount(ctx, "default", st))
	for _, version := range []int64{0, 1, 3} {
		late := &api.AccountStatus{Version: version, URI: "late"}
		wantKind(t, s.WriteAccount(ctx, "default", late), api.Conflict)
		if late.Version != version {
			t.Errorf("a write of version %d that failed left %d with the caller", version, late.Version)
		}
	}
	o := s.getAccount(t, "default")
	if o.Status.Version != 2 || st.Version != 2 || o.Status.URI != "second" || o.Record["directory"] != "letsencrypt" {
		t.Errorf("the table has %+v, the caller version %d", o, st.Version)
	}
}

func accountForget(t *testing.T, s Subject) {
	ctx := context.Background()
	must(t, s.WriteAccount(ctx, "default", &api.AccountStatus{}))
	for _, version := range []int64{0, 2} {
		wantKind(t, s.ForgetAccount(ctx, "default", version), api.Conflict)
	}
	if o := s.getAccount(t, "default"); o.Status == nil {
		t.Fatal("a deletion of another version succeeded")
	}
	must(t, s.ForgetAccount(ctx, "default", 1))
	if o := s.getAccount(t, "default"); o.Status != nil {
		t.Fatalf("left: %+v", o.Status)
	}
	wantKind(t, s.ForgetAccount(ctx, "default", 1), api.Conflict)
	must(t, s.ForgetAccount(ctx, "default", 0))
}

func sameName(t *testing.T, s Subject) {
	ctx := context.Background()
	s.PutRecord(certificate("default"))
	s.PutRecord(account("default"))
	s.write(t, api.Write{Name: "default", Status: &api.CertificateStatus{Serial: "c"}})
	must(t, s.WriteAccount(ctx, "default", &api.AccountStatus{URI: "a"}))
	s.write(t, api.Write{Name: "default", Forget: true, ForgetVersion: 1})
	s.DeleteRecord(api.Key{Kind: api.KindCertificate, Name: "default"})
	if o := s.get(t, "default"); o.Record != nil || o.Status != nil {
		t.Errorf("of the certificate is left %+v", o)
	}
	if o := s.getAccount(t, "default"); o.Record == nil || o.Status == nil || o.Status.URI != "a" {
		t.Errorf("of the account is left %+v", o)
	}
}
