package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"time"

	"certloop/reconciler/api"
)

// admission is what the policies say of the record as this pass sees it, and what is to be done about its place in
// max_certificates.
type admission struct {
	authorization
	// denial says why nothing may be done for the record but to clean up; empty: it is allowed, or has no valid spec.
	denial string
	// kept: the zones could not be resolved, and the denial is that of an earlier pass, when they were known.
	kept bool
	// full: every policy that allows the record has no place left.
	full bool
	// digest changes with every policy that may concern the record.
	digest string
}

// fullFor is how long a record waits before it asks again for a place. A change of a policy ends the wait.
const fullFor = time.Hour

// admit asks the policies. It needs what was observed, and nothing else of the state.
func (s *state) admit() {
	s.admission = admission{}
	if s.Spec == nil || len(s.Policies.Policies) == 0 {
		return
	}
	s.admission = admission{
		authorization: authorize(s.Policies, s.Name, s.status.Policy, certificateRules, s.uses()),
		digest:        policiesDigest(s.Policies, s.Name),
	}
	switch a := &s.admission; {
	case a.refusal != "":
		a.denial = a.refusal
	case s.Account.Refusal != "":
		// What it asks for may be another team's.
		a.denial = fmt.Sprintf("account %s is not allowed by the policies: see its status, or name another in account", s.Account.Name)
	case s.isFull():
		a.full, a.denial = true, fullMessage(a.allowed)
	case s.zonesMatter() && s.deniedBefore() != "":
		a.kept, a.denial = true, s.deniedBefore()
	}
}

// policiesDigest is that of all policies that apply to the name, and of all that are not valid.
func policiesDigest(set api.PolicySet, name string) string {
	sum := sha256.New()
	for _, e := range byName(set) {
		if appliesTo(e, name) {
			io.WriteString(sum, e.Name+" "+e.Digest+"\n")
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// isFull reports whether the policies that allow the record were found full a short time ago. Those that have changed
// since are asked again.
func (s *state) isFull() bool {
	at := s.status.PolicyFullAt
	return !at.IsZero() && s.admission.digest == s.status.PolicyDigest && s.lacksPlace() && s.Now.Before(at.Add(fullFor))
}

func fullMessage(allowed []*api.Policy) string {
	var all []string
	for _, p := range allowed {
		all = append(all, fmt.Sprintf("policy %s admits max_certificates %d, and all places are taken", p.Name, p.MaxCertificates))
	}
	return "no policy allows the record: " + someOf(all, "; ", "more policies are full too")
}

// zonesMatter reports whether a policy that allows the record so far restricts the zones, and it is not known in which
// zones its TXT records go.
func (s *state) zonesMatter() bool {
	if s.Spec == nil || s.Spec.Zone != "" || len(s.knownZones()) > 0 {
		return false
	}
	for _, p := range s.admission.allowed {
		if p.Zones != nil {
			return true
		}
	}
	return false
}

// deniedBefore is the denial on record of the same record; empty: there is none.
func (s *state) deniedBefore() string {
	c, _ := api.GetCondition(s.Status.Conditions, api.ConditionAccepted)
	if c.Status != api.ConditionFalse || c.Reason != api.ReasonPolicyDenied || s.Status.SpecDigest != s.SpecDigest || s.Spec.Suspend {
		return ""
	}
	return c.Message
}

// denied reports whether nothing may be done for the record but to clean up.
func (s *state) denied() bool { return s.admission.denial != "" }

// unjudged reports whether there are policies and none allows the record: by a denial, or because it has no valid spec.
func (s *state) unjudged() bool { return len(s.Policies.Policies) > 0 && len(s.admission.allowed) == 0 }

// deletionAllowed reports whether the policies let the record's certificate be deleted. A record that is gone has no spec
// to judge: the policy that admitted it decides, else those that apply to its name, of which one must allow it.
func (s *state) deletionAllowed() bool {
	applying := slices.DeleteFunc(byName(s.Policies), func(e api.PolicyEntry) bool { return !appliesTo(e, s.Name) })
	if i := slices.IndexFunc(applying, func(e api.PolicyEntry) bool { return e.Name == s.status.Policy }); i >= 0 {
		applying = applying[i : i+1]
	}
	return len(applying) == 0 || slices.ContainsFunc(applying, func(e api.PolicyEntry) bool {
		return e.Policy != nil && (e.Policy.DeletionPolicies == nil || slices.Contains(e.Policy.DeletionPolicies, api.Delete))
	})
}

// lacksPlace reports whether the record needs a place under max_certificates before anything is done for it. It is asked
// for again after every change of a policy: the place may have been lost with a policy that was deleted meanwhile.
func (s *state) lacksPlace() bool {
	a := &s.admission
	if len(a.allowed) == 0 || a.allowed[0].MaxCertificates == 0 {
		return false
	}
	return s.status.Policy != a.allowed[0].Name || s.status.PolicyCounted != a.digest
}

// leavesPolicy reports whether the record has a place that it needs no more: it is deleted, another policy admits it, or
// there is no policy.
func (s *state) leavesPolicy() bool {
	switch {
	case s.status.PolicyCounted == "":
		return false
	case !s.HasRecord:
		return true
	case s.Spec == nil || s.denied():
		return false
	}
	return len(s.admission.allowed) == 0 || s.admission.allowed[0].Name != s.status.Policy
}

// observePolicy carries what the policies say into the status.
func (s *state) observePolicy() {
	switch {
	case s.Spec == nil || s.admission.kept:
	case len(s.Policies.Policies) == 0:
		s.status.PolicyDigest, s.status.PolicyFullAt = "", time.Time{}
		if s.status.PolicyCounted == "" {
			s.status.Policy = ""
		}
	case s.denied():
		s.status.PolicyDigest = s.admission.digest
	case !s.lacksPlace() && !s.leavesPolicy():
		s.status.Policy, s.status.PolicyFullAt = s.admission.allowed[0].Name, time.Time{}
		if !s.zonesMatter() {
			s.status.PolicyDigest = s.admission.digest
		}
	}
}

// newPolicies reports whether policies that may concern the record have changed since it was last judged by all that they
// compare.
func (s *state) newPolicies() bool { return s.admission.digest != s.Status.PolicyDigest }
