package api

import "time"

// Policy is a decoded record of kind Policy: what the records that it applies to may use. A nil list does not restrict;
// an empty one that is not nil allows nothing of that kind.
type Policy struct {
	// Name is without the prefix of PolicyPartition.
	Name string
	// Records are name patterns (MatchesName): the Certificate and Account records that the policy applies to.
	Records []string
	// Domains are lower-case A-labels, with "*." in front for the names one level below, "**." for all names below.
	Domains []string
	// Wildcards allows or denies names that begin with "*."; nil: it does not restrict.
	Wildcards *bool
	// Accounts are name patterns of the accounts that may issue.
	Accounts []string
	// Zones are hosted zone IDs without /hostedzone/.
	Zones []string
	// Roles are the roles that targets and dns may name. The controller's own role is always allowed.
	Roles   []PolicyRole
	Regions []string
	// ACMARNs are ARN patterns (MatchesARN) of the certificates that may be adopted.
	ACMARNs          []string
	KeyTypes         []KeyType
	Profiles         []string
	DeletionPolicies []DeletionPolicy
	// MaxCertificates is how many Certificate records the policy admits; 0: any number.
	MaxCertificates int
	// MinForceInterval lies between two certificates of a record that are forced; 0: none does.
	MinForceInterval time.Duration

	// Directories are URLs, aliases resolved; EABSecrets are ARN patterns. These and Networks are for Account records.
	Directories []string
	EABSecrets  []string
	Networks    []Network
}

// PolicyRole is a role that records may name. FixedExternalID: the controller uses ExternalID for it, whatever the record
// leaves out.
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
	// SpecDigest is the digest of the record that the set was written for.
	SpecDigest string      `json:"spec_digest,omitempty"`
	Conditions []Condition `json:"conditions,omitempty"`
	// Admitted is how many certificates have a place under max_certificates, where it is set.
	Admitted int `json:"admitted,omitempty"`
}
