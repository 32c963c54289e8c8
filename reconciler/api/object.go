package api

// Object is everything in the table under one certificate name, read consistently.
type Object struct {
	// Record is the raw item that users wrote, as plain Go values (string, json.Number, bool, []any, map[string]any,
	// []string for a string set); nil: there is none.
	Record   map[string]any
	Status   *CertificateStatus
	Issuance *Issuance
	// Served is what the endpoints serve; nil: they were never probed.
	Served *ServedStatus
	// Policies are the policies at the same moment.
	Policies PolicySet
}

// AccountObject is everything in the table under one account name.
type AccountObject struct {
	Record map[string]any
	Status *AccountStatus
	// Policies are the policies at the same moment.
	Policies PolicySet
}

// Write is one atomic change of the controller's items under a certificate name.
type Write struct {
	Name string
	// Status is written whole. Its Version is the one that was read (0: there was none). The write succeeds only if the
	// stored version is still that one, and stores Version+1. nil with Forget deletes it under the same condition on
	// ForgetVersion.
	Status *CertificateStatus
	// Issuance, if set, is written whole under the same rule for its own Version. An Issuance that IsEmpty is deleted
	// instead.
	Issuance *Issuance
	// Ledger, if set, is the ledger of the account LedgerOf. It is written whole under the same rule for its own Version, but
	// replaces a DamagedLedger whatever it holds.
	Ledger   *Ledger
	LedgerOf string
	// Forget deletes status, issuance and the claims of these ARNs that belong to Name.
	Forget        bool
	ForgetVersion int64
	ForgetClaims  []string
}

// Listed is one record with its status, or one of the two, in a listing of the whole table.
type Listed struct {
	Key Key
	// Unknown is set for an item of a kind that IsKnownKind does not accept. Key is then the item's own, and nothing
	// else is set.
	Unknown       bool
	Record        map[string]any
	Status        *CertificateStatus
	AccountStatus *AccountStatus
	PolicyStatus  *PolicyStatus
	// Admitted are the records that the policy has admitted, for a key of KindPolicyUsage.
	Admitted []string
	// Served is what the endpoints of the certificate serve, for a key of KindServedStatus. It is an item of its own in a
	// listing, which has it before or after the certificate.
	Served *ServedStatus
}

// PolicyObject is everything in the table under one policy name, with the set of all policies, as a consistent
// snapshot.
type PolicyObject struct {
	Record   map[string]any
	Status   *PolicyStatus
	Policies PolicySet
	// Admitted is how many records the policy has admitted under max_certificates.
	Admitted int
}
