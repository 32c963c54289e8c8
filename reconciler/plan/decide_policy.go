package plan

import (
	"fmt"
	"time"

	"certloop/reconciler/api"
)

// policyDenied stops everything but clean-up while no policy allows the record. The certificate in place stays as it is.
// A chain on hold is kept: it exists, and is installed if a policy allows the record again in time.
func policyDenied(d *decision) *Plan {
	if !d.denied() {
		return nil
	}
	if p := stopOrder(d.facts); p != nil {
		return p
	}
	if p := d.removeValues(); p != nil {
		return p
	}
	var at time.Time
	if d.admission.full || d.admission.kept || zonesFound(d.facts) || d.Account.Refusal != "" {
		at = d.Now.Add(time.Hour) // what was counted or found elsewhere changes without a word
	}
	return wait(earliest(at, cleanupWaits(d.facts)), api.ReasonPolicyDenied, d.admission.denial)
}

// zonesFound reports whether the denial may rest on what is not in the table.
func zonesFound(f *facts) bool { return f.Zones != nil || f.Spec.KeyType == "" }

// stopOrder drops a key or an order. An order that was finalized may have become a certificate: its key is kept, so that
// it is taken up again if a policy allows the record again.
func stopOrder(f *facts) *Plan {
	if f.held() || !f.inFlight() || (f.iss.OrderURL == "" && f.iss.GivenUpOrder != "") {
		return nil
	}
	return &Plan{Action: DropIssuance, Reason: api.ReasonOrderDropped, Message: "no policy allows the record",
		KeepKey: f.iss.OrderURL != "" && f.finalized()}
}

// takePlace gives back the place in a policy that no longer admits the record, and takes one in the policy that does,
// before anything is spent.
func takePlace(d *decision) *Plan {
	if leavesPolicy(d.facts) {
		return dismiss(d.facts)
	}
	if !d.lacksPlace() {
		return nil
	}
	p := &Plan{Action: Admit, Reason: api.ReasonAccepted}
	for _, allowed := range d.admission.allowed {
		p.Places = append(p.Places, Place{Policy: allowed.Name, Max: allowed.MaxCertificates})
		if allowed.MaxCertificates == 0 {
			break
		}
	}
	return p
}

func dismiss(f *facts) *Plan {
	return &Plan{Action: Dismiss, Reason: api.ReasonPolicyDenied, Policy: f.next.Policy}
}

func settleAdmit(d *draft, p Plan, o Outcome) {
	if o.Err != nil {
		d.fail(o.Err, api.ReasonInternalError)
		return
	}
	d.clearRetries()
	d.next.PolicyDigest = d.admission.digest
	if o.Policy == "" {
		d.next.PolicyFullAt = d.Now
		return
	}
	if o.Policy != d.next.Policy {
		d.record(api.ReasonAccepted, fmt.Sprintf("admitted by policy %s", o.Policy))
	}
	d.next.Policy, d.next.PolicyCounted, d.next.PolicyFullAt = o.Policy, "", time.Time{}
	for _, place := range p.Places {
		if place.Policy == o.Policy && place.Max > 0 {
			d.next.PolicyCounted = d.admission.digest
		}
	}
}

// settleDismiss leaves what could not be given back to the next pass, at its pace.
func settleDismiss(d *draft, p Plan, o Outcome) {
	if o.Err == nil && d.next.Policy == p.Policy {
		d.next.Policy, d.next.PolicyCounted = "", ""
	}
}

// allowedByPolicy reports whether the policies let the record have that effect. It holds for every plan that Decide
// returns: a row that forgets to ask is stopped here.
func allowedByPolicy(f *facts, a Action) bool {
	if actions[a].cleansUp {
		return true
	}
	return !f.denied() && (f.Spec == nil || !f.lacksPlace())
}
