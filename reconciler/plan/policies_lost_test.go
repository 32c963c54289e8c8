package plan

import (
	"testing"

	"certloop/reconciler/api"
)

// A set of policies that is missing is not a set without policies: what they denied must not be allowed meanwhile.
func TestDecide_WhereTheSetOfPoliciesIsMissingNothingIsDone(t *testing.T) {
	judged := status(func(s *api.CertificateStatus) { s.PolicyDigest = "of earlier policies" })
	lost := fresh(judged)
	p := Decide(lost)
	if p.Action != Wait || p.Reason != api.ReasonPolicyDenied || p.Message != lostPolicies {
		t.Errorf("decided %+v", p)
	}
	s := Settle(lost, p, Outcome{}).Status
	if s.PolicyDigest != "of earlier policies" {
		t.Errorf("it is forgotten that there were policies: %q", s.PolicyDigest)
	}
	empty := fresh(judged)
	empty.Policies.Version = 7
	if p := Decide(empty); p.Action != MakeKey {
		t.Errorf("with a set that has no policies: %+v", p)
	}
	if p := Decide(fresh()); p.Action != MakeKey {
		t.Errorf("where there never were policies: %+v", p)
	}
}

func TestRebuiltPolicySet_ASetThatIsMissingIsWrittenEvenEmpty(t *testing.T) {
	judged := []api.Listed{{Key: api.Key{Kind: api.KindCertificate, Name: "www"}, Status: &api.CertificateStatus{PolicyDigest: "x"}}}
	for sentence, c := range map[string]struct {
		set   api.PolicySet
		items []api.Listed
		want  bool
	}{
		"missed by a record":    {api.PolicySet{}, judged, true},
		"never there":           {api.PolicySet{}, []api.Listed{{Key: judged[0].Key, Status: &api.CertificateStatus{}}}, false},
		"there, without policy": {api.PolicySet{Version: 3}, judged, false},
	} {
		if _, differs := RebuiltPolicySet(c.set, c.items); differs != c.want {
			t.Errorf("%s: written %t", sentence, differs)
		}
	}
}
