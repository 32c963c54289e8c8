package api

import "time"

// ConditionType is the type of a condition.
type ConditionType string

// These are the conditions. An Account has Accepted and Ready.
const (
	// ConditionAccepted: the spec is valid, account and zone resolve, and the targets accept the certificate.
	ConditionAccepted ConditionType = "Accepted"
	// ConditionIssuing: a certificate is being issued.
	ConditionIssuing ConditionType = "Issuing"
	// ConditionReady: every target holds a valid certificate that satisfies the spec. It is derived, never set by hand.
	ConditionReady ConditionType = "Ready"
	// ConditionServed: the endpoints serve the certificate that was imported. It is Unknown while none was seen.
	ConditionServed ConditionType = "Served"
)

// CertificateConditions are the conditions that a certificate may have.
var CertificateConditions = []ConditionType{ConditionAccepted, ConditionIssuing, ConditionReady, ConditionServed}

// ConditionStatus is True, False or Unknown.
type ConditionStatus string

// These are the values of a condition.
const (
	ConditionTrue    ConditionStatus = "True"
	ConditionFalse   ConditionStatus = "False"
	ConditionUnknown ConditionStatus = "Unknown"
)

// Condition is one observation about a record, in the form of Kubernetes' conditions.
type Condition struct {
	Type    ConditionType   `json:"type"`
	Status  ConditionStatus `json:"status"`
	Reason  Reason          `json:"reason"`
	Message string          `json:"message,omitempty"`
	// LastTransitionTime changes only when Status changes.
	LastTransitionTime time.Time `json:"last_transition_time,omitzero"`
	ObservedGeneration int64     `json:"observed_generation,omitempty"`
}

// SetCondition returns the list with c in it:
//
//   - A condition of the same type is replaced in its place; a new one is appended.
//   - LastTransitionTime becomes now only if the status differs.
//   - ObservedGeneration is always c's.
//   - The given list is not modified.
func SetCondition(list []Condition, c Condition, now time.Time) []Condition {
	out := append([]Condition(nil), list...)
	for i, old := range out {
		if old.Type != c.Type {
			continue
		}
		c.LastTransitionTime = old.LastTransitionTime
		if old.Status != c.Status {
			c.LastTransitionTime = now
		}
		out[i] = c
		return out
	}
	c.LastTransitionTime = now
	return append(out, c)
}

// GetCondition returns the condition of that type, and whether it exists.
func GetCondition(list []Condition, t ConditionType) (Condition, bool) {
	for _, c := range list {
		if c.Type == t {
			return c, true
		}
	}
	return Condition{}, false
}

// IsTrue reports whether the condition exists and is True.
func IsTrue(list []Condition, t ConditionType) bool {
	c, ok := GetCondition(list, t)
	return ok && c.Status == ConditionTrue
}
