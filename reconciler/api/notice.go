package api

import "time"

// Notice is one message to users and programs. ID is stable, so that a receiver can drop repetitions.
type Notice struct {
	ID   string    `json:"id"`
	Type string    `json:"type"`
	Time time.Time `json:"time"`
	Name string    `json:"name"`
	// Domains are the first of the record's names; MoreDomains is the number of the others.
	Domains     []string `json:"domains,omitempty"`
	MoreDomains int      `json:"more_domains,omitempty"`
	ARN         string   `json:"arn,omitempty"`
	Reason      Reason   `json:"reason"`
	Message     string   `json:"message,omitempty"`
	// NotAfter and NextAttemptAt are set if they are known.
	NotAfter      time.Time `json:"not_after,omitzero"`
	NextAttemptAt time.Time `json:"next_attempt_at,omitzero"`
	// Digest lists the notices that a NoticesDigest replaces.
	Digest []Withheld `json:"digest,omitempty"`
}

// OutboxEntry is a notice that is not delivered on every channel yet.
type OutboxEntry struct {
	Notice
	// DeliveredTo are the channels that have accepted it, by the names that the Notifier uses: it is not sent there
	// again.
	DeliveredTo []string `json:"delivered_to,omitempty"`
	// Attempted is true if it was refused once; it waits for NextDeliveryAt.
	Attempted bool `json:"attempted,omitempty"`
}

// These are the types of notices, which are the detail types of the EventBridge events.
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
	// NoticeRevoked: the CA revoked the installed certificate.
	NoticeRevoked = "CertificateRevoked"
	// NoticeWarning: the installed certificate is valid and stays managed, but something about it needs an operator.
	NoticeWarning = "CertificateWarning"
	// NoticeNotServed: an endpoint that served the record's certificate before does not serve the present one;
	// NoticeServed: all do again.
	NoticeNotServed = "CertificateNotServed"
	NoticeServed    = "CertificateServed"
	// These are notices of an Account.
	NoticeAccountFailed = "AccountFailed"
	NoticeAccountReady  = "AccountReady"
	// NoticeDigest is the mail that replaces those that were not sent one by one.
	NoticeDigest = "NoticesDigest"
)

// CertificateNotices are the types of notices that the outbox of a certificate's status may hold.
var CertificateNotices = []string{
	NoticeIssued, NoticeRenewed, NoticeReady, NoticeNotReady, NoticeFailed, NoticeDeleted, NoticeRetained, NoticeExpiring,
	NoticeWarning, NoticeRevoked, NoticeNotServed, NoticeServed,
}

// IsFailureNotice reports whether a notice of that type reports a failure.
func IsFailureNotice(kind string) bool {
	switch kind {
	case NoticeNotReady, NoticeFailed, NoticeExpiring, NoticeWarning, NoticeRevoked, NoticeNotServed, NoticeAccountFailed, NoticeIgnored:
		return true
	}
	return false
}

// EndsFailure reports whether a notice reports the end of a failure.
func (n Notice) EndsFailure() bool {
	return n.Type == NoticeAccountReady || n.Type == NoticeServed || (n.Type == NoticeReady && n.Reason == ReasonRecovered)
}

// Mail is a notice that was mailed by itself.
type Mail struct {
	ID   string    `json:"id"`
	Time time.Time `json:"time"`
}

// Withheld are notices of one type and reason that a digest replaces. An empty Reason stands for several.
type Withheld struct {
	Type   string `json:"type"`
	Reason Reason `json:"reason,omitempty"`
	Count  int    `json:"count"`
	// Names are the records' names, each once; there may be more.
	Names []string `json:"names,omitempty"`
}

// These are the channels of notices, as outboxes name them.
const (
	ChannelMail   = "SNS"
	ChannelEvents = "EventBridge"
)
