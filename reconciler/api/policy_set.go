package api

import "fmt"

// These limit a PolicySet: a pass reads it whole, and it is one item of the table.
const (
	MaxPolicies      = 100
	MaxPolicySetSize = 256 << 10
	// MaxPolicySize is the most bytes of one policy.
	MaxPolicySize = 32 << 10
	// MaxToWake is the most patterns in ToWake; beyond it, every record is woken.
	MaxToWake = 200
)

const (
	// DamagedPolicySet is the Version of a set with an unreadable version.
	DamagedPolicySet = -1
	// AllRecords is the pattern that every name matches.
	AllRecords = "*"
)

// PolicySet is all policies, as one item holds them. Its zero value means that there is no policy, so everything is
// allowed.
type PolicySet struct {
	Version  int64
	Policies []PolicyEntry
	// ToWake are patterns of the records that a change of the set concerns, until these are queued.
	ToWake []string
}

// PolicyEntry is one policy of the set. The table stores Name, Digest and Record: an empty list differs from an absent
// one in the record only.
type PolicyEntry struct {
	Name string
	// Digest is the SpecDigest of the record.
	Digest string
	// Record is the raw item; nil if the policy is not accepted.
	Record map[string]any
	// Policy is the decoded record, which the table does not store: its readers decode it (package spec). It is nil if
	// the policy is not accepted or not decoded; then it allows nothing, and still counts as a policy.
	Policy *Policy
}

// UnreadablePolicySet returns the set to use if the stored one cannot be read, or is missing although there was one: a
// policy without a name, which allows nothing.
func UnreadablePolicySet() PolicySet {
	return PolicySet{Version: DamagedPolicySet, Policies: []PolicyEntry{{}}}
}

// NewPolicyEntry returns the entry of the policy with that name, without prefix, as the table stores it: without
// Policy.
func NewPolicyEntry(name string, record map[string]any) PolicyEntry {
	return PolicyEntry{Name: name, Digest: SpecDigest(record), Record: record}
}

// PolicySize returns the size of a policy's record, as MaxPolicySize and MaxPolicySetSize count it.
func PolicySize(record map[string]any) int {
	size := 0
	measure(record, 0, &size)
	return size
}

// Size returns the size of all records of the set, as MaxPolicySetSize counts it.
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

// Check returns an error if the set does not fit into one item.
func (s PolicySet) Check() error {
	switch size := s.Size(); {
	case len(s.Policies) > MaxPolicies:
		return tooLarge("there are %d policies: use at most %d", len(s.Policies), MaxPolicies)
	case size > MaxPolicySetSize:
		return tooLarge("all policies together have %d bytes: use at most %d", size, MaxPolicySetSize)
	case len(s.ToWake) > MaxToWake:
		return tooLarge("%d patterns are to be woken: note %q instead of more than %d", len(s.ToWake), AllRecords, MaxToWake)
	}
	return nil
}

func tooLarge(format string, args ...any) error {
	return &Error{Kind: Terminal, Reason: ReasonPolicyTooLarge, Message: fmt.Sprintf(format, args...)}
}
