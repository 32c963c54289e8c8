package plan

import (
	"fmt"
	"strings"
	"time"

	"certloop/reconciler/api"
)

// Demand is what a direct invocation asks for. Its methods judge the stored status of one certificate, nil where there is
// none.
type Demand struct {
	// Require is a condition that must be True; empty: none.
	Require api.ConditionType
	// Force is a token that must be on record; empty: none.
	Force string
	// Placeholder asks for an ARN even before a certificate is issued.
	Placeholder bool
	// RollBack asks that the certificate before be back, RollOutAgain that it be no longer on its way back.
	RollBack     bool
	RollOutAgain bool
	// Refusal is why a policy refuses Force, or why a rollback is not possible or cannot be undone; empty: none of them.
	Refusal string
	// Unprobed is why the endpoints of the record will not be probed, so that Served cannot become True; empty: they will.
	Unprobed string
}

// policyDelay is how long a policy that was created together with the record may take to be in force.
const policyDelay = 30 * time.Second

// Missing returns what the demand misses in the status of the certificate of that name; empty: nothing. Whoever asks for a
// placeholder builds on its ARN and expects a certificate to follow, and a record that is not accepted gets none.
func (d Demand) Missing(name string, s *api.CertificateStatus) string {
	if _, accepted := conditionMet(s, api.ConditionAccepted); d.Placeholder && (!accepted || s.ACMARN == "") {
		return fmt.Sprintf("certificate %s has no placeholder: %s", name, whyNoPlaceholder(s))
	}
	if why := d.whyNotForced(s); why != "" {
		return fmt.Sprintf("certificate %s was not forced: %s", name, why)
	}
	if why := d.whyNotRolledBack(s); why != "" && d.RollOutAgain {
		return fmt.Sprintf("the rollback of certificate %s was not undone: %s", name, why)
	} else if why != "" {
		return fmt.Sprintf("certificate %s was not rolled back: %s", name, why)
	}
	if d.Require == "" {
		return ""
	}
	why, ok := d.conditionMet(s)
	if !ok && d.Require == api.ConditionServed && d.Unprobed != "" {
		why = d.Unprobed + ", or require Ready"
	}
	if !ok {
		return fmt.Sprintf("certificate %s is not %s: %s", name, d.Require, why)
	}
	return ""
}

// AwaitsServed reports whether only the endpoints are waited for: they may serve the certificate at any moment.
func (d Demand) AwaitsServed(s *api.CertificateStatus) bool {
	ready := d
	ready.Require = api.ConditionReady
	return d.Require == api.ConditionServed && ready.Missing("", s) == "" && d.Missing("", s) != ""
}

// IsFinal reports whether waiting longer changes nothing: the demand misses nothing, or the record, or the policy that
// refuses the token, must change first.
func (d Demand) IsFinal(name string, o api.Object, now time.Time) bool {
	switch {
	case o.Record == nil:
		return true
	case d.Refusal != "" && (d.RollBack || d.RollOutAgain || !IsTokenOnRecord(o.Status, d.Force)):
		return true
	case d.Require == api.ConditionServed && d.Unprobed != "":
		return true
	case o.Status == nil:
		return false
	}
	return isRejected(o.Status, now) || d.Missing(name, o.Status) == ""
}

// IsTokenOnRecord reports whether the token is on record: it forces a certificate, or did.
func IsTokenOnRecord(s *api.CertificateStatus, token string) bool {
	return s != nil && (s.Force == token || s.IssuanceForce == token)
}

// whyNotForced returns why the token is not on record, so that it forces nothing; empty: it is, or there is none.
func (d Demand) whyNotForced(s *api.CertificateStatus) string {
	switch {
	case d.Force == "" || IsTokenOnRecord(s, d.Force):
		return ""
	case d.Refusal != "":
		return d.Refusal
	case s == nil:
		return "there is no such record"
	case s.ClaimID != "":
		return leasedByAnother + ": invoke again with the same token, or with a longer wait"
	}
	if why, accepted := conditionMet(s, api.ConditionAccepted); !accepted {
		return why
	}
	return "it could not be written: invoke again with the same token"
}

// whyNotRolledBack returns why the certificate before is not back in place, or why a rollback is not undone; empty: it is, or nobody
// asked.
func (d Demand) whyNotRolledBack(s *api.CertificateStatus) string {
	switch {
	case !d.RollBack && !d.RollOutAgain:
		return ""
	case d.Refusal != "":
		return d.Refusal
	case s == nil:
		return "there is no such record"
	}
	back := s.Rollout != nil && s.Rollout.State == api.RolloutRolledBack
	switch {
	case d.RollBack && back, d.RollOutAgain && !back && !(s.Rollout != nil && s.Rollout.State == api.RolloutRollingBack):
		return ""
	case s.ClaimID != "":
		return leasedByAnother + ": invoke again, or with a longer wait"
	}
	if why := obstacle(s); why != "" {
		return why
	}
	return "it is not finished: invoke again, or with a longer wait"
}

// leasedByAnother is why nothing was done for a record that another invocation has the lease of.
const leasedByAnother = string(api.ReasonLeased) + ": another invocation is at work on it"

// whyNoPlaceholder returns why the record is not accepted, else what the first target refused, where it did.
func whyNoPlaceholder(s *api.CertificateStatus) string {
	if why, ok := conditionMet(s, api.ConditionAccepted); !ok {
		return why
	}
	if s != nil && len(s.Targets) > 0 && s.Targets[0].Failures > 0 {
		return fmt.Sprintf("%s: %s", s.Targets[0].Reason, s.Targets[0].Message)
	}
	if s != nil && s.ClaimID != "" {
		return leasedByAnother + ": invoke again, or with a longer wait"
	}
	why, _ := conditionMet(s, api.ConditionReady)
	return why
}

// isRejected reports whether the record, as it is now, must change before anything is done for it. Three reasons may end
// without a change of the record: its account may be created a moment later, a right to take a certificate over may have
// been granted a moment ago, and so may a policy.
func isRejected(s *api.CertificateStatus, now time.Time) bool {
	c, ok := api.GetCondition(s.Conditions, api.ConditionAccepted)
	if !ok || c.Status != api.ConditionFalse || c.ObservedGeneration != s.Generation {
		return false
	}
	switch c.Reason {
	case api.ReasonAccountNotFound, api.ReasonTakeoverRefused:
		return false
	case api.ReasonPolicyDenied:
		return now.Sub(c.LastTransitionTime) >= policyDelay
	}
	return true
}

// conditionMet reports whether the required condition holds for what the invocation asked for, and why not. A token asks
// for another certificate, so Ready of the certificate that it replaces does not meet it.
func (d Demand) conditionMet(s *api.CertificateStatus) (string, bool) {
	if d.Require == api.ConditionServed {
		ready := d
		ready.Require = api.ConditionReady
		if why, ok := ready.conditionMet(s); !ok {
			return why, false
		}
	}
	why, ok := conditionMet(s, d.Require)
	if !ok || d.Force == "" || d.Require != api.ConditionReady || s.IssuanceForce == d.Force {
		return why, ok
	}
	return whyNotReplaced(s), false
}

// conditionMet reports whether the condition is True for the present generation, and why not.
func conditionMet(s *api.CertificateStatus, t api.ConditionType) (string, bool) {
	if s == nil {
		return "there is no such record", false
	}
	c, ok := api.GetCondition(s.Conditions, t)
	if !ok {
		return "the condition is not known yet", false
	}
	if c.Status == api.ConditionTrue && (t != api.ConditionReady || readyIsCurrent(s)) {
		return "", true
	}
	if why := obstacle(s); why != "" {
		return why, false
	}
	if c.Status == api.ConditionTrue {
		return whyNotReplaced(s), false
	}
	return strings.TrimSuffix(fmt.Sprintf("%s: %s", c.Reason, c.Message), ": "), false
}

// obstacle returns the reason and message of what is wrong with the record or its issuance; empty: nothing is.
func obstacle(s *api.CertificateStatus) string {
	for _, t := range []api.ConditionType{api.ConditionAccepted, api.ConditionIssuing} {
		if c, ok := api.GetCondition(s.Conditions, t); ok && c.Status == api.ConditionFalse && c.Message != "" {
			return fmt.Sprintf("%s: %s", c.Reason, c.Message)
		}
	}
	return ""
}

// whyNotReplaced returns why the certificate in place is still the one before a token or a change of the record.
func whyNotReplaced(s *api.CertificateStatus) string {
	if why := obstacle(s); why != "" {
		return why
	}
	c, _ := api.GetCondition(s.Conditions, api.ConditionIssuing)
	return fmt.Sprintf("%s: the certificate in place is the one before", c.Reason)
}

// readyIsCurrent reports whether Ready speaks of the present record. After a change it may speak of the certificate before:
// while another one is issued, while something blocks that issuance, and where the record is rejected.
func readyIsCurrent(s *api.CertificateStatus) bool {
	issuing, _ := api.GetCondition(s.Conditions, api.ConditionIssuing)
	accepted, _ := api.GetCondition(s.Conditions, api.ConditionAccepted)
	rejected := accepted.Status == api.ConditionFalse && accepted.Reason.RejectsRecord()
	complete := !s.Outdated && (s.Force == "" || s.Force == s.IssuanceForce)
	return s.ObservedGeneration == s.Generation && issuing.Status != api.ConditionTrue && !rejected &&
		(complete || issuing.Reason == api.ReasonSuspended)
}
