package plan

import (
	"fmt"
	"time"

	"certloop/reconciler/api"
)

// policyDenied stops everything but clean-up while no policy allows the record. The certificate in place stays as it is.
// A chain on hold is kept: it exists, and is installed if a policy allows the record again in time.
func policyDenied(s *state) *Plan {
	if !s.denied() {
		return nil
	}
	if p := s.stopOrder(); p != nil {
		return p
	}
	if p := s.removeValues(); p != nil {
		return p
	}
	var at time.Time
	if s.admission.full || s.admission.kept || s.zonesFound() || s.Account.Refusal != "" {
		at = s.Now.Add(time.Hour) // what was counted or found elsewhere changes without a word
	}
	return wait(earliest(at, s.cleanupWaits()), api.ReasonPolicyDenied, s.admission.denial)
}

// zonesFound reports whether the denial may rest on what is not in the table.
func (s *state) zonesFound() bool { return s.Zones != nil || s.Spec.KeyType == "" }

// stopOrder drops a key or an order. An order that was finalized may have become a certificate: its key is kept, so that
// it is taken up again if a policy allows the record again.
func (s *state) stopOrder() *Plan {
	if s.held() || !s.inFlight() || (s.iss.OrderURL == "" && s.iss.GivenUpOrder != "") {
		return nil
	}
	return &Plan{Action: DropIssuance, Reason: api.ReasonOrderDropped, Message: "no policy allows the record any more",
		KeepKey: s.iss.OrderURL != "" && s.finalized()}
}

// takePlace gives back the place in a policy that no longer admits the record, and takes one in the policy that does,
// before anything is spent.
func takePlace(s *state) *Plan {
	if s.leavesPolicy() {
		return s.dismiss()
	}
	if !s.lacksPlace() {
		return nil
	}
	p := &Plan{Action: Admit, Reason: api.ReasonAccepted}
	for _, allowed := range s.admission.allowed {
		p.Places = append(p.Places, Place{Policy: allowed.Name, Max: allowed.MaxCertificates})
		if allowed.MaxCertificates == 0 {
			break
		}
	}
	return p
}

func (s *state) dismiss() *Plan {
	return &Plan{Action: Dismiss, Reason: api.ReasonPolicyDenied, Policy: s.status.Policy}
}

func settleAdmit(s *state, p Plan, o Outcome) {
	if o.Err != nil {
		s.fail(o.Err, api.ReasonInternalError)
		return
	}
	s.clearRetries()
	s.status.PolicyDigest = s.admission.digest
	if o.Policy == "" {
		s.status.PolicyFullAt = s.Now
		return
	}
	if o.Policy != s.status.Policy {
		s.record(api.ReasonAccepted, fmt.Sprintf("admitted by policy %s", o.Policy))
	}
	s.status.Policy, s.status.PolicyCounted, s.status.PolicyFullAt = o.Policy, "", time.Time{}
	for _, place := range p.Places {
		if place.Policy == o.Policy && place.Max > 0 {
			s.status.PolicyCounted = s.admission.digest
		}
	}
}

// settleDismiss leaves what could not be given back to the next pass, at its pace.
func settleDismiss(s *state, p Plan, o Outcome) {
	if o.Err == nil && s.status.Policy == p.Policy {
		s.status.Policy, s.status.PolicyCounted = "", ""
	}
}

// allowedByPolicy reports whether the policies let the record have that effect. It holds for every plan that Decide
// returns: a row that forgets to ask is stopped here.
func (s *state) allowedByPolicy(a Action) bool {
	switch a {
	case Wait, DropIssuance, CleanDNS, Notify, Admit, Dismiss:
		return true
	}
	return !s.denied() && (s.Spec == nil || !s.lacksPlace())
}
