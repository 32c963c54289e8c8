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

// admissionOf returns what the policies say of the record. f is a copy, because whether they are full, and whether zones
// matter, depends on which of them allow it.
func admissionOf(f facts) admission {
	f.admission = admission{}
	if f.Spec == nil || len(f.Policies.Policies) == 0 {
		return f.admission
	}
	f.admission = admission{
		authorization: authorize(f.Policies, f.Name, f.next.Policy, certificateRules, f.uses()),
		digest:        policiesDigest(f.Policies, f.Name),
	}
	switch a := &f.admission; {
	case a.refusal != "":
		a.denial = a.refusal
	case f.Account.Refusal != "":
		// What it asks for may be another team's.
		a.denial = fmt.Sprintf("the policies do not allow account %s: read its status, or set account to another one", f.Account.Name)
	case isFull(&f):
		a.full, a.denial = true, fullMessage(a.allowed)
	case zonesMatter(&f) && deniedBefore(&f) != "":
		a.kept, a.denial = true, deniedBefore(&f)
	}
	return f.admission
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
func isFull(f *facts) bool {
	at := f.next.PolicyFullAt
	return !at.IsZero() && f.admission.digest == f.next.PolicyDigest && f.lacksPlace() && f.Now.Before(at.Add(fullFor))
}

func fullMessage(allowed []*api.Policy) string {
	var all []string
	for _, p := range allowed {
		all = append(all, fmt.Sprintf("policy %s admits max_certificates %d, and no place is free", p.Name, p.MaxCertificates))
	}
	return "no policy allows the record: " + someOf(all, "; ", "more policies are full too")
}

// zonesMatter reports whether a policy that allows the record so far restricts the zones, and it is not known in which
// zones its TXT records go.
func zonesMatter(f *facts) bool {
	if f.Spec == nil || f.Spec.Zone != "" || len(f.knownZones()) > 0 {
		return false
	}
	for _, p := range f.admission.allowed {
		if p.Zones != nil {
			return true
		}
	}
	return false
}

// deniedBefore returns the denial on record of the same record; empty: there is none.
func deniedBefore(f *facts) string {
	c, _ := api.GetCondition(f.Stored.Conditions, api.ConditionAccepted)
	if c.Status != api.ConditionFalse || c.Reason != api.ReasonPolicyDenied || f.Stored.SpecDigest != f.SpecDigest || f.Spec.Suspend {
		return ""
	}
	return c.Message
}

// denied reports whether nothing may be done for the record but to clean up.
func (f *facts) denied() bool { return f.admission.denial != "" }

// unjudged reports whether there are policies and none allows the record: by a denial, or because it has no valid spec.
func unjudged(f *facts) bool { return len(f.Policies.Policies) > 0 && len(f.admission.allowed) == 0 }

// deletionAllowed reports whether the policies let the record's certificate be deleted. A deleted record has no spec
// to judge: the policy that admitted it decides, else those that apply to its name, of which one must allow it.
func (f *facts) deletionAllowed() bool {
	applying := slices.DeleteFunc(byName(f.Policies), func(e api.PolicyEntry) bool { return !appliesTo(e, f.Name) })
	if i := slices.IndexFunc(applying, func(e api.PolicyEntry) bool { return e.Name == f.next.Policy }); i >= 0 {
		applying = applying[i : i+1]
	}
	return len(applying) == 0 || slices.ContainsFunc(applying, func(e api.PolicyEntry) bool {
		return e.Policy != nil && (e.Policy.DeletionPolicies == nil || slices.Contains(e.Policy.DeletionPolicies, api.Delete))
	})
}

// lacksPlace reports whether the record needs a place under max_certificates before anything is done for it. It is asked
// for again after every change of a policy: the place may have been lost with a policy that was deleted meanwhile.
func (f *facts) lacksPlace() bool {
	a := &f.admission
	if len(a.allowed) == 0 || a.allowed[0].MaxCertificates == 0 {
		return false
	}
	return f.next.Policy != a.allowed[0].Name || f.next.PolicyCounted != a.digest
}

// leavesPolicy reports whether the record has a place that it needs no more: it is deleted, another policy admits it, or
// there is no policy.
func leavesPolicy(f *facts) bool {
	switch {
	case f.next.PolicyCounted == "":
		return false
	case !f.HasRecord:
		return true
	case f.Spec == nil || f.denied():
		return false
	}
	return len(f.admission.allowed) == 0 || f.admission.allowed[0].Name != f.next.Policy
}

// observePolicy carries what the policies say into the status.
func observePolicy(d *draft) {
	switch {
	case d.Spec == nil || d.admission.kept:
	case len(d.Policies.Policies) == 0:
		d.next.PolicyDigest, d.next.PolicyFullAt = "", time.Time{}
		if d.next.PolicyCounted == "" {
			d.next.Policy = ""
		}
	case d.denied():
		d.next.PolicyDigest = d.admission.digest
	case !d.lacksPlace() && !leavesPolicy(&d.facts):
		d.next.Policy, d.next.PolicyFullAt = d.admission.allowed[0].Name, time.Time{}
		if !zonesMatter(&d.facts) {
			d.next.PolicyDigest = d.admission.digest
		}
	}
}

// newPolicies reports whether policies that may concern the record have changed since it was last judged by all that they
// compare.
func newPolicies(f *facts) bool { return f.admission.digest != f.Stored.PolicyDigest }
