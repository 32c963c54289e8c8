package store_test

import (
	"encoding/json"
	"testing"

	"certloop/internal/sandbox/dynamodblocal"
	"certloop/reconciler/api"
)

// TestVersion_AForgedOneStopsNoRecord: an item whose version is none would conflict with every write. The next write replaces it, and
// another writer that has read the same loses.
func TestVersion_AForgedOneStopsNoRecord(t *testing.T) {
	s := subject(t, client(dynamodblocal.ForTest(t).URL), "versions")
	for sentence, version := range map[string]any{
		"none": nil, "zero": json.Number("0"), "below zero": json.Number("-5"), "an overflow": json.Number("9223372036854775807"),
	} {
		t.Run(sentence, func(t *testing.T) {
			forge := func(partition string, kind api.Kind) {
				item := map[string]any{"name": partition, "kind": string(kind)}
				if version != nil {
					item["version"] = version
				}
				s.PutItem(item)
			}
			forge(api.StatusPartition("www"), api.KindCertificateStatus)
			forge(api.IssuancePartition("www"), api.KindIssuance)
			forge(api.StatusPartition("default"), api.KindAccountStatus)
			forge(api.PolicyStatusPartition("team"), api.KindPolicyStatus)

			o, err := s.Get(t.Context(), "www")
			if err != nil || o.Status == nil || o.Issuance == nil {
				t.Fatalf("read as %+v, %v", o, err)
			}
			first := api.Write{Name: "www", Status: new(*o.Status), Issuance: new(*o.Issuance)}
			first.Issuance.Chain = "c"
			late := api.Write{Name: "www", Status: new(*o.Status), Issuance: new(*o.Issuance)}
			if err := s.Write(t.Context(), first); err != nil || first.Status.Version != 1 || first.Issuance.Version != 1 {
				t.Errorf("the first write: %v; versions %d and %d", err, first.Status.Version, first.Issuance.Version)
			}
			if err := s.Write(t.Context(), late); api.KindOf(err) != api.Conflict {
				t.Errorf("a write of the same version after it: %v", err)
			}
			a, err := s.GetAccount(t.Context(), "default")
			if err != nil || s.WriteAccount(t.Context(), "default", a.Status) != nil || a.Status.Version != 1 {
				t.Errorf("the account's status: %+v, %v", a.Status, err)
			}
			p, err := s.GetPolicy(t.Context(), "team")
			if err != nil || s.WritePolicyStatus(t.Context(), "team", p.Status) != nil || p.Status.Version != 1 {
				t.Errorf("the policy's status: %+v, %v", p.Status, err)
			}
		})
	}
}
