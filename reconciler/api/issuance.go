package api

import (
	"reflect"
	"time"
)

// Issuance is what is in flight for one certificate: the sealed key, the order, the chain. It is in a partition of its
// own, is written in one transaction with the status, and survives a lost status.
type Issuance struct {
	// Version rises by one with every write.
	Version int64 `json:"version"`
	// Digest is the issuance digest of this issuance. RenewalOf is the serial that it replaces, if it is a renewal.
	Digest    string `json:"digest,omitempty"`
	RenewalOf string `json:"renewal_of,omitempty"`
	// Force and RenewToken restore the status if that is deleted in mid-order.
	Force      string `json:"force,omitempty"`
	RenewToken string `json:"renew_token,omitempty"`
	// Account and Directory are those of the order; Profile and Domains are as ordered.
	Account    string    `json:"account,omitempty"`
	Directory  string    `json:"directory,omitempty"`
	Profile    string    `json:"profile,omitempty"`
	Domains    []string  `json:"domains,omitempty"`
	CommonName string    `json:"common_name,omitempty"`
	KeyType    KeyType   `json:"key_type,omitempty"`
	CreatedAt  time.Time `json:"created_at,omitzero"`
	// Exemption is why the certificate may be obtained within the minimum interval: SpecChanged, Repair or Forced. It
	// is empty if the interval is over.
	Exemption Reason `json:"exemption,omitempty"`
	// EarlyWindow is the initial value of the certificate's ARIStatus.
	EarlyWindow EarlyState `json:"early_window,omitempty"`

	// SealedKey is the KMS ciphertext of the private key (PKCS#8 PEM). Its encryption context is the record's name.
	SealedKey []byte `json:"sealed_key,omitempty"`
	// PublicKeySHA256 is lower-case hex of the digest of the key's SubjectPublicKeyInfo (DER): the chain must be for
	// that key.
	PublicKeySHA256 string `json:"public_key_sha256,omitempty"`
	// Zones are the zones of each domain's TXT record, as resolved before the order.
	Zones []ChallengeZone `json:"zones,omitempty"`
	// ReservedAt is when the order was counted in the account's ledger; zero: it was not. ReservedExempt: only what the CA
	// counts of a renewal was. ReservedUnused: it is known that the CA made no order of it.
	ReservedAt     time.Time `json:"reserved_at,omitzero"`
	ReservedExempt bool      `json:"reserved_exempt,omitempty"`
	ReservedUnused bool      `json:"reserved_unused,omitempty"`
	// OrderURL is saved before anything is published.
	OrderURL string `json:"order_url,omitempty"`
	// Published are the TXT values that were, or may have been, written to DNS and are not yet removed.
	Published []PublishedTXT `json:"published,omitempty"`
	// ResolvedZone and ResolvedDNS are the record's zone and role for which Zones were resolved.
	ResolvedZone string `json:"resolved_zone,omitempty"`
	ResolvedDNS  *Role  `json:"resolved_dns,omitempty"`
	// FinalizedAt is when the CSR was first sent, or was about to be: the CA may have issued a certificate since.
	FinalizedAt time.Time `json:"finalized_at,omitzero"`
	// GivenUpOrder is an order that was abandoned after FinalizedAt. It is read again before another order is
	// finalized.
	GivenUpOrder string `json:"given_up_order,omitempty"`
	// OrderDeniedAt and CertificateDeniedAt are when the CA first answered "not found" about its own URL; zero: it did
	// not.
	OrderDeniedAt       time.Time `json:"order_denied_at,omitzero"`
	CertificateDeniedAt time.Time `json:"certificate_denied_at,omitzero"`
	// SlowSince is since when the order was reported to take unusually long; zero: it was not.
	SlowSince time.Time `json:"slow_since,omitzero"`
	// ServersSince is since when the zone's name servers do not agree about the TXT records of the order; zero: they do, or
	// were not asked.
	ServersSince time.Time `json:"servers_since,omitzero"`
	// ServersWrongAt is when one of them last answered without a record; zero: none did, or all agreed since.
	ServersWrongAt time.Time `json:"servers_wrong_at,omitzero"`

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
	// Installed is true if Serial was observed at one target or more.
	Installed bool `json:"installed,omitempty"`

	// Imports holds, for each target key, when an import without an ARN began whose result is unknown.
	Imports map[string]time.Time `json:"imports,omitempty"`

	// Kept is the certificate that was in place before Chain, or that is in place if nothing is in flight. Only a record
	// with a rollout has one.
	Kept *KeptCertificate `json:"kept,omitempty"`
	// Replaced are the keys of the targets where Chain was imported over Kept, or was about to be.
	Replaced []string `json:"replaced,omitempty"`
	// Rollback is set if Kept is to be put back in place of Chain.
	Rollback *Rollback `json:"rollback,omitempty"`
}

// PublishedTXT is one value in one zone, with all that its removal needs.
type PublishedTXT struct {
	TXT
	Zone string `json:"zone"`
	Role
	// Submitted is true if the change batch was accepted. ChangeID is its change, empty once that is in sync.
	Submitted bool   `json:"submitted,omitempty"`
	ChangeID  string `json:"change_id,omitempty"`
	// ServedFrom is when the value counts as served if it existed already, because there is no change to observe.
	ServedFrom time.Time `json:"served_from,omitzero"`
	// RespondedAt is when the CA was last asked to validate the challenge of this value; zero: never.
	RespondedAt time.Time `json:"responded_at,omitzero"`
}

// TXT is one value of one TXT record set. FQDN has no trailing dot; Value has no quotes.
type TXT struct {
	FQDN  string `json:"fqdn"`
	Value string `json:"value"`
}

// IsEmpty reports whether nothing is worth keeping: no key, no order, no chain, no TXT value left in DNS, no predecessor.
func (i *Issuance) IsEmpty() bool {
	return len(i.SealedKey) == 0 && i.OrderURL == "" && i.Chain == "" && len(i.Published) == 0 && len(i.Imports) == 0 && i.Kept == nil
}

// MaxIssuance is the most bytes of an issuance as JSON: DynamoDB accepts 400 KB. 100 names of the greatest length, with
// the longest role, an external ID of 1,024 bytes and a chain of 64 KB need less.
const MaxIssuance = 396 << 10

// Bound makes the issuance fit into the table, and returns how many TXT values it dropped, oldest first. Values
// accumulate only if they cannot be removed while the record moves between zones.
func (i *Issuance) Bound() (forgotten int) {
	boundAll(reflect.ValueOf(&i.Imports).Elem(), "imports")
	boundAll(reflect.ValueOf(&i.Replaced).Elem(), "replaced")
	boundAll(reflect.ValueOf(&i.Rollback).Elem(), "rollback")
	if fitsInto(i, MaxIssuance) {
		return 0
	}
	for excess := sizeOf(i) - MaxIssuance; excess > 0 && forgotten < len(i.Published); forgotten++ {
		excess -= sizeOf(i.Published[forgotten])
	}
	if i.Published = i.Published[forgotten:]; len(i.Published) == 0 {
		i.Published = nil
	}
	if !fitsInto(i, MaxIssuance) {
		i.Kept, i.Rollback = nil, nil
	}
	return forgotten
}
