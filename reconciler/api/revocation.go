package api

import "time"

// RevocationState is what a CA's answer says about a certificate.
type RevocationState string

// These are the states. Only RevocationRevoked has an effect.
const (
	// RevocationGood: the CA states, by its signature, that the certificate is not revoked.
	RevocationGood RevocationState = "Good"
	// RevocationRevoked: the CA states, by its signature, that the certificate is revoked for good.
	RevocationRevoked RevocationState = "Revoked"
	// RevocationUnknown: there is no valid answer, or the answer is neither of the two.
	RevocationUnknown RevocationState = "Unknown"
)

// RevocationQuery is a question about one certificate.
type RevocationQuery struct {
	// Chain is PEM, leaf first. The leaf's issuer must be in it.
	Chain string
	// Network bounds the addresses to which the request connects; empty: NetworkPublic.
	Network Network
	// CACertificates is PEM and trusted for https besides the system's roots; it may be empty.
	CACertificates string
}

// Revocation is the answer about one certificate.
type Revocation struct {
	State RevocationState
	// RevokedAt and Reason are set if the state is RevocationRevoked. Reason is a name of RFC 5280 section 5.3.1.
	RevokedAt time.Time
	Reason    string
	// Message is why the state is RevocationUnknown. It is the same from run to run.
	Message string
}

// RevocationStatus is what is known of the revocation of one installed certificate.
type RevocationStatus struct {
	Serial            string `json:"serial"`
	FingerprintSHA256 string `json:"fingerprint_sha256"`
	// State is that of the last answer; empty: the CA was not asked yet. A certificate that is RevocationRevoked stays so.
	State RevocationState `json:"state,omitempty"`
	// Message is why the state is RevocationUnknown.
	Message string `json:"message,omitempty"`
	// CheckedAt is when the CA was last asked, NextCheckAt when it is to be asked again. Failures counts consecutive
	// answers of RevocationUnknown.
	CheckedAt   time.Time `json:"checked_at,omitzero"`
	NextCheckAt time.Time `json:"next_check_at,omitzero"`
	Failures    int       `json:"failures,omitempty"`
	// RevokedAt and RevocationReason are the CA's, if the state is RevocationRevoked. Reported is true if there was a
	// notice of it.
	RevokedAt        time.Time `json:"revoked_at,omitzero"`
	RevocationReason string    `json:"revocation_reason,omitempty"`
	Reported         bool      `json:"reported,omitempty"`
}

// RevocationReasons are the names of the reason codes of RFC 5280 section 5.3.1, by code; code 7 is not used.
var RevocationReasons = []string{
	"unspecified", "keyCompromise", "cACompromise", "affiliationChanged", "superseded", "cessationOfOperation", "certificateHold",
	"", "removeFromCRL", "privilegeWithdrawn", "aACompromise",
}

// RevocationReason returns the name of a reason code, "unspecified" for a code that RFC 5280 does not define.
func RevocationReason(code int) string {
	if code < 0 || code >= len(RevocationReasons) || RevocationReasons[code] == "" {
		return RevocationReasons[0]
	}
	return RevocationReasons[code]
}
