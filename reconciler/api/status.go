package api

import "time"

// CertificateStatus is what the controller writes under a certificate's name. It may be deleted: ARNs are found again
// by ownership tag, facts by reading ACM, the order in flight by its Issuance item.
type CertificateStatus struct {
	// Version rises by one with every write: the optimistic lock.
	Version int64 `json:"version"`
	// Generation rises with any change of the spec; ObservedGeneration is the generation of the conditions.
	Generation         int64  `json:"generation"`
	ObservedGeneration int64  `json:"observed_generation"`
	SpecDigest         string `json:"spec_digest,omitempty"`
	// IssuanceDigest is the digest for which the installed certificate was issued or accepted.
	IssuanceDigest string `json:"issuance_digest,omitempty"`
	// Outdated is true if the record declares another certificate than the one with IssuanceDigest.
	Outdated bool `json:"outdated,omitempty"`
	// IssuanceForce is the force token of that issuance.
	IssuanceForce string      `json:"issuance_force,omitempty"`
	Conditions    []Condition `json:"conditions,omitempty"`
	// LastKnownReady is the last True or False of Ready while it is Unknown. So a notice is sent only if the value
	// differs afterwards.
	LastKnownReady ConditionStatus `json:"last_known_ready,omitempty"`
	// NotReadySince is when Ready ceased to be True, or the record was first observed without it; zero: it is True.
	NotReadySince time.Time `json:"not_ready_since,omitzero"`
	// NotServedSince is when a notice reported that an endpoint does not serve the certificate; zero: none did, or a later one
	// reported that all serve it.
	NotServedSince time.Time `json:"not_served_since,omitzero"`

	Targets []TargetStatus `json:"targets,omitempty"`
	// ACMARN is the first target's ARN, for users.
	ACMARN string `json:"acm_arn,omitempty"`

	// Account, Directory and Profile issued Serial; empty if certloop did not issue it.
	Account   string `json:"account,omitempty"`
	Directory string `json:"directory,omitempty"`
	Profile   string `json:"profile,omitempty"`

	Domains           []string  `json:"domains,omitempty"`
	Serial            string    `json:"serial,omitempty"`
	FingerprintSHA256 string    `json:"fingerprint_sha256,omitempty"`
	Issuer            string    `json:"issuer,omitempty"`
	KeyType           KeyType   `json:"key_type,omitempty"`
	NotBefore         time.Time `json:"not_before,omitzero"`
	NotAfter          time.Time `json:"not_after,omitzero"`

	// Policy is the name of the policy that admitted the record. PolicyDigest is the digest of all policies that
	// concern it, as last judged. PolicyCounted is that digest when the record was admitted under max_certificates;
	// empty: it is not admitted. PolicyFullAt is when the policies that allow the record were found full; zero: they
	// were not.
	Policy        string    `json:"policy,omitempty"`
	PolicyDigest  string    `json:"policy_digest,omitempty"`
	PolicyCounted string    `json:"policy_counted,omitempty"`
	PolicyFullAt  time.Time `json:"policy_full_at,omitzero"`

	// Issued bounds the number of certificates that are obtained for the record.
	Issued *IssuedStatus `json:"issued,omitempty"`

	RenewAt       time.Time     `json:"renew_at,omitzero"`
	RenewalSource RenewalSource `json:"renewal_source,omitempty"`
	ARI           *ARIStatus    `json:"ari,omitempty"`

	// Revocations has an entry for each certificate that is installed at a target and satisfies the record, or did.
	Revocations []RevocationStatus `json:"revocation,omitempty"`

	// Rollout is nil if no certificate is being rolled out.
	Rollout *RolloutStatus `json:"rollout,omitempty"`

	// RenewToken is the record's token, as last observed; Force is the token that last forced an issuance.
	RenewToken string `json:"renew_token,omitempty"`
	Force      string `json:"force,omitempty"`

	// DeletionPolicy, Zone and DNS are as last observed, so that a deleted record can still be cleaned up.
	DeletionPolicy DeletionPolicy `json:"deletion_policy,omitempty"`
	Zone           string         `json:"zone,omitempty"`
	DNS            *Role          `json:"dns,omitempty"`
	DeletingSince  time.Time      `json:"deleting_since,omitzero"`

	Failures      int       `json:"failures,omitempty"`
	LastAttemptAt time.Time `json:"last_attempt_at,omitzero"`
	// NextAttemptAt is for operators: when the record is retried, whatever it waits for. No decision depends on it.
	NextAttemptAt time.Time `json:"next_attempt_at,omitzero"`
	// FailureBackoffUntil delays the attempts after counted failures.
	FailureBackoffUntil time.Time `json:"failure_backoff_until,omitzero"`
	// TransientErrors counts consecutive transient errors, which do not count as failures; TransientBackoffUntil delays
	// the attempts after them.
	TransientErrors       int       `json:"transient_errors,omitempty"`
	TransientBackoffUntil time.Time `json:"transient_backoff_until,omitzero"`
	// RetryAfterUntil is the CA's Retry-After. Only an account or directory that differs from RetryAfterFor ends it
	// earlier.
	RetryAfterUntil time.Time `json:"retry_after_until,omitzero"`
	// RetryAfterFor is the account and its directory, separated by a space, to which RetryAfterUntil applies.
	RetryAfterFor string `json:"retry_after_for,omitempty"`
	// FailedDigest is the digest to which the failures belong: another one clears them.
	FailedDigest string `json:"failed_digest,omitempty"`
	LastReason   Reason `json:"last_reason,omitempty"`
	LastError    string `json:"last_error,omitempty"`

	// Rejections counts consecutive certificates that the CA issued for RejectedDigest and that are not what was
	// ordered.
	Rejections     int    `json:"rejections,omitempty"`
	RejectedDigest string `json:"rejected_digest,omitempty"`
	// SharedOrders counts consecutive orders that ended in a certificate for another key.
	SharedOrders int `json:"shared_orders,omitempty"`
	// Attempts holds, for each action and thing, how often it was tried in a row and when last: see plan's pace.
	Attempts map[string]Attempt `json:"attempts,omitempty"`
	// ReportedCauses are the causes of the current failure for which a notice was sent: each once.
	ReportedCauses []string `json:"reported_causes,omitempty"`
	// WaitingSince is when an issuance that is due, or cannot be judged, began to wait; zero: there is none.
	WaitingSince time.Time `json:"waiting_since,omitzero"`
	// ExpirySerial is the certificate whose expiry was reported, and ExpiryNotices how often.
	ExpirySerial  string `json:"expiry_serial,omitempty"`
	ExpiryNotices int    `json:"expiry_notices,omitempty"`

	// CleanupFailures and NextCleanupAt delay the removal of TXT values separately from issuance.
	CleanupFailures int       `json:"cleanup_failures,omitempty"`
	NextCleanupAt   time.Time `json:"next_cleanup_at,omitzero"`

	History []HistoryEntry `json:"history,omitempty"`
	// Outbox holds the notices that are not sent yet; NextDeliveryAt delays their retry.
	Outbox           []OutboxEntry `json:"outbox,omitempty"`
	DeliveryFailures int           `json:"delivery_failures,omitempty"`
	NextDeliveryAt   time.Time     `json:"next_delivery_at,omitzero"`

	// ClaimID and LeaseUntil are who may have an effect in progress, and until when at most.
	ClaimID    string    `json:"claim_id,omitempty"`
	LeaseUntil time.Time `json:"lease_until,omitzero"`

	// QueuedFor is when the message is due that continues the work; zero: there is none.
	QueuedFor time.Time `json:"queued_for,omitzero"`

	// Due and DueAt (epoch seconds) are the keys of the sparse index.
	Due   string `json:"due,omitempty"`
	DueAt int64  `json:"due_at,omitempty"`
}

// Attempt is how often one action was tried in a row.
type Attempt struct {
	Count int       `json:"count"`
	Last  time.Time `json:"last"`
}

// TargetState is how one target compares with the spec.
type TargetState string

// These are the states of a target. Only Lacks justifies an order or an import.
const (
	Satisfies TargetState = "Satisfies"
	Lacks     TargetState = "Lacks"
	Unknown   TargetState = "Unknown"
)

// TargetStatus is one installation as last observed.
type TargetStatus struct {
	// Key is Target.Key.
	Key string `json:"key"`
	Location
	ARN string `json:"arn,omitempty"`
	// Imported is true if our import created the certificate at ARN; Delete removes no other.
	Imported bool   `json:"imported,omitempty"`
	Serial   string `json:"serial,omitempty"`
	// FingerprintSHA256 is that of the certificate with Serial. It is empty in a status written before this field existed.
	FingerprintSHA256 string      `json:"fingerprint_sha256,omitempty"`
	NotAfter          time.Time   `json:"not_after,omitzero"`
	ImportedAt        time.Time   `json:"imported_at,omitzero"`
	State             TargetState `json:"state,omitempty"`
	Reason            Reason      `json:"reason,omitempty"`
	Message           string      `json:"message,omitempty"`
	Failures          int         `json:"failures,omitempty"`
	NextAttemptAt     time.Time   `json:"next_attempt_at,omitzero"`
	// FailedSerial is the held chain to which the failures belong: another one clears them.
	FailedSerial string `json:"failed_serial,omitempty"`
	// BlockedBy is the owner of the record's ARN if Reason is OwnedByAnother: the name of a record of this table, or
	// the whole ownership tag. It is empty in a status written before this field existed.
	BlockedBy string `json:"blocked_by,omitempty"`
	// Claimed is true if the record has the claim on its acm_arn.
	Claimed bool `json:"claimed,omitempty"`
	// TagKeys are the user's tags that certloop set, so that only these are removed.
	TagKeys     []string  `json:"tag_keys,omitempty"`
	TagFailures int       `json:"tag_failures,omitempty"`
	NextTagAt   time.Time `json:"next_tag_at,omitzero"`
	// DroppedSince is when the target left the spec.
	DroppedSince time.Time `json:"dropped_since,omitzero"`
	// RetiredARN is the predecessor of ARN before a change of key type.
	RetiredARN string `json:"retired_arn,omitempty"`
}

// RenewalSource is the source of RenewAt.
type RenewalSource string

// These are the sources of a renewal time.
const (
	SourceARI         RenewalSource = "ARI"
	SourceLifetime    RenewalSource = "Lifetime"
	SourceRenewBefore RenewalSource = "RenewBefore"
)

// ARIStatus is the CA's renewal information (RFC 9773) for Serial.
type ARIStatus struct {
	// CertID is base64url(AKI).base64url(serial), RFC 9773 section 4.1.
	CertID         string    `json:"cert_id,omitempty"`
	WindowStart    time.Time `json:"window_start,omitzero"`
	WindowEnd      time.Time `json:"window_end,omitzero"`
	ExplanationURL string    `json:"explanation_url,omitempty"`
	NextCheckAt    time.Time `json:"next_check_at,omitzero"`
	Failures       int       `json:"failures,omitempty"`
	// EarlyWindow is how windows that end in the first third of the lifetime were handled.
	EarlyWindow EarlyState `json:"early_window,omitempty"`
}

// EarlyState is how windows that end in the first third of the lifetime were handled; empty: one is followed.
type EarlyState string

// These are the early states. Both pass to the successor, until the CA returns a usual window.
const (
	// EarlyHonoured: the certificate replaced one that was renewed by an early window. Another early window is not
	// followed.
	EarlyHonoured EarlyState = "Honoured"
	// EarlyIgnored: there was another early window, and it was reported.
	EarlyIgnored EarlyState = "Ignored"
)

// IssuedStatus describes the certificates that were obtained for a record.
type IssuedStatus struct {
	// At is when the last one was obtained, Digest and Force what it was obtained for.
	At     time.Time `json:"at,omitzero"`
	Digest string    `json:"digest,omitempty"`
	Force  string    `json:"force,omitempty"`
	// SpecChangedAt, RepairedAt and ForcedAt are when the last one was obtained within the minimum interval, by
	// exemption.
	SpecChangedAt time.Time `json:"spec_changed_at,omitzero"`
	RepairedAt    time.Time `json:"repaired_at,omitzero"`
	ForcedAt      time.Time `json:"forced_at,omitzero"`
	// LastForcedAt is when the last one was obtained because of a token, within the minimum interval or not.
	LastForcedAt time.Time `json:"last_forced_at,omitzero"`
	// Rejected counts certificates that were rejected without a pause of the minimum interval between them; RejectedAt
	// is when the last one was.
	Rejected   int       `json:"rejected,omitempty"`
	RejectedAt time.Time `json:"rejected_at,omitzero"`
}

// HistoryEntry is one event of the record; the last 20 are kept.
type HistoryEntry struct {
	Time    time.Time `json:"time"`
	Reason  Reason    `json:"reason"`
	Message string    `json:"message,omitempty"`
}

// DuePartition is the constant partition key of the sparse index.
const DuePartition = "due"

// ControllerStatus is the controller's own status, which belongs to no record.
type ControllerStatus struct {
	Version int64 `json:"version"`
	// ReportedItems are digests of the items of unknown kinds for which a notice was put into the outbox.
	ReportedItems []string `json:"reported_items,omitempty"`
	// Outbox are notices that are not delivered on every channel yet.
	Outbox []OutboxEntry `json:"outbox,omitempty"`
	// Mails are the notices that were mailed by themselves within the last hour.
	Mails []Mail `json:"mails,omitempty"`
	// Withheld are the notices that were not mailed, by type and reason, until one digest is mailed for all of them.
	// WithheldSince is when the first was withheld. WithheldIDs are the first digits of their IDs, which identify a
	// repetition.
	Withheld      []Withheld `json:"withheld,omitempty"`
	WithheldIDs   []string   `json:"withheld_ids,omitempty"`
	WithheldSince time.Time  `json:"withheld_since,omitzero"`
}

// AccountStatus is what the controller writes under an account's name.
type AccountStatus struct {
	Version            int64       `json:"version"`
	Generation         int64       `json:"generation"`
	ObservedGeneration int64       `json:"observed_generation"`
	SpecDigest         string      `json:"spec_digest,omitempty"`
	Conditions         []Condition `json:"conditions,omitempty"`
	// Directory is the resolved URL that URI belongs to.
	Directory string `json:"directory,omitempty"`
	// URI is the account URL (RFC 8555 section 7.3), the kid of every request.
	URI string `json:"uri,omitempty"`
	// Email is the contact that the CA has.
	Email string `json:"email,omitempty"`
	// KeyID is the ID of the account key; KeyCreated is true if the key was observed.
	KeyID      string `json:"key_id,omitempty"`
	KeyCreated bool   `json:"key_created,omitempty"`
	// AccountNotFound is true if the CA answered that it has no account with this key, so one may be registered.
	AccountNotFound bool `json:"account_not_found,omitempty"`

	Failures            int       `json:"failures,omitempty"`
	NextAttemptAt       time.Time `json:"next_attempt_at,omitzero"`
	FailureBackoffUntil time.Time `json:"failure_backoff_until,omitzero"`
	RetryAfterUntil     time.Time `json:"retry_after_until,omitzero"`
	LastError           string    `json:"last_error,omitempty"`
	// Attempts holds, for each action, how often it was tried in a row and when last: see plan's pace.
	Attempts map[string]Attempt `json:"attempts,omitempty"`
	// CAAIdentities are the names of the CA in CAA records, as its directory had them. NextDirectoryReadAt is when it is read
	// again, DirectoryFailures how often that failed in a row.
	CAAIdentities       []string  `json:"caa_identities,omitempty"`
	DirectoryFailures   int       `json:"directory_failures,omitempty"`
	NextDirectoryReadAt time.Time `json:"next_directory_read_at,omitzero"`
	// Shapes describe the certificates that the account obtained, for each profile and key type.
	Shapes []Shape `json:"shapes,omitempty"`
	// WakePending is true if the account became ready and its certificates are not queued yet.
	WakePending bool `json:"wake_pending,omitempty"`
	// Deleted is true if the record was deleted, and its certificates are queued, so that they report that.
	Deleted bool `json:"deleted,omitempty"`

	History []HistoryEntry `json:"history,omitempty"`
	// ReportedCauses are the causes of the current failure for which a notice was sent, each with the generation, once.
	ReportedCauses []string `json:"reported_causes,omitempty"`
	// Outbox holds the notices that are not delivered yet; NextDeliveryAt delays their retry.
	Outbox           []OutboxEntry `json:"outbox,omitempty"`
	DeliveryFailures int           `json:"delivery_failures,omitempty"`
	NextDeliveryAt   time.Time     `json:"next_delivery_at,omitzero"`

	ClaimID    string    `json:"claim_id,omitempty"`
	LeaseUntil time.Time `json:"lease_until,omitzero"`
	Due        string    `json:"due,omitempty"`
	DueAt      int64     `json:"due_at,omitempty"`
}

// IsReady reports whether certificates may be issued from the account.
func (s *AccountStatus) IsReady() bool { return s != nil && IsTrue(s.Conditions, ConditionReady) }
