package api

// Object is everything the table holds under one certificate name, read consistently.
type Object struct {
	// Record is the raw item people wrote, as plain Go values (string, json.Number, bool, []any, map[string]any,
	// []string for a string set); nil: there is none.
	Record   map[string]any
	Status   *CertificateStatus
	Issuance *Issuance
	// Policies are those of the same moment.
	Policies PolicySet
}

// AccountObject is everything the table holds under one account name.
type AccountObject struct {
	Record map[string]any
	Status *AccountStatus
	// Policies are those of the same moment.
	Policies PolicySet
}

// Write is one atomic change of what the controller owns under a certificate name.
type Write struct {
	Name string
	// Status is written whole. Its Version is the one that was read (0: there was none): the write holds only if the
	// stored version is still that one, and stores Version+1. nil with Forget: deleted under the same condition on
	// ForgetVersion.
	Status *CertificateStatus
	// Issuance, where set, is written whole under the same rule for its own Version; an Issuance that IsEmpty is
	// deleted instead.
	Issuance *Issuance
	// Forget deletes status, issuance and the claims of these ARNs that belong to Name.
	Forget        bool
	ForgetVersion int64
	ForgetClaims  []string
}

// Listed is one record with its status, or one without the other, in a listing of the whole table.
type Listed struct {
	Key Key
	// Unknown is set for an item of a kind that IsKnownKind does not know. Key is then the item's own, and nothing else
	// is set.
	Unknown       bool
	Record        map[string]any
	Status        *CertificateStatus
	AccountStatus *AccountStatus
	PolicyStatus  *PolicyStatus
	// Admitted are the records that have a place under the policy, of a key of KindPolicyUsage.
	Admitted []string
}

// PolicyObject is everything the table holds under one policy name, with the set of all policies, as they are at one
// moment.
type PolicyObject struct {
	Record   map[string]any
	Status   *PolicyStatus
	Policies PolicySet
	// Admitted is how many records have a place under the policy's max_certificates.
	Admitted int
}
