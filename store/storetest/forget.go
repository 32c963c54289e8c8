package storetest

import (
	"context"
	"fmt"
	"testing"

	"certloop/reconciler/api"
)

const (
	arnA = "arn:aws:acm:eu-central-1:111122223333:certificate/a"
	arnB = "arn:aws:acm:eu-central-1:111122223333:certificate/b"
)

// settle creates a record with status (version 1), issuance and a claim on arnA.
func settle(t *testing.T, s Subject, name string) {
	t.Helper()
	s.PutRecord(certificate(name))
	s.write(t, api.Write{Name: name, Status: &api.CertificateStatus{}, Issuance: &api.Issuance{OrderURL: "order"}})
	if got := s.owner(t, arnA, name, ""); got != name {
		t.Fatalf("the claim is %s's", got)
	}
}

func forget(t *testing.T, s Subject) {
	settle(t, s, "www")
	s.write(t, api.Write{Name: "www", Forget: true, ForgetVersion: 1, ForgetClaims: []string{arnA, arnA, arnB}})
	if o := s.get(t, "www"); o.Record == nil || o.Status != nil || o.Issuance != nil {
		t.Errorf("left: %+v", o)
	}
	if got := s.owner(t, arnA, "other", ""); got != "other" {
		t.Errorf("the claim is still %s's", got)
	}
}

func staleForget(t *testing.T, s Subject) {
	settle(t, s, "www")
	for _, version := range []int64{0, 2} {
		err := s.Write(context.Background(),
			api.Write{Name: "www", Forget: true, ForgetVersion: version, ForgetClaims: []string{arnA}})
		wantKind(t, err, api.Conflict)
	}
	if o := s.get(t, "www"); o.Status == nil || o.Issuance == nil {
		t.Errorf("left: %+v", o)
	}
	if got := s.owner(t, arnA, "other", ""); got != "www" {
		t.Errorf("the claim is %s's", got)
	}
}

func forgetClaimsOfOthers(t *testing.T, s Subject) {
	settle(t, s, "www")
	if got := s.owner(t, arnB, "other", ""); got != "other" {
		t.Fatalf("the claim is %s's", got)
	}
	s.write(t, api.Write{Name: "www", Forget: true, ForgetVersion: 1, ForgetClaims: []string{arnB, arnA}})
	if o := s.get(t, "www"); o.Status != nil || o.Issuance != nil {
		t.Errorf("left: %+v", o)
	}
	if got := s.owner(t, arnB, "third", ""); got != "other" {
		t.Errorf("the claim of another is now %s's", got)
	}
	if got := s.owner(t, arnA, "third", ""); got != "third" {
		t.Errorf("its own claim is still %s's", got)
	}
}

func forgetManyClaims(t *testing.T, s Subject) {
	settle(t, s, "www")
	arns := make([]string, 220)
	for i := range arns {
		arns[i] = fmt.Sprintf("arn:aws:acm:eu-central-1:111122223333:certificate/%d", i)
		s.owner(t, arns[i], "www", "")
	}
	err := s.Write(context.Background(), api.Write{Name: "www", Forget: true, ForgetVersion: 7, ForgetClaims: arns})
	wantKind(t, err, api.Conflict)
	for _, arn := range arns {
		if got := s.owner(t, arn, "other", ""); got != "www" {
			t.Fatalf("a failed forget gave %s to %s", arn, got)
		}
	}
	s.write(t, api.Write{Name: "www", Forget: true, ForgetVersion: 1, ForgetClaims: arns})
	for _, arn := range arns {
		if got := s.owner(t, arn, "other", ""); got != "other" {
			t.Fatalf("%s is still %s's", arn, got)
		}
	}
	if o := s.get(t, "www"); o.Status != nil || o.Issuance != nil {
		t.Errorf("left: %+v", o)
	}
}

func forgetNothing(t *testing.T, s Subject) {
	s.write(t, api.Write{Name: "www", Forget: true, ForgetClaims: []string{arnA}})
	s.write(t, api.Write{Name: "www", Issuance: &api.Issuance{OrderURL: "order"}})
	s.write(t, api.Write{Name: "www", Forget: true})
	if o := s.get(t, "www"); o.Issuance != nil {
		t.Errorf("left: %+v", o.Issuance)
	}
}
