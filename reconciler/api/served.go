package api

import (
	"slices"
	"strings"
)

// Endpoint is where a certificate is served.
type Endpoint struct {
	// Host is a DNS name or an IP address.
	Host string `json:"host"`
	// Port is 1 to 65535; 0: that of the protocol.
	Port int `json:"port,omitempty"`
	// SNI is the name that is asked for in the handshake, and that the certificate must have; empty: Host.
	SNI string `json:"sni,omitempty"`
	// Protocol is how TLS begins there; empty: ProtocolTLS.
	Protocol Protocol `json:"protocol,omitempty"`
	// Target is the key of the target whose certificate is served there; empty: it is not known which one, or the record has one
	// target only.
	Target string `json:"target,omitempty"`
	// KeyType is that of the certificate that is looked for; empty: any. An endpoint may have an RSA and an ECDSA
	// certificate for one name, of which each client gets one. If the first that is served has another kind of key, the
	// endpoint is asked once more as by a client that knows this kind only.
	KeyType KeyType `json:"-"`
}

// Protocol is how TLS begins on a connection.
type Protocol string

// These are the protocols.
const (
	// ProtocolTLS begins with the handshake.
	ProtocolTLS Protocol = "tls"
	// ProtocolHTTPS begins with the handshake, which offers HTTP/2 and HTTP/1.1 as browsers do.
	ProtocolHTTPS Protocol = "https"
	// ProtocolSMTP and ProtocolIMAP begin with STARTTLS (RFC 3207, RFC 9051).
	ProtocolSMTP Protocol = "smtp"
	ProtocolIMAP Protocol = "imap"
	// ProtocolPostgres begins with PostgreSQL's SSLRequest.
	ProtocolPostgres Protocol = "postgres"
)

// Protocols are the protocols that an endpoint may have.
var Protocols = []Protocol{ProtocolTLS, ProtocolHTTPS, ProtocolSMTP, ProtocolIMAP, ProtocolPostgres}

// IsKnownProtocol reports whether certloop can ask an endpoint of that protocol; an empty one is ProtocolTLS.
func IsKnownProtocol(p Protocol) bool { return p == "" || slices.Contains(Protocols, p) }

// DefaultPort returns the port of a protocol. That of SMTP is message submission, because AWS Lambda does not allow
// connections to port 25.
func (p Protocol) DefaultPort() int {
	switch p {
	case ProtocolSMTP:
		return 587
	case ProtocolIMAP:
		return 143
	case ProtocolPostgres:
		return 5432
	case ProtocolTLS, ProtocolHTTPS:
	}
	return 443
}

// WithDefaults returns e with every field set.
func (e Endpoint) WithDefaults() Endpoint {
	if e.Protocol == "" {
		e.Protocol = ProtocolTLS
	}
	if e.Port == 0 {
		e.Port = e.Protocol.DefaultPort()
	}
	if e.SNI == "" {
		e.SNI = e.Host
	}
	return e
}

// IsSameKind reports whether two key types are of one algorithm, RSA or ECDSA, whatever their sizes.
func (k KeyType) IsSameKind(other KeyType) bool { return k.algorithm() == other.algorithm() }

// algorithm is the part of a key type before its size or curve.
func (k KeyType) algorithm() string {
	algorithm, _, _ := strings.Cut(string(k), "_")
	return algorithm
}

// Family is an IP address family.
type Family string

// These are the address families.
const (
	IPv4 Family = "IPv4"
	IPv6 Family = "IPv6"
)

// SightingState is what became of one attempt to see the certificate of an endpoint.
type SightingState string

// These are the states of a sighting. Only the first two are facts about the endpoint.
const (
	// SightingAnswered: the endpoint proved that it has the certificate in Leaf.
	SightingAnswered SightingState = "Answered"
	// SightingUnreachable: clients get no certificate there. The host does not resolve, the connection is refused, reset
	// or not answered in time, or no TLS handshake takes place.
	SightingUnreachable SightingState = "Unreachable"
	// SightingPrivate: the address is not public, and was not asked.
	SightingPrivate SightingState = "Private"
	// SightingNoRoute: the controller has no route to addresses of this family.
	SightingNoRoute SightingState = "NoRoute"
	// SightingUnknown: the controller could not ask. Its time ended, the DNS did not answer, or a resource was exhausted.
	SightingUnknown SightingState = "Unknown"
)

// IsFact reports whether a sighting in that state states something about the endpoint, and not only about the controller.
func (s SightingState) IsFact() bool { return s == SightingAnswered || s == SightingUnreachable }

// MaxAddresses is how many addresses of one family are asked at one endpoint. CloudFront has eight IPv6 addresses.
const MaxAddresses = 8

const (
	// MaxEndpoints is how many endpoints a record may add to those of its names, and how many names it may give for its
	// wildcards.
	MaxEndpoints = 20
	// MaxFrontendEndpoints is how many endpoints the AWS resources that use a certificate have together.
	MaxFrontendEndpoints = 60
	// maxServed is the most entries of a ServedStatus: one for each endpoint and address family.
	maxServed = 2 * (MaxDomains + 2*MaxEndpoints + MaxFrontendEndpoints)
)

// Sighting is what one address of an endpoint served at one time.
type Sighting struct {
	// Family is empty if the host does not resolve, or could not be resolved.
	Family Family
	// Address is the IP address; empty without an address.
	Address string
	State   SightingState
	// Leaf has the facts of the certificate, if State is SightingAnswered. KeyType and CertID may be empty, because it may
	// be a certificate that certloop does not issue. Serial is empty if it is too long to be one.
	Leaf Leaf
	// Trusted reports whether clients accept the certificate for the endpoint's SNI at this time: what was served alone
	// leads to a trusted root, without fetching an intermediate, and nothing in it is expired.
	Trusted bool
	// Message is why not: why there is no Leaf, or why it is not trusted. It is what Message returns; empty if Trusted.
	Message string
}
