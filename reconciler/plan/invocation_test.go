package plan

import (
	"testing"

	"certloop/reconciler/api"
)

// answerStatus is a status of generation 2 with the conditions of a certificate in place.
func answerStatus(change ...func(*api.CertificateStatus)) *api.CertificateStatus {
	s := &api.CertificateStatus{Generation: 2, ObservedGeneration: 2, ACMARN: ownARN}
	for _, t := range []api.ConditionType{api.ConditionAccepted, api.ConditionReady} {
		s.Conditions = append(s.Conditions, api.Condition{Type: t, Status: api.ConditionTrue, ObservedGeneration: 2, LastTransitionTime: now})
	}
	s.Conditions = append(s.Conditions, api.Condition{Type: api.ConditionIssuing, Status: api.ConditionFalse, Reason: api.ReasonNotNeeded, ObservedGeneration: 2})
	for _, c := range change {
		c(s)
	}
	return s
}

func conditionIs(t api.ConditionType, v api.ConditionStatus, reason api.Reason, message string) func(*api.CertificateStatus) {
	return func(s *api.CertificateStatus) {
		for i := range s.Conditions {
			if c := &s.Conditions[i]; c.Type == t {
				c.Status, c.Reason, c.Message = v, reason, message
			}
		}
	}
}

func TestDemandMissing_NamesWhatIsMissing(t *testing.T) {
	ready, placeholder, forced := Demand{Require: api.ConditionReady}, Demand{Placeholder: true}, Demand{Force: "now"}
	denied := conditionIs(api.ConditionAccepted, api.ConditionFalse, api.ReasonPolicyDenied, "no policy allows it")
	for name, c := range map[string]struct {
		demand Demand
		status *api.CertificateStatus
		want   string
	}{
		"nothing is asked for":        {Demand{}, nil, ""},
		"Ready holds":                 {ready, answerStatus(), ""},
		"there is no status":          {ready, nil, "certificate www is not Ready: there is no such record"},
		"Accepted is another matter":  {Demand{Require: api.ConditionAccepted}, answerStatus(denied), "certificate www is not Accepted: PolicyDenied: no policy allows it"},
		"no condition is known":       {ready, &api.CertificateStatus{}, "certificate www is not Ready: the condition is not known yet"},
		"Ready is of a change before": {ready, answerStatus(func(s *api.CertificateStatus) { s.Generation = 3 }), "certificate www is not Ready: NotNeeded: the certificate in place is the one before"},
		"Ready while another is made": {ready, answerStatus(conditionIs(api.ConditionIssuing, api.ConditionTrue, api.ReasonOrdering, "")),
			"certificate www is not Ready: Ordering: the certificate in place is the one before"},
		"Ready of the one before, and the issuance fails": {ready, answerStatus(func(s *api.CertificateStatus) { s.Outdated = true },
			conditionIs(api.ConditionIssuing, api.ConditionFalse, api.ReasonDNSFailed, "no zone")), "certificate www is not Ready: DNSFailed: no zone"},
		"Ready of a suspended record": {ready, answerStatus(func(s *api.CertificateStatus) { s.Outdated = true },
			conditionIs(api.ConditionIssuing, api.ConditionFalse, api.ReasonSuspended, "")), ""},
		"Ready of a rejected record": {ready, answerStatus(denied), "certificate www is not Ready: PolicyDenied: no policy allows it"},
		"Ready before the token's":   {ready, answerStatus(func(s *api.CertificateStatus) { s.Force = "now" }), "certificate www is not Ready: NotNeeded: the certificate in place is the one before"},
		"Ready is False":             {ready, answerStatus(conditionIs(api.ConditionReady, api.ConditionFalse, api.ReasonMissing, "")), "certificate www is not Ready: Missing"},
		"a placeholder is there":     {placeholder, answerStatus(), ""},
		"a placeholder without ARN":  {placeholder, answerStatus(func(s *api.CertificateStatus) { s.ACMARN = "" }), "certificate www has no placeholder: "},
		"a placeholder of no record": {placeholder, nil, "certificate www has no placeholder: there is no such record"},
		"a placeholder that is refused": {placeholder, answerStatus(func(s *api.CertificateStatus) {
			s.ACMARN, s.Targets = "", []api.TargetStatus{{Failures: 1, Reason: api.ReasonImportFailed, Message: "the quota is full"}}
		}), "certificate www has no placeholder: ImportFailed: the quota is full"},
		"a placeholder while another is at work": {placeholder, answerStatus(func(s *api.CertificateStatus) { s.ACMARN, s.ClaimID = "", "c" }),
			"certificate www has no placeholder: Leased: another invocation is at work on it: invoke again, or with a longer wait"},
		"a placeholder that is not accepted": {placeholder, answerStatus(denied), "certificate www has no placeholder: PolicyDenied: no policy allows it"},
		"the token is on record":             {forced, answerStatus(func(s *api.CertificateStatus) { s.Force = "now" }), ""},
		"the token forced the one in place":  {Demand{Force: "now", Require: api.ConditionReady}, answerStatus(func(s *api.CertificateStatus) { s.IssuanceForce, s.Force = "now", "now" }), ""},
		"a later token is to force another": {Demand{Force: "now", Require: api.ConditionReady}, answerStatus(func(s *api.CertificateStatus) { s.IssuanceForce, s.Force = "old", "now" }),
			"certificate www is not Ready: NotNeeded: the certificate in place is the one before"},
		"the token is not on record":        {forced, answerStatus(), "certificate www was not forced: it could not be written: invoke again with the same token"},
		"the token of no record":            {forced, nil, "certificate www was not forced: there is no such record"},
		"the token of a record at work":     {forced, answerStatus(func(s *api.CertificateStatus) { s.ClaimID = "c" }), "certificate www was not forced: Leased: another invocation is at work on it: invoke again with the same token, or with a longer wait"},
		"the token of a rejected record":    {forced, answerStatus(denied), "certificate www was not forced: PolicyDenied: no policy allows it"},
		"the token that a policy refuses":   {Demand{Force: "now", Refusal: "too early"}, answerStatus(), "certificate www was not forced: too early"},
		"a refused token that is on record": {Demand{Force: "now", Refusal: "too early"}, answerStatus(func(s *api.CertificateStatus) { s.Force = "now" }), ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.demand.Missing("www", c.status); got != c.want {
				t.Errorf("%q, not %q", got, c.want)
			}
		})
	}
}

func TestDemandIsFinal_EndsWhatWaitingDoesNotChange(t *testing.T) {
	rejected := func(reason api.Reason, change ...func(*api.CertificateStatus)) *api.CertificateStatus {
		return answerStatus(append(change, conditionIs(api.ConditionAccepted, api.ConditionFalse, reason, "why"))...)
	}
	record := map[string]any{}
	for name, c := range map[string]struct {
		demand Demand
		object api.Object
		want   bool
	}{
		"there is no record":                  {Demand{Require: api.ConditionReady}, api.Object{Status: rejected(api.ReasonInvalidSpec)}, true},
		"there is no status yet":              {Demand{}, api.Object{Record: record}, false},
		"nothing is missing":                  {Demand{Require: api.ConditionReady}, api.Object{Record: record, Status: answerStatus()}, true},
		"something is missing":                {Demand{Force: "now"}, api.Object{Record: record, Status: answerStatus()}, false},
		"a policy refuses the token":          {Demand{Force: "now", Refusal: "too early"}, api.Object{Record: record}, true},
		"the token was taken before that":     {Demand{Force: "now", Refusal: "too early", Require: api.ConditionReady}, api.Object{Record: record, Status: answerStatus(func(s *api.CertificateStatus) { s.Force = "now" })}, false},
		"the record is invalid":               {Demand{Require: api.ConditionReady}, api.Object{Record: record, Status: rejected(api.ReasonInvalidSpec)}, true},
		"the record before was invalid":       {Demand{Require: api.ConditionReady}, api.Object{Record: record, Status: rejected(api.ReasonInvalidSpec, func(s *api.CertificateStatus) { s.Generation = 3 })}, false},
		"the account may be created yet":      {Demand{Require: api.ConditionReady}, api.Object{Record: record, Status: rejected(api.ReasonAccountNotFound)}, false},
		"the right may be granted yet":        {Demand{Require: api.ConditionReady}, api.Object{Record: record, Status: rejected(api.ReasonTakeoverRefused)}, false},
		"a policy may come into force yet":    {Demand{Require: api.ConditionReady}, api.Object{Record: record, Status: rejected(api.ReasonPolicyDenied)}, false},
		"no policy has come into force since": {Demand{Require: api.ConditionReady}, api.Object{Record: record, Status: rejected(api.ReasonPolicyDenied, func(s *api.CertificateStatus) { s.Conditions[0].LastTransitionTime = now.Add(-policyDelay) })}, true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.demand.IsFinal("www", c.object, now); got != c.want {
				t.Errorf("%v", got)
			}
		})
	}
}
