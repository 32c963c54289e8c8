package api

// The most that one PolicySet holds: a pass reads it whole, and it is one item of the table.
const (
	MaxPolicies      = 100
	MaxPolicySetSize = 256 << 10
	// MaxPolicySize is the most bytes of one policy.
	MaxPolicySize = 32 << 10
)

// NewPolicyEntry returns the entry of the policy of that name, without prefix. A record that does not decode makes an
// entry without Policy, which allows nothing.
func NewPolicyEntry(name string, record map[string]any) PolicyEntry {
	e := PolicyEntry{Name: name, Digest: SpecDigest(record), Record: record}
	if p, err := DecodePolicy(record); err == nil && p.Name == name {
		e.Policy = p
	}
	return e
}

// PolicySize is the size of a policy's record, as MaxPolicySize and MaxPolicySetSize count it.
func PolicySize(record map[string]any) int {
	size := 0
	measure(record, 0, &size)
	return size
}
