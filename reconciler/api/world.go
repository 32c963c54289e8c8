package api

import "time"

// Ownership tags of the certificates that certloop imports or adopts.
const (
	// TagOwner is <table ARN>/<record name>.
	TagOwner = "certloop:owner"
	// TagTarget is Target.Key.
	TagTarget = "certloop:target"
	// TagAdopted is "true" on a certificate that was there before us: Delete never removes it.
	TagAdopted = "certloop:adopted"
	// TagRetired is "true" on the predecessor that a change of key type left behind.
	TagRetired = "certloop:retired"
	// TagPlaceholder is "true" on a self-signed stand-in; it goes with the first real certificate.
	TagPlaceholder = "certloop:placeholder"
)

// Installed is a certificate as ACM holds it.
type Installed struct {
	ARN string
	// Type is ACM's: IMPORTED, AMAZON_ISSUED, PRIVATE.
	Type string
	// Facts of the leaf itself.
	Leaf
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
	// Issuer is the issuer's common name, else its whole distinguished name.
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

// Summary is one line of ACM's listing, enough to see that nothing changed.
type Summary struct {
	ARN        string
	NotAfter   time.Time
	ImportedAt time.Time
	// Status is ACM's: ISSUED, EXPIRED, …
	Status string
}

// ImportRequest asks ACM to take a certificate.
type ImportRequest struct {
	// ARN is empty for a first import; then Tags are set with it. A re-import sends no tags.
	ARN string
	// Leaf and Chain are PEM, apart.
	Leaf  string
	Chain string
	// Key is the private key, PKCS#8 PEM.
	Key  Secret
	Tags map[string]string
}

// ACMEAccount is what a request to a CA needs: who signs, where, under which kid.
type ACMEAccount struct {
	Name           string
	Directory      string
	CACertificates string
	// Network bounds the addresses that are connected to; empty: NetworkPublic.
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

// OrderRequest asks a CA for an order.
type OrderRequest struct {
	Domains []string
	Profile string
	// Replaces is the ARI CertID of the predecessor; empty: none. The provider leaves it out where the directory has
	// no renewalInfo, and drops it on alreadyReplaced.
	Replaces string
}

// OrderStatus is RFC 8555 section 7.1.6.
type OrderStatus string

// The states of an order.
const (
	OrderPending    OrderStatus = "pending"
	OrderReady      OrderStatus = "ready"
	OrderProcessing OrderStatus = "processing"
	OrderValid      OrderStatus = "valid"
	OrderInvalid    OrderStatus = "invalid"
)

// Order is an order as the CA shows it.
type Order struct {
	URL            string
	Status         OrderStatus
	Expires        time.Time
	FinalizeURL    string
	CertificateURL string
	// Problem is the CA's own explanation of an invalid order.
	Problem string
	// RetryAfter is the CA's; zero: none.
	RetryAfter time.Duration
	// Authorizations are filled in while the order is pending or invalid, sorted by domain.
	Authorizations []Authorization
}

// Chain is a certificate with its intermediates, as a CA gave it.
type Chain struct {
	// PEM is leaf first.
	PEM string
	// Note is what the history has to say of it: that it is not the preferred chain, and why. Usually empty.
	Note string
}

// Authorization is one name of an order.
type Authorization struct {
	// Domain is the identifier; Wildcard: it stands for *.Domain.
	Domain   string
	Wildcard bool
	// Status is RFC 8555's: pending, valid, invalid, deactivated, expired, revoked.
	Status string
	// ChallengeURL, ChallengeStatus and TXTValue belong to the dns-01 challenge; empty URL: the CA offers none.
	ChallengeURL    string
	ChallengeStatus string
	TXTValue        string
	// Problem is the CA's own explanation of a failed challenge.
	Problem string
}

// RenewalInfo is the CA's answer to an ARI request (RFC 9773 section 4.2), validated: the window's end is after
// its start.
type RenewalInfo struct {
	WindowStart    time.Time
	WindowEnd      time.Time
	ExplanationURL string
	// RetryAfter is clamped to [1 min, 1 day]; 6 h where the CA gives none.
	RetryAfter time.Duration
}

// ChallengeZone says where the TXT record of one domain goes.
type ChallengeZone struct {
	// Domain is the identifier without "*.".
	Domain string `json:"domain"`
	// FQDN is where the value goes after CNAMEs: _acme-challenge.<domain>, or the target it is delegated to. No
	// trailing dot.
	FQDN string `json:"fqdn"`
	// Zone is the hosted zone ID, without /hostedzone/.
	Zone string `json:"zone"`
	// Warning says what may go wrong there, for people; empty: nothing is seen.
	Warning string `json:"warning,omitempty"`
}
