package api

import "fmt"

const (
	// DamagedPolicySet is the Version of a set whose version nobody can read.
	DamagedPolicySet = -1
	// AllRecords is the pattern that every name matches.
	AllRecords = "*"
	// MaxWaking is the most patterns that a set notes as to be woken; beyond it, every record is.
	MaxWaking = 200
)

// PolicyObject is everything the table holds under one policy name, with the set of all policies, as they are at one
// moment.
type PolicyObject struct {
	Record   map[string]any
	Status   *PolicyStatus
	Policies PolicySet
	// Admitted is how many records have a place under the policy's max_certificates.
	Admitted int
}

// Size is the size of all records of the set, as MaxPolicySetSize counts it.
func (s PolicySet) Size() int {
	size := 0
	for _, e := range s.Policies {
		size += len(e.Name)
		if e.Record != nil {
			size += PolicySize(e.Record)
		}
	}
	return size
}

// Check returns an error where the set is beyond what one item holds.
func (s PolicySet) Check() error {
	switch size := s.Size(); {
	case len(s.Policies) > MaxPolicies:
		return tooLarge("there are %d policies: use at most %d", len(s.Policies), MaxPolicies)
	case size > MaxPolicySetSize:
		return tooLarge("all policies together have %d bytes: use at most %d", size, MaxPolicySetSize)
	case len(s.Waking) > MaxWaking:
		return tooLarge("%d patterns are to be woken: note %q instead of more than %d", len(s.Waking), AllRecords, MaxWaking)
	}
	return nil
}

func tooLarge(format string, args ...any) error {
	return &Error{Kind: Terminal, Reason: ReasonPolicyTooLarge, Message: fmt.Sprintf(format, args...)}
}
