package plan

import "certloop/reconciler/api"

// policyStatus returns the status of a policy that is in the set as its record says.
func policyStatus(in PolicyInput, problem error) api.PolicyStatus {
	var s api.PolicyStatus
	if in.Status != nil {
		s = *in.Status
	}
	if digest := api.SpecDigest(in.Record); digest != s.SpecDigest {
		s.SpecDigest = digest
		s.Generation++
	}
	c := api.Condition{Type: api.ConditionAccepted, Status: api.ConditionTrue, Reason: api.ReasonAccepted}
	if problem != nil {
		c.Status, c.Reason = api.ConditionFalse, api.ReasonOf(problem, api.ReasonInvalidSpec)
		c.Message = api.MessageOf(problem)
	}
	s.ObservedGeneration, c.ObservedGeneration = s.Generation, s.Generation
	s.Conditions = api.SetCondition(s.Conditions, c, in.Now)
	s.Admitted = in.Admitted
	return s
}
