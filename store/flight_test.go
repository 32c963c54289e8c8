package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"certloop/internal/sandbox/dynamodblocal"
	"certloop/reconciler/api"
	"certloop/store"
)

// Flight returns where an issuance stands, and never its key or chain.
func TestFlight(t *testing.T) {
	s := subject(t, client(dynamodblocal.ForTest(t).URL), "flight").Table.(*store.Store)
	if found, err := s.Flight(t.Context(), "www"); err != nil || found != nil {
		t.Fatalf("without an issuance it returns %+v, %v", found, err)
	}
	at := time.Date(2026, 11, 27, 10, 0, 0, 0, time.UTC)
	stored := api.Issuance{
		Digest: "d", RenewalOf: "01", Force: "token", Account: "default", Domains: []string{"www.example.com"}, CreatedAt: at,
		OrderURL: "https://ca.example/order/1", FinalizedAt: at, Serial: "02", NotBefore: at, NotAfter: at.Add(time.Hour),
		Published: []api.PublishedTXT{{TXT: api.TXT{FQDN: "_acme-challenge.www.example.com", Value: "v"}, Zone: "Z1", Submitted: true, RespondedAt: at}},
		Imports:   map[string]time.Time{"us-east-1": at},
	}
	secret := stored
	secret.SealedKey, secret.Chain = []byte("sealed"), "-----BEGIN CERTIFICATE-----"
	write := api.Write{Name: "www", Status: &api.CertificateStatus{Generation: 1}, Issuance: &secret}
	if err := s.Write(t.Context(), write); err != nil {
		t.Fatal(err)
	}
	found, err := s.Flight(t.Context(), "www")
	if err != nil {
		t.Fatal(err)
	}
	stored.Version = found.Version
	if diff := cmp.Diff(&stored, found); diff != "" {
		t.Error(diff)
	}
}
