package api

import "time"

// These are the tags of the certificates that certloop imports or adopts.
const (
	// TagOwner is <table ARN>/<record name>.
	TagOwner = "certloop:owner"
	// TagTarget is Target.Key.
	TagTarget = "certloop:target"
	// TagAdopted is "true" on a certificate that existed before: Delete never removes it.
	TagAdopted = "certloop:adopted"
	// TagRetired is "true" on the predecessor before a change of key type.
	TagRetired = "certloop:retired"
	// TagPlaceholder is "true" on a self-signed placeholder; the first real certificate removes it.
	TagPlaceholder = "certloop:placeholder"
)

// Installed is a certificate as ACM holds it.
type Installed struct {
	ARN string
	// Type is ACM's type: IMPORTED, AMAZON_ISSUED, PRIVATE.
	Type string
	// Leaf has the facts of the certificate itself.
	Leaf
	// Chain is PEM: the certificate, then the chain that was imported with it, unless they exceed MaxChain together.
	Chain      string
	ImportedAt time.Time
	// InUseBy are the ARNs of the resources that use it.
	InUseBy []string
	Tags    map[string]string
}

// Leaf is what certloop reads from an end-entity certificate.
type Leaf struct {
	// Domains are the DNS names of the SAN extension, lower-case, in certificate order.
	Domains []string
	// Serial is lower-case hex, without separators or leading zeros ("0" for zero).
	Serial string
	// FingerprintSHA256 is lower-case hex of the DER's digest.
	FingerprintSHA256 string
	// Issuer is the issuer's common name, or its whole distinguished name.
	Issuer     string
	KeyType    KeyType
	NotBefore  time.Time
	NotAfter   time.Time
	SelfSigned bool
	// KeyUsages are ACM's names (DIGITAL_SIGNATURE, KEY_ENCIPHERMENT, …), ExtendedKeyUsages likewise
	// (TLS_WEB_SERVER_AUTHENTICATION, TLS_WEB_CLIENT_AUTHENTICATION, …).
	KeyUsages         []string
	ExtendedKeyUsages []string
	// CertID is the ARI certificate identifier (RFC 9773 section 4.1); empty without an authority key identifier.
	CertID string
}

// Summary is one entry of ACM's listing, enough to detect a change.
type Summary struct {
	ARN        string
	NotAfter   time.Time
	ImportedAt time.Time
	// Status is ACM's status: ISSUED, EXPIRED, …
	Status string
}

// ImportRequest is a request to ACM to import a certificate.
type ImportRequest struct {
	// ARN is empty for a first import, which also sets Tags. A re-import sends no tags.
	ARN string
	// Leaf and Chain are PEM, separate.
	Leaf  string
	Chain string
	// Key is the private key, PKCS#8 PEM.
	Key  Secret
	Tags map[string]string
}

// ACMEAccount is what a request to a CA needs: the key, the directory and the kid.
type ACMEAccount struct {
	Name           string
	Directory      string
	CACertificates string
	// Network bounds the addresses to which it connects; empty: NetworkPublic.
	Network Network
	// URI is empty while the account is not registered.
	URI string
	// Key is PEM.
	Key Secret
}

// EAB is an external account binding credential (RFC 8555 section 7.3.4).
type EAB struct {
	KID string
	// HMACKey is base64url, with or without padding.
	HMACKey Secret
}

// OrderRequest is a request to a CA for an order.
type OrderRequest struct {
	Domains []string
	Profile string
	// Replaces is the ARI CertID of the predecessor, or "". The provider omits it if the directory has no renewalInfo,
	// and drops it on alreadyReplaced.
	Replaces string
}

// OrderStatus is RFC 8555 section 7.1.6.
type OrderStatus string

// These are the states of an order.
const (
	OrderPending    OrderStatus = "pending"
	OrderReady      OrderStatus = "ready"
	OrderProcessing OrderStatus = "processing"
	OrderValid      OrderStatus = "valid"
	OrderInvalid    OrderStatus = "invalid"
)

// Order is an order as the CA returns it.
type Order struct {
	URL            string
	Status         OrderStatus
	Expires        time.Time
	FinalizeURL    string
	CertificateURL string
	// Problem is the CA's explanation of an invalid order.
	Problem string
	// RetryAfter is the CA's Retry-After; zero: none.
	RetryAfter time.Duration
	// Authorizations are set while the order is pending or invalid, sorted by domain.
	Authorizations []Authorization
}

// Chain is a certificate with its intermediates, as a CA returned it.
type Chain struct {
	// PEM is leaf first.
	PEM string
	// Note is a remark for the history, such as why it is not the preferred chain. It is usually empty.
	Note string
}

// Authorization is one name of an order.
type Authorization struct {
	// Domain is the identifier. Wildcard is true if it stands for *.Domain.
	Domain   string
	Wildcard bool
	// Status is RFC 8555's: pending, valid, invalid, deactivated, expired, revoked.
	Status string
	// ChallengeURL, ChallengeStatus and TXTValue belong to the dns-01 challenge. The URL is empty if the CA offers
	// none.
	ChallengeURL    string
	ChallengeStatus string
	TXTValue        string
	// Problem is the CA's explanation of a failed challenge.
	Problem string
}

// RenewalInfo is the CA's answer to an ARI request (RFC 9773 section 4.2), validated: the window's end is after
// its start.
type RenewalInfo struct {
	WindowStart    time.Time
	WindowEnd      time.Time
	ExplanationURL string
	// RetryAfter is clamped to [1 min, 1 day]; it is 6 h if the CA sends none.
	RetryAfter time.Duration
}

// ChallengeZone is where the TXT record of one domain is written.
type ChallengeZone struct {
	// Domain is the identifier without "*.".
	Domain string `json:"domain"`
	// FQDN is the name of the TXT record after CNAMEs: _acme-challenge.<domain>, or the target of its delegation. It
	// has no trailing dot.
	FQDN string `json:"fqdn"`
	// Zone is the hosted zone ID, without /hostedzone/.
	Zone string `json:"zone"`
	// Warning is what may go wrong there, for users; empty: nothing was detected.
	Warning string `json:"warning,omitempty"`
}
