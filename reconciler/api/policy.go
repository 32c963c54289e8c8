package api

import "time"

// Policy is a decoded record of kind Policy: what the records to which it applies may use. A nil list does not
// restrict; an empty one that is not nil allows nothing of that kind.
type Policy struct {
	// Name has no partition prefix.
	Name string
	// Records are name patterns (MatchesName) of the Certificate and Account records to which the policy applies.
	Records []string
	// Domains are lower-case A-labels, with "*." in front for the names one level below, or "**." for all names below.
	Domains []string
	// Wildcards allows or denies names that begin with "*."; nil does not restrict.
	Wildcards *bool
	// Accounts are name patterns of the accounts that may issue.
	Accounts []string
	// Zones are hosted zone IDs without /hostedzone/.
	Zones []string
	// Roles are the roles that targets and dns may use. The controller's own role is always allowed.
	Roles   []PolicyRole
	Regions []string
	// ACMARNs are ARN patterns (MatchesARN) of the certificates that may be adopted.
	ACMARNs          []string
	KeyTypes         []KeyType
	Profiles         []string
	DeletionPolicies []DeletionPolicy
	// ProbeEndpoints are the endpoints that records may add to those of their own names: a pattern of hosts as in Domains, ":", and a
	// port or "*" (MatchesEndpoint).
	ProbeEndpoints []string
	// MaxCertificates is how many Certificate records the policy admits; 0 stands for any number.
	MaxCertificates int
	// MinForceInterval is the least time between two forced certificates of a record; 0 does not restrict.
	MinForceInterval time.Duration

	// Directories are URLs with aliases resolved; EABSecrets are ARN patterns. These and Networks are for Account
	// records.
	Directories []string
	EABSecrets  []string
	Networks    []Network
}

// PolicyRole is a role that records may use. If FixedExternalID is true, the controller uses ExternalID for it, even if
// the record omits it.
type PolicyRole struct {
	Role
	FixedExternalID bool
}

// PolicyStatus is what the controller writes about a policy, under PolicyStatusPartition.
type PolicyStatus struct {
	// Version rises by one with every write: the optimistic lock.
	Version            int64 `json:"version"`
	Generation         int64 `json:"generation"`
	ObservedGeneration int64 `json:"observed_generation"`
	// SpecDigest is the digest of the record from which the set was written.
	SpecDigest string      `json:"spec_digest,omitempty"`
	Conditions []Condition `json:"conditions,omitempty"`
	// Admitted is how many certificates are admitted under max_certificates, if that is set.
	Admitted int `json:"admitted,omitempty"`
}
