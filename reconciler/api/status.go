package api

import "time"

// CertificateStatus is what the controller writes under a certificate's name. It can be thrown away: ARNs are
// found again by ownership tag, facts by reading ACM, the order in flight by its Issuance item.
type CertificateStatus struct {
	// Version rises by one with every write: the optimistic lock.
	Version int64 `json:"version"`
	// Generation rises with any change of the spec; ObservedGeneration is the one the conditions speak of.
	Generation         int64  `json:"generation"`
	ObservedGeneration int64  `json:"observed_generation"`
	SpecDigest         string `json:"spec_digest,omitempty"`
	// IssuanceDigest is the digest for which the installed certificate was issued or accepted.
	IssuanceDigest string `json:"issuance_digest,omitempty"`
	// Outdated: the record asks for another certificate than the one with IssuanceDigest.
	Outdated bool `json:"outdated,omitempty"`
	// IssuanceForce is the force token that went into it.
	IssuanceForce string      `json:"issuance_force,omitempty"`
	Conditions    []Condition `json:"conditions,omitempty"`
	// LastKnownReady is what Ready was when it was last known, while it is Unknown: so that people are told what came of it
	// meanwhile, and nothing else.
	LastKnownReady ConditionStatus `json:"last_known_ready,omitempty"`
	// NotReadySince is when Ready ceased to be True, or the record was first seen without it; zero: it is True.
	NotReadySince time.Time `json:"not_ready_since,omitzero"`

	Targets []TargetStatus `json:"targets,omitempty"`
	// ACMARN is the first target's, for people.
	ACMARN string `json:"acm_arn,omitempty"`

	// Account, Directory and Profile issued Serial; empty where it was not us.
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

	// Policy is the name of the policy that admitted the record, PolicyDigest the digest of all policies that concern it, as
	// last judged. PolicyCounted is that digest when the record had its place in max_certificates; empty: it has none.
	// PolicyFullAt is when the policies that allow the record were found full; zero: they were not.
	Policy        string    `json:"policy,omitempty"`
	PolicyDigest  string    `json:"policy_digest,omitempty"`
	PolicyCounted string    `json:"policy_counted,omitempty"`
	PolicyFullAt  time.Time `json:"policy_full_at,omitzero"`

	// Issued is what bounds the number of certificates that are obtained for the record.
	Issued *IssuedStatus `json:"issued,omitempty"`

	RenewAt       time.Time     `json:"renew_at,omitzero"`
	RenewalSource RenewalSource `json:"renewal_source,omitempty"`
	ARI           *ARIStatus    `json:"ari,omitempty"`

	// RenewToken is the record's, as last seen; Force is the token that last forced an issuance.
	RenewToken string `json:"renew_token,omitempty"`
	Force      string `json:"force,omitempty"`

	// DeletionPolicy, Zone and DNS as last seen, so that a deleted record can still be cleaned up.
	DeletionPolicy DeletionPolicy `json:"deletion_policy,omitempty"`
	Zone           string         `json:"zone,omitempty"`
	DNS            *Role          `json:"dns,omitempty"`
	DeletingSince  time.Time      `json:"deleting_since,omitzero"`

	Failures      int       `json:"failures,omitempty"`
	LastAttemptAt time.Time `json:"last_attempt_at,omitzero"`
	// NextAttemptAt is for operators: when what waits is tried again, whatever it waits for. No decision depends on it.
	NextAttemptAt time.Time `json:"next_attempt_at,omitzero"`
	// FailureBackoffUntil paces the attempts after counted failures.
	FailureBackoffUntil time.Time `json:"failure_backoff_until,omitzero"`
	// TransientErrors counts transient errors in a row, which do not count as failures; TransientBackoffUntil paces them.
	TransientErrors       int       `json:"transient_errors,omitempty"`
	TransientBackoffUntil time.Time `json:"transient_backoff_until,omitzero"`
	// RetryAfterUntil is until when the CA asked to be left alone. Only another account or directory than RetryAfterFor
	// ends it earlier.
	RetryAfterUntil time.Time `json:"retry_after_until,omitzero"`
	// RetryAfterFor is the account and its directory, separated by a space, that RetryAfterUntil applies to.
	RetryAfterFor string `json:"retry_after_for,omitempty"`
	// FailedDigest is the digest the failures belong to: another one clears them.
	FailedDigest string `json:"failed_digest,omitempty"`
	LastReason   Reason `json:"last_reason,omitempty"`
	LastError    string `json:"last_error,omitempty"`

	// Rejections counts certificates in a row that the CA made for RejectedDigest and that are not what was ordered.
	Rejections     int    `json:"rejections,omitempty"`
	RejectedDigest string `json:"rejected_digest,omitempty"`
	// SharedOrders counts orders in a row that ended in a certificate for another key.
	SharedOrders int `json:"shared_orders,omitempty"`
	// Attempts holds, per action and thing, how often it was tried in a row and when last: see plan's pace.
	Attempts map[string]Attempt `json:"attempts,omitempty"`
	// ReportedCauses are the causes of the trouble under way that a notice was sent of: each once.
	ReportedCauses []string `json:"reported_causes,omitempty"`
	// WaitingSince is when an issuance that is due, or cannot be judged, began to wait; zero: none does.
	WaitingSince time.Time `json:"waiting_since,omitzero"`
	// ExpirySerial is the certificate whose coming end was reported, and ExpiryNotices how often.
	ExpirySerial  string `json:"expiry_serial,omitempty"`
	ExpiryNotices int    `json:"expiry_notices,omitempty"`

	// CleanupFailures and NextCleanupAt pace the removal of TXT values apart from issuance.
	CleanupFailures int       `json:"cleanup_failures,omitempty"`
	NextCleanupAt   time.Time `json:"next_cleanup_at,omitzero"`

	History []HistoryEntry `json:"history,omitempty"`
	// Outbox holds the notices that are not sent yet; NextDeliveryAt paces them.
	Outbox           []OutboxEntry `json:"outbox,omitempty"`
	DeliveryFailures int           `json:"delivery_failures,omitempty"`
	NextDeliveryAt   time.Time     `json:"next_delivery_at,omitzero"`

	// ClaimID and LeaseUntil: who may have an effect under way, and until when at the latest.
	ClaimID    string    `json:"claim_id,omitempty"`
	LeaseUntil time.Time `json:"lease_until,omitzero"`

	// QueuedFor is when the message that carries the work on is due; zero: there is none.
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

// The states of a target. Only Lacks justifies an order or an import.
const (
	Satisfies TargetState = "Satisfies"
	Lacks     TargetState = "Lacks"
	Unknown   TargetState = "Unknown"
)

// TargetStatus is one installation as last seen.
type TargetStatus struct {
	// Key is Target.Key.
	Key string `json:"key"`
	Location
	ARN string `json:"arn,omitempty"`
	// Imported: the certificate at ARN came into being by our import; Delete removes no other.
	Imported      bool        `json:"imported,omitempty"`
	Serial        string      `json:"serial,omitempty"`
	NotAfter      time.Time   `json:"not_after,omitzero"`
	ImportedAt    time.Time   `json:"imported_at,omitzero"`
	State         TargetState `json:"state,omitempty"`
	Reason        Reason      `json:"reason,omitempty"`
	Message       string      `json:"message,omitempty"`
	Failures      int         `json:"failures,omitempty"`
	NextAttemptAt time.Time   `json:"next_attempt_at,omitzero"`
	// FailedSerial is the held chain that the failures belong to: another one clears them.
	FailedSerial string `json:"failed_serial,omitempty"`
	// BlockedBy is who keeps the ARN that the record names, where Reason is OwnedByAnother: the name of a record of this
	// table, else the whole ownership tag. Empty in a status written before there was this field.
	BlockedBy string `json:"blocked_by,omitempty"`
	// Claimed: the Claim item of the ARN that the record names is ours.
	Claimed bool `json:"claimed,omitempty"`
	// TagKeys are the people's tags that we set, so that ours are removed with them and nobody else's.
	TagKeys     []string  `json:"tag_keys,omitempty"`
	TagFailures int       `json:"tag_failures,omitempty"`
	NextTagAt   time.Time `json:"next_tag_at,omitzero"`
	// DroppedSince is when the target left the spec.
	DroppedSince time.Time `json:"dropped_since,omitzero"`
	// RetiredARN is the predecessor of ARN that a change of key type left behind.
	RetiredARN string `json:"retired_arn,omitempty"`
}

// RenewalSource says what fixed RenewAt.
type RenewalSource string

// The sources of a renewal time.
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
	// EarlyWindow says what became of windows that end in the first third of the lifetime.
	EarlyWindow EarlyState `json:"early_window,omitempty"`
}

// EarlyState is what became of windows that end in the first third of the lifetime; empty: one is followed.
type EarlyState string

// The early states. Both pass to the successor, until the CA shows a usual window.
const (
	// EarlyHonoured: the certificate took the place of one that was renewed by an early window. Another is not followed.
	EarlyHonoured EarlyState = "Honoured"
	// EarlyIgnored: there was another, and it was reported.
	EarlyIgnored EarlyState = "Ignored"
)

// IssuedStatus is what is on record of the certificates that were obtained for a record.
type IssuedStatus struct {
	// At is when the last one was obtained, Digest and Force what it was made for.
	At     time.Time `json:"at,omitzero"`
	Digest string    `json:"digest,omitempty"`
	Force  string    `json:"force,omitempty"`
	// SpecChangedAt, RepairedAt and ForcedAt are when the last one was obtained within the minimum interval, by which
	// exemption.
	SpecChangedAt time.Time `json:"spec_changed_at,omitzero"`
	RepairedAt    time.Time `json:"repaired_at,omitzero"`
	ForcedAt      time.Time `json:"forced_at,omitzero"`
	// LastForcedAt is when the last one was obtained because of a token, within the minimum interval or not.
	LastForcedAt time.Time `json:"last_forced_at,omitzero"`
	// Rejected counts certificates that were rejected without a pause of the minimum interval between them, RejectedAt is
	// when the last one was.
	Rejected   int       `json:"rejected,omitempty"`
	RejectedAt time.Time `json:"rejected_at,omitzero"`
}

// HistoryEntry is one line of what happened; the last 20 are kept.
type HistoryEntry struct {
	Time    time.Time `json:"time"`
	Reason  Reason    `json:"reason"`
	Message string    `json:"message,omitempty"`
}

// Notice is one thing people are told. ID is stable, so that a receiver can drop repetitions.
type Notice struct {
	ID   string    `json:"id"`
	Type string    `json:"type"`
	Time time.Time `json:"time"`
	Name string    `json:"name"`
	// Domains are the first of the record's names; MoreDomains is how many there are besides.
	Domains     []string `json:"domains,omitempty"`
	MoreDomains int      `json:"more_domains,omitempty"`
	ARN         string   `json:"arn,omitempty"`
	Reason      Reason   `json:"reason"`
	Message     string   `json:"message,omitempty"`
	// NotAfter and NextAttemptAt where they are known.
	NotAfter      time.Time `json:"not_after,omitzero"`
	NextAttemptAt time.Time `json:"next_attempt_at,omitzero"`
	// Digest has what a NoticesDigest stands for.
	Digest []Withheld `json:"digest,omitempty"`
}

// OutboxEntry is a notice that is not told everywhere yet.
type OutboxEntry struct {
	Notice
	// DeliveredTo are the channels that have taken it, by the names that the Notifier gives them: it is not told there again.
	DeliveredTo []string `json:"delivered_to,omitempty"`
	// Attempted: it was refused once, and waits for NextDeliveryAt.
	Attempted bool `json:"attempted,omitempty"`
}

// The types of notices, which are the detail types of the EventBridge events.
const (
	NoticeIssued   = "CertificateIssued"
	NoticeRenewed  = "CertificateRenewed"
	NoticeReady    = "CertificateReady"
	NoticeNotReady = "CertificateNotReady"
	NoticeFailed   = "CertificateIssuanceFailed"
	NoticeDeleted  = "CertificateDeleted"
	NoticeRetained = "CertificateRetained"
	NoticeIgnored  = "RecordIgnored"
	NoticeExpiring = "CertificateExpiring"
	// NoticeWarning: the certificate in place is valid and is kept so, and something about it needs an operator all the same.
	NoticeWarning = "CertificateWarning"
	// Of an Account.
	NoticeAccountFailed = "AccountFailed"
	NoticeAccountReady  = "AccountReady"
	// NoticeDigest is the mail that stands for those that were not sent one by one.
	NoticeDigest = "NoticesDigest"
)

// CertificateNotices are the types of notices that the outbox of a certificate's status may hold.
var CertificateNotices = []string{
	NoticeIssued, NoticeRenewed, NoticeReady, NoticeNotReady, NoticeFailed, NoticeDeleted, NoticeRetained, NoticeExpiring,
	NoticeWarning,
}

// IsFailureNotice reports whether a notice of that type is bad news.
func IsFailureNotice(kind string) bool {
	switch kind {
	case NoticeNotReady, NoticeFailed, NoticeExpiring, NoticeWarning, NoticeAccountFailed, NoticeIgnored:
		return true
	}
	return false
}

// EndsFailure reports whether a notice tells the end of a failure.
func (n Notice) EndsFailure() bool {
	return n.Type == NoticeAccountReady || (n.Type == NoticeReady && n.Reason == ReasonRecovered)
}

// DuePartition is the constant partition key of the sparse index.
const DuePartition = "due"

// ControllerStatus is what the controller remembers that belongs to no record.
type ControllerStatus struct {
	Version int64 `json:"version"`
	// ReportedItems are digests of the items of unknown kind for which a notice was put into the outbox.
	ReportedItems []string `json:"reported_items,omitempty"`
	// Outbox are notices that are not delivered on every channel yet.
	Outbox []OutboxEntry `json:"outbox,omitempty"`
	// Mails are the notices that were mailed by themselves within the last hour.
	Mails []Mail `json:"mails,omitempty"`
	// Withheld are those that were not, by type and reason, until one digest is mailed for all of them. WithheldSince is
	// when the first was; WithheldIDs are the first digits of their IDs, by which a repetition is known.
	Withheld      []Withheld `json:"withheld,omitempty"`
	WithheldIDs   []string   `json:"withheld_ids,omitempty"`
	WithheldSince time.Time  `json:"withheld_since,omitzero"`
}

// Mail is a notice that was mailed by itself.
type Mail struct {
	ID   string    `json:"id"`
	Time time.Time `json:"time"`
}

// Withheld are notices of one type and reason that a digest stands for. An empty Reason stands for several.
type Withheld struct {
	Type   string `json:"type"`
	Reason Reason `json:"reason,omitempty"`
	Count  int    `json:"count"`
	// Names are the records', each once; there may be more.
	Names []string `json:"names,omitempty"`
}

// The channels of notices, as outboxes name them.
const (
	ChannelMail   = "SNS"
	ChannelEvents = "EventBridge"
)

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
	// Email is the contact the CA knows.
	Email string `json:"email,omitempty"`
	// KeyID is where the account key lies; KeyCreated says that it has been seen there.
	KeyID      string `json:"key_id,omitempty"`
	KeyCreated bool   `json:"key_created,omitempty"`
	// AccountNotFound: the CA was asked and knows no account under this key, so one may be registered.
	AccountNotFound bool `json:"account_not_found,omitempty"`

	Failures            int       `json:"failures,omitempty"`
	NextAttemptAt       time.Time `json:"next_attempt_at,omitzero"`
	FailureBackoffUntil time.Time `json:"failure_backoff_until,omitzero"`
	RetryAfterUntil     time.Time `json:"retry_after_until,omitzero"`
	LastError           string    `json:"last_error,omitempty"`
	// Attempts holds, per action, how often it was tried in a row and when last: see plan's pace.
	Attempts map[string]Attempt `json:"attempts,omitempty"`
	// WakePending: the account became ready and its certificates are not queued yet.
	WakePending bool `json:"wake_pending,omitempty"`
	// Deleted: the record was deleted, and its certificates are queued, so that they report that.
	Deleted bool `json:"deleted,omitempty"`

	History []HistoryEntry `json:"history,omitempty"`
	// ReportedCauses are the causes of the trouble under way that a notice was sent of, each with the generation: once.
	ReportedCauses []string `json:"reported_causes,omitempty"`
	// Outbox holds the notices that are not delivered yet; NextDeliveryAt paces them.
	Outbox           []OutboxEntry `json:"outbox,omitempty"`
	DeliveryFailures int           `json:"delivery_failures,omitempty"`
	NextDeliveryAt   time.Time     `json:"next_delivery_at,omitzero"`

	ClaimID    string    `json:"claim_id,omitempty"`
	LeaseUntil time.Time `json:"lease_until,omitzero"`
	Due        string    `json:"due,omitempty"`
	DueAt      int64     `json:"due_at,omitempty"`
}

// IsReady says that certificates may be issued from the account.
func (s *AccountStatus) IsReady() bool { return s != nil && IsTrue(s.Conditions, ConditionReady) }
