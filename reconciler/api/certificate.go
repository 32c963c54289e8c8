package api

import "time"

// Certificate is a decoded record: what users declare. Domains are lower-case A-labels.
type Certificate struct {
	Name string
	// Domains are in the order given (a set: sorted); 1 to 100, no duplicates.
	Domains []string
	// Account is the name of the Account record that issues it.
	Account string
	// Zone is a Route 53 hosted zone ID without /hostedzone/; empty: the longest delegated public zone that matches.
	Zone string
	// DNS is the role for a zone in another AWS account.
	DNS Role
	// Targets has at least one entry; keys are unique.
	Targets []Target
	// KeyType is empty if the record does not set it: then it is the adopted certificate's, or RSA_2048.
	KeyType KeyType
	// RenewBefore is a fixed lead time; zero: by ARI, or by the lifetime.
	RenewBefore    time.Duration
	Profile        string
	PreferredChain string
	DeletionPolicy DeletionPolicy
	Suspend        bool
	RenewToken     string
	Tags           map[string]string
	// Probe is what is probed of the certificate.
	Probe Probe
	// Rollout is nil if a new certificate goes to all targets at once.
	Rollout *Rollout
}

// Probe is how the endpoints of a certificate are probed.
type Probe struct {
	// Endpoints are probed besides the names of the certificate.
	Endpoints []Endpoint
	// NamesForWildcards are names that the wildcards of the certificate cover, which are probed for them.
	NamesForWildcards []string
	// Interval is the time between two probes; zero: an hour.
	Interval time.Duration
	// Off switches probes off.
	Off bool
}

// Role is an IAM role to assume; the zero value is the function's own role.
type Role struct {
	RoleARN    string `json:"role_arn,omitempty"`
	ExternalID string `json:"external_id,omitempty"`
}

// Location is one ACM: a region, used with a role.
type Location struct {
	Region string `json:"region"`
	Role
}

// Target is one installation of the certificate.
type Target struct {
	Location
	// ACMARN is set if the record adopts an existing certificate.
	ACMARN string `json:"acm_arn,omitempty"`
}

// Key identifies a target among those of its record and is the value of the certloop:target tag: its acm_arn, or its
// region, or region/role.
func (t Target) Key() string {
	switch {
	case t.ACMARN != "":
		return t.ACMARN
	case t.RoleARN != "":
		return t.Region + "/" + t.RoleARN
	}
	return t.Region
}

// KeyType is a key algorithm in ACM's notation.
type KeyType string

// These are the key types that certloop issues.
const (
	RSA2048 KeyType = "RSA_2048"
	RSA3072 KeyType = "RSA_3072"
	RSA4096 KeyType = "RSA_4096"
	EC256   KeyType = "EC_prime256v1"
	EC384   KeyType = "EC_secp384r1"
)

// KeyTypes are the key types a record may ask for.
var KeyTypes = []KeyType{RSA2048, RSA3072, RSA4096, EC256, EC384}

// DefaultKeyType is accepted by every AWS service that uses certificates from ACM.
const DefaultKeyType = RSA2048

// DeletionPolicy decides whether the ACM certificate is deleted with its record.
type DeletionPolicy string

// These are the deletion policies.
const (
	Retain DeletionPolicy = "Retain"
	Delete DeletionPolicy = "Delete"
)

// CommonName returns the first domain of at most 64 bytes (RFC 5280 ub-common-name), or "".
func (c *Certificate) CommonName() string {
	for _, d := range c.Domains {
		if len(d) <= 64 {
			return d
		}
	}
	return ""
}

// Account is a decoded Account record.
type Account struct {
	Name string
	// Directory is the directory's URL, with aliases resolved.
	Directory    string
	Email        string
	EABSecretARN string
	KeyType      KeyType
	// CACertificates is PEM that is trusted for the directory's own TLS; empty: the system's certificates.
	CACertificates string
	// Network bounds the addresses that the directory may have.
	Network        Network
	Profile        string
	PreferredChain string
	// Limits are the CA's: those that it publishes, changed by the record.
	Limits CALimits
}

// Network is where the servers of a CA may be. The zero value is NetworkPublic.
type Network string

// These are the networks.
const (
	// NetworkPublic is the public internet only.
	NetworkPublic Network = "public"
	// NetworkPrivate is the public internet, private address ranges and the loopback interface; never link-local or
	// metadata addresses.
	NetworkPrivate Network = "private"
)

// Networks are the networks that an Account record may set.
var Networks = []Network{NetworkPublic, NetworkPrivate}

// DefaultAccount is the account of a certificate that sets none.
const DefaultAccount = "default"

// DirectoryAliases are the short names of well-known ACME directories.
var DirectoryAliases = map[string]string{
	"letsencrypt":         "https://acme-v02.api.letsencrypt.org/directory",
	"letsencrypt-staging": "https://acme-staging-v02.api.letsencrypt.org/directory",
	"jprs":                "https://acme.amecert.jprs.jp/DV/getDirectory",
	"google":              "https://dv.acme-v02.api.pki.goog/directory",
	"zerossl":             "https://acme.zerossl.com/v2/DV90",
	"digicert-jp":         "https://one.digicert.co.jp/mpki/api/v1/acme/v2/directory",
	"sectigo-dv":          "https://acme.sectigo.com/v2/DV",
	"sslcom-rsa":          "https://acme.ssl.com/sslcom-dv-rsa",
	"sslcom-ecc":          "https://acme.ssl.com/sslcom-dv-ecc",
}
