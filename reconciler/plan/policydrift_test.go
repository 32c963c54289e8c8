package plan

import (
	"reflect"
	"testing"

	"certloop/reconciler/api"
)

func TestDrift_WhichPlacesAreWrong(t *testing.T) {
	record := map[string]any{"name": "www", "kind": "Certificate"}
	counted := func(policy string) *api.CertificateStatus {
		return &api.CertificateStatus{Policy: policy, PolicyCounted: "digest"}
	}
	busy := &api.CertificateStatus{ClaimID: "claim"}
	for sentence, c := range map[string]struct {
		record  map[string]any
		status  *api.CertificateStatus
		places  []string // policies under which www has one
		changes []UsageChange
	}{
		"nothing":                                       {nil, nil, nil, nil},
		"a record with its place":                       {record, counted("a"), []string{"a"}, nil},
		"a record that needs none":                      {record, &api.CertificateStatus{Policy: "a"}, nil, nil},
		"one that has lost its place":                   {record, counted("a"), nil, []UsageChange{{"a", "www", true}}},
		"one that has another one too":                  {record, counted("b"), []string{"a", "b"}, []UsageChange{{"a", "www", false}}},
		"one that moved and lost the new one":           {record, counted("b"), []string{"a"}, []UsageChange{{"a", "www", false}, {"b", "www", true}}},
		"one that is under no policy":                   {record, &api.CertificateStatus{}, []string{"a"}, []UsageChange{{"a", "www", false}}},
		"one that an invocation is at work on":          {record, busy, []string{"a"}, nil},
		"one whose status was lost":                     {record, nil, []string{"a"}, nil},
		"one that is deleted":                           {nil, nil, []string{"a"}, []UsageChange{{"a", "www", false}}},
		"one that is deleted and not yet cleaned up":    {nil, counted("a"), []string{"a"}, nil},
		"one that is deleted and has given it back":     {nil, &api.CertificateStatus{}, []string{"a"}, []UsageChange{{"a", "www", false}}},
		"one that is deleted, with an invocation on it": {nil, busy, []string{"a"}, nil},
	} {
		t.Run(sentence, func(t *testing.T) {
			items := []api.Listed{{Key: api.Key{Kind: api.KindAccount, Name: "www"}, Record: record}}
			if c.record != nil || c.status != nil {
				items = append(items, api.Listed{Key: api.Key{Kind: api.KindCertificate, Name: "www"}, Record: c.record, Status: c.status})
			}
			for _, policy := range c.places {
				items = append(items, api.Listed{Key: api.Key{Kind: api.KindPolicyUsage, Name: policy}, Admitted: []string{"www"}})
			}
			got := UsageDrift(items)
			if !reflect.DeepEqual(got, c.changes) {
				t.Fatalf("changes %+v, want %+v", got, c.changes)
			}
			for _, change := range got {
				if !change.Confirm(api.Object{Record: c.record, Status: c.status}) {
					t.Errorf("%+v is not confirmed", change)
				}
				// What the table holds by now decides.
				if change.Confirm(api.Object{Record: record, Status: busy}) || change.Admit == change.Confirm(api.Object{}) {
					t.Errorf("%+v is decided by the listing", change)
				}
			}
		})
	}
}

func TestDrift_WhoIsNotJudgedByThePolicies(t *testing.T) {
	set := policySet(policyEntry("a", "www", "default"))
	digest := policiesDigest(set, "www")
	accepted := func(s api.ConditionStatus) []api.Condition {
		return []api.Condition{{Type: api.ConditionAccepted, Status: s}}
	}
	certificate := func(digest string) api.Listed {
		return api.Listed{Key: api.Key{Kind: api.KindCertificate, Name: "www"}, Record: map[string]any{},
			Status: &api.CertificateStatus{PolicyDigest: digest}}
	}
	account := func(name string, s api.ConditionStatus) api.Listed {
		return api.Listed{Key: api.Key{Kind: api.KindAccount, Name: name}, Record: map[string]any{"name": name, "kind": "Account", "directory": "letsencrypt"},
			AccountStatus: &api.AccountStatus{Conditions: accepted(s)}}
	}
	deleted := certificate("")
	deleted.Record = nil
	for sentence, c := range map[string]struct {
		set  api.PolicySet
		item api.Listed
		want bool
	}{
		"by the policies that there are":       {set, certificate(digest), false},
		"by others":                            {set, certificate("another"), true},
		"by none":                              {set, certificate(""), true},
		"by policies that are gone":            {api.PolicySet{}, certificate(digest), true},
		"where there are none":                 {api.PolicySet{}, certificate(""), false},
		"a record that is deleted":             {set, deleted, false},
		"an account that is allowed":           {set, account("default", api.ConditionTrue), false},
		"one that is not, and seems to be":     {set, account("other", api.ConditionTrue), true},
		"one that is not, and says so":         {set, account("other", api.ConditionFalse), false},
		"one that is, and says it is not":      {set, account("default", api.ConditionFalse), true},
		"a policy":                             {set, api.Listed{Key: api.Key{Kind: api.KindPolicy, Name: "a"}, Record: map[string]any{}}, false},
		"a new record, which is queued anyway": {set, api.Listed{Key: api.Key{Kind: api.KindCertificate, Name: "new"}, Record: map[string]any{}}, false},
	} {
		if got := Unjudged(decoder, c.set, c.item); got != c.want {
			t.Errorf("%s: %v, want %v", sentence, got, c.want)
		}
	}
}
