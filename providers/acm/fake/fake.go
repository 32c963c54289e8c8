// Package fake is AWS Certificate Manager over HTTP, as strict as the real one: it refuses what ACM is documented to
// refuse, where emulators accept it.
//
// It serves ACM (AWS JSON 1.1), the tag search of the Resource Groups Tagging API, and the AssumeRole of STS, each
// as far as a controller of imported certificates calls it. Region and account of a request come from its signature's
// credential scope and access key; the signature itself is not checked. What no document says is not enforced: that
// leaf and issuer have the same algorithm, that re-imports count against the yearly quota, and request rates.
//
// Sources of the rules: ACM API Reference (ImportCertificate, DeleteCertificate, ListCertificates), ACM User Guide
// ("Prerequisites for importing", "Certificate and key format", "Reimport a certificate", "Quotas").
package fake

import (
	"time"

	"certloop/providers/internal/awsfake"
)

// DefaultAccount is the account of access keys that Config.Accounts does not name.
const DefaultAccount = awsfake.Account

// Config is what a Service is made of; its zero value is the real ACM without delays.
type Config struct {
	// Now is the clock; nil: time.Now.
	Now func() time.Time
	// Accounts says which account an access key belongs to.
	Accounts map[string]string
	// MaxCertificates is the quota of imported certificates per account and region; 0: 2,500. MaxImportsPerYear is
	// that of first imports within 365 days, deleted ones included; 0: 5,000.
	MaxCertificates   int
	MaxImportsPerYear int
	// PageSize is the most that a listing returns at once, whatever is asked for; 0: as much as is asked for.
	PageSize int
	// TagLag is how long the tag search shows the tags of before; TagLagReads is for how many searches.
	TagLag      time.Duration
	TagLagReads int
	// Assume reports whether a role may be assumed with an external ID ("": none given); nil: every role may be.
	Assume func(roleARN, externalID string) bool
	// Assumed, if set, receives the account of each access key of an assumed role. It must not call the Service.
	Assumed func(accessKey, account string)
	// Fault is asked before each call what shall go wrong with it; nil: nothing. It is called by several requests at
	// once. See also Fail.
	Fault func(Call) *Fault
	// Imported, if set, receives what each import that took effect put under its ARN, in the order of the imports, as a
	// service that uses the certificate does. The Service itself keeps no private key. It must not call the Service.
	Imported func(arn string, m Material)
}

// Material is what a service that uses a certificate of ACM serves, in PEM.
type Material struct{ Leaf, Chain, Key []byte }

// Service is ACM in all regions and accounts. It is safe for concurrent use.
type Service struct {
	*awsfake.Endpoint
	config Config

	inventories map[place]*inventory
	accounts    map[string]string
	log         []Import
	// made counts what needs a unique name: certificates and role sessions.
	made int
}

// place is one ACM.
type place struct{ account, region string }

// Import is one import that took effect.
type Import struct {
	ARN string
	// FingerprintSHA256 of the leaf, lower-case hex.
	FingerprintSHA256 string
	// First reports whether it made the certificate.
	First bool
	Time  time.Time
}

// New makes a Service without certificates.
func New(c Config) *Service {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.MaxCertificates == 0 {
		c.MaxCertificates = 2500
	}
	if c.MaxImportsPerYear == 0 {
		c.MaxImportsPerYear = 5000
	}
	s := &Service{config: c, inventories: map[place]*inventory{}, accounts: map[string]string{}}
	for key, account := range c.Accounts {
		s.accounts[key] = account
	}
	s.Endpoint = awsfake.New(awsfake.Config{
		Targets:    []string{"CertificateManager.", "ResourceGroupsTaggingAPI_20170126."},
		Operations: s.served(), Fault: s.fault,
	})
	return s
}
