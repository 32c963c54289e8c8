package api

import "time"

// Issuance is what is in flight for one certificate: the sealed key, the order, the chain. It lies under a
// partition of its own, is written in one transaction with the status, and outlives a lost status.
type Issuance struct {
	// Version rises by one with every write.
	Version int64 `json:"version"`
	// Digest is what this issuance is for; RenewalOf is the serial it replaces, where it is a renewal.
	Digest    string `json:"digest,omitempty"`
	RenewalOf string `json:"renewal_of,omitempty"`
	// Force and RenewToken restore the status where it was deleted in mid-order.
	Force      string `json:"force,omitempty"`
	RenewToken string `json:"renew_token,omitempty"`
	// Account and Directory the order belongs to; Profile and Domains as they were ordered.
	Account    string    `json:"account,omitempty"`
	Directory  string    `json:"directory,omitempty"`
	Profile    string    `json:"profile,omitempty"`
	Domains    []string  `json:"domains,omitempty"`
	CommonName string    `json:"common_name,omitempty"`
	KeyType    KeyType   `json:"key_type,omitempty"`
	CreatedAt  time.Time `json:"created_at,omitzero"`
	// Exemption is why it may be obtained within the minimum interval: SpecChanged, Repair or Forced; empty: it is over.
	Exemption Reason `json:"exemption,omitempty"`
	// EarlyWindow is what the certificate's ARIStatus begins with.
	EarlyWindow EarlyState `json:"early_window,omitempty"`

	// SealedKey is the KMS ciphertext of the private key (PKCS#8 PEM), encryption context: the record's name.
	SealedKey []byte `json:"sealed_key,omitempty"`
	// PublicKeySHA256 is lower-case hex of the digest of its SubjectPublicKeyInfo (DER): the chain must hold that key.
	PublicKeySHA256 string `json:"public_key_sha256,omitempty"`
	// Zones say where each domain's TXT record goes, as resolved before the order.
	Zones []ChallengeZone `json:"zones,omitempty"`
	// OrderURL is saved before anything is published.
	OrderURL string `json:"order_url,omitempty"`
	// Published are the TXT values that were, or may have been, put into DNS and not yet been removed.
	Published []PublishedTXT `json:"published,omitempty"`
	// ResolvedZone and ResolvedDNS are the record's zone and role for which Zones were resolved.
	ResolvedZone string `json:"resolved_zone,omitempty"`
	ResolvedDNS  *Role  `json:"resolved_dns,omitempty"`
	// FinalizedAt is when the CSR was first sent, or was about to be: the order may have made a certificate since.
	FinalizedAt time.Time `json:"finalized_at,omitzero"`
	// GivenUpOrder is an order that was given up after FinalizedAt. It is read again before another order is finalized.
	GivenUpOrder string `json:"given_up_order,omitempty"`
	// OrderDeniedAt and CertificateDeniedAt are when the CA first denied what it had named itself; zero: it does not.
	OrderDeniedAt       time.Time `json:"order_denied_at,omitzero"`
	CertificateDeniedAt time.Time `json:"certificate_denied_at,omitzero"`
	// SlowSince is the time from which the order was reported to take unusually long; zero: it was not.
	SlowSince time.Time `json:"slow_since,omitzero"`

	// Chain is the PEM of leaf and intermediates, saved before the first import.
	Chain             string    `json:"chain,omitempty"`
	Serial            string    `json:"serial,omitempty"`
	FingerprintSHA256 string    `json:"fingerprint_sha256,omitempty"`
	Issuer            string    `json:"issuer,omitempty"`
	NotBefore         time.Time `json:"not_before,omitzero"`
	NotAfter          time.Time `json:"not_after,omitzero"`
	CertID            string    `json:"cert_id,omitempty"`
	KeyUsages         []string  `json:"key_usages,omitempty"`
	ExtendedKeyUsages []string  `json:"extended_key_usages,omitempty"`
	// Installed: at least one target was seen with Serial.
	Installed bool `json:"installed,omitempty"`

	// Imports holds, per target key, when an import without an ARN was begun whose end is not known.
	Imports map[string]time.Time `json:"imports,omitempty"`
}

// PublishedTXT is one value in one zone; it names all that its removal needs.
type PublishedTXT struct {
	TXT
	Zone string `json:"zone"`
	Role
	// Submitted: the change batch was accepted; ChangeID is its change, empty once it is in sync.
	Submitted bool   `json:"submitted,omitempty"`
	ChangeID  string `json:"change_id,omitempty"`
	// ServedFrom is when the value can be taken for served where it was there already, so that there is no change to
	// ask about.
	ServedFrom time.Time `json:"served_from,omitzero"`
	// RespondedAt is when the CA was last asked to validate the challenge of this value; zero: it was not.
	RespondedAt time.Time `json:"responded_at,omitzero"`
}

// TXT is one value of one TXT record set. FQDN has no trailing dot; Value no quotes.
type TXT struct {
	FQDN  string `json:"fqdn"`
	Value string `json:"value"`
}

// IsEmpty says that nothing is worth keeping: no key, no order, no chain, no TXT value left in DNS.
func (i *Issuance) IsEmpty() bool {
	return len(i.SealedKey) == 0 && i.OrderURL == "" && i.Chain == "" && len(i.Published) == 0 && len(i.Imports) == 0
}

// MaxIssuance is the most bytes of an issuance by its JSON: DynamoDB takes 400 KB. 100 names of the greatest length, with
// the longest role, an external ID of 1,024 bytes and a chain of 64 KB are less.
const MaxIssuance = 396 << 10

// Bound makes the issuance one that the table can hold, and returns how many TXT values it gave up for that, the oldest
// first. Values accumulate only where they cannot be removed while the record goes from zone to zone.
func (i *Issuance) Bound() (forgotten int) {
	if fitsInto(i, MaxIssuance) {
		return 0
	}
	for excess := sizeOf(i) - MaxIssuance; excess > 0 && forgotten < len(i.Published); forgotten++ {
		excess -= sizeOf(i.Published[forgotten])
	}
	if i.Published = i.Published[forgotten:]; len(i.Published) == 0 {
		i.Published = nil
	}
	return forgotten
}
