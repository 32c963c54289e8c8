package plan

import (
	"testing"

	"certloop/reconciler/api"
)

// A set of policies that is missing is not a set without policies: nothing that they denied is allowed meanwhile.

// judged is what remembers a record that policies judged.
var judged = api.CertificateStatus{PolicyDigest: "of earlier policies"}

func missingPolicies(in *Input) {
	in.Stored.PolicyDigest = judged.PolicyDigest
	in.HasStatus, in.Policies = true, BelievePolicies(api.PolicySet{}, in.Stored)
}

func TestBelievePolicies_OnlyARecordThatWasJudgedMissesThem(t *testing.T) {
	one := api.PolicySet{Version: 3, Policies: []api.PolicyEntry{{Name: "a"}}}
	for sentence, c := range map[string]struct {
		set  api.PolicySet
		of   api.CertificateStatus
		lost bool
	}{
		"missing, of a record that was judged": {api.PolicySet{}, judged, true},
		"missing, of a record that never was":  {api.PolicySet{}, api.CertificateStatus{}, false},
		"there, without a policy":              {api.PolicySet{Version: 7}, judged, false},
		"there, with one":                      {one, judged, false},
	} {
		if got := BelievePolicies(c.set, c.of); (got.Version == api.DamagedPolicySet) != c.lost || (!c.lost && len(got.Policies) != len(c.set.Policies)) {
			t.Errorf("%s: %+v", sentence, got)
		}
	}
}

func TestDecide_WhereTheSetOfPoliciesIsMissingNothingIsDone(t *testing.T) {
	in := fresh(missingPolicies)
	p := Decide(in)
	if p.Action != Wait || p.Reason != api.ReasonPolicyDenied {
		t.Errorf("decided %+v", p)
	}
	if s := Settle(in, p, Outcome{}).Status; s.PolicyDigest == "" {
		t.Error("it is forgotten that there were policies")
	}
}

func TestDecide_WhereTheSetOfPoliciesIsMissingNoTokenIsTaken(t *testing.T) {
	for sentence, token := range map[string]option{
		"renew_token":                   spec(func(c *api.Certificate) { c.RenewToken = "new" }),
		"that of a direct invocation":   func(in *Input) { in.Force = "new" },
		"one that was taken before now": status(func(s *api.CertificateStatus) { s.Force = "before" }),
	} {
		in := kept(token, missingPolicies)
		p := Decide(in)
		if p.Action != Wait {
			t.Errorf("%s: decided %+v", sentence, p)
		}
		if s := Settle(in, p, Outcome{}).Status; s.Force == "new" {
			t.Errorf("%s is taken", sentence)
		}
	}
}

func TestDecide_WhereTheSetOfPoliciesIsMissingNothingIsDeleted(t *testing.T) {
	in := kept(recordGone(api.Delete), missingPolicies)
	if p := Decide(in); p.Action == DeleteCertificate {
		t.Errorf("decided %+v", p)
	}
}

func TestCheckTarget_WhereTheSetOfPoliciesIsMissingNoRoleIsUsed(t *testing.T) {
	target := api.Target{Location: api.Location{Region: place, Role: api.Role{RoleARN: roleB}}}
	if err := CheckTarget(BelievePolicies(api.PolicySet{}, judged), "www", target, true); api.ReasonOf(err, "") != api.ReasonPolicyDenied {
		t.Errorf("%v", err)
	}
}

func TestRebuiltPolicySet_ASetThatIsMissingIsWrittenEvenEmpty(t *testing.T) {
	key := api.Key{Kind: api.KindCertificate, Name: "www"}
	for sentence, c := range map[string]struct {
		set  api.PolicySet
		of   api.CertificateStatus
		want bool
	}{
		"missed by a record":    {api.PolicySet{}, judged, true},
		"never there":           {api.PolicySet{}, api.CertificateStatus{}, false},
		"there, without policy": {api.PolicySet{Version: 3}, judged, false},
	} {
		if _, differs := RebuiltPolicySet(decoder, c.set, []api.Listed{{Key: key, Status: &c.of}}); differs != c.want {
			t.Errorf("%s: written %t", sentence, differs)
		}
	}
}
