package api

import "time"

// ConditionType is what a condition speaks of.
type ConditionType string

// The conditions. An Account has Accepted and Ready.
const (
	// ConditionAccepted: the spec is valid, account and zone resolve, the targets can take the certificate.
	ConditionAccepted ConditionType = "Accepted"
	// ConditionIssuing: a certificate is being made.
	ConditionIssuing ConditionType = "Issuing"
	// ConditionReady: every target holds a valid certificate that satisfies the spec. Derived, never set by hand.
	ConditionReady ConditionType = "Ready"
)

// ConditionStatus is True, False or Unknown.
type ConditionStatus string

// The values of a condition.
const (
	ConditionTrue    ConditionStatus = "True"
	ConditionFalse   ConditionStatus = "False"
	ConditionUnknown ConditionStatus = "Unknown"
)

// Condition is one observation about a record, in Kubernetes' shape.
type Condition struct {
	Type    ConditionType   `json:"type"`
	Status  ConditionStatus `json:"status"`
	Reason  Reason          `json:"reason"`
	Message string          `json:"message,omitempty"`
	// LastTransitionTime moves only when Status flips.
	LastTransitionTime time.Time `json:"last_transition_time,omitzero"`
	ObservedGeneration int64     `json:"observed_generation,omitempty"`
}

// SetCondition returns the list with c in it.
//
//   - A condition of the same type is replaced where it stands; a new one is appended.
//   - LastTransitionTime moves to now only when the status differs.
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

// GetCondition returns the condition of that type, and whether there is one.
func GetCondition(list []Condition, t ConditionType) (Condition, bool) {
	for _, c := range list {
		if c.Type == t {
			return c, true
		}
	}
	return Condition{}, false
}

// IsTrue says that the condition is there and True.
func IsTrue(list []Condition, t ConditionType) bool {
	c, ok := GetCondition(list, t)
	return ok && c.Status == ConditionTrue
}
