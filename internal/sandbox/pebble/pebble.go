// Package pebble is the certificate authority of the tests and the sandbox: Pebble, Let's Encrypt's own test CA, in
// this process, behind a front that counts, keeps EAB credentials single-use and lets tests put faults before it.
//
// Pebble keeps everything in memory and never ends one goroutine, which waits for validations, when it is closed.
package pebble

import (
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/letsencrypt/pebble/v2/ca"
	"github.com/letsencrypt/pebble/v2/db"
	"github.com/letsencrypt/pebble/v2/va"
	"github.com/letsencrypt/pebble/v2/wfe"
)

// Options say what CA to start. The zero value is a CA without EAB that cannot validate anything.
type Options struct {
	// DNSServer (host:port, TCP) is asked for the TXT records; empty: every validation fails.
	DNSServer string
	// AlwaysValid makes every validation succeed without a look at DNS.
	AlwaysValid bool
	// EAB are the credentials that the CA knows, key ID → HMAC key in base64url without padding. RequireEAB refuses
	// registrations without one; SingleUseEAB refuses one that has made an account.
	EAB          map[string]string
	RequireEAB   bool
	SingleUseEAB bool
	// Profiles by name; none: "default", 90 days, with a common name. Pebble takes any of them where an order names
	// none.
	Profiles map[string]Profile
	// RejectNonces is how many of a hundred good nonces are called bad.
	RejectNonces int
	// ReuseAuthorizations is how many of a hundred valid authorizations serve a second order; Pebble makes one of 0.
	ReuseAuthorizations int
	// SlowValidation lets Pebble sleep up to five seconds before each validation, as it does by default.
	SlowValidation bool
	// KeyAlgorithm of the CA itself, "rsa" or "ecdsa"; empty: "ecdsa".
	KeyAlgorithm string
	// AlternateRoots is how many chains there are besides the default one.
	AlternateRoots int
	// RetryAfter (whole seconds) is sent with what is being processed; Pebble tosses a coin for its form.
	RetryAfter time.Duration
	// Blocked are domains, with all below them, for which the CA does not issue.
	Blocked []string
	// Intercept, where set, stands before the whole CA; tests put their faults there.
	Intercept func(next http.Handler) http.Handler
	// Log takes what Pebble logs; nil: nobody does.
	Log io.Writer
}

// Profile is a kind of certificate that the CA issues.
type Profile struct {
	Description string
	// Validity is in whole seconds; zero: 90 days.
	Validity time.Duration
	// CommonName repeats the first name as the subject's common name.
	CommonName bool
}

// CA is a running CA. It is safe for concurrent use.
type CA struct {
	// DirectoryURL is where ACME begins.
	DirectoryURL string
	// RootsPEM is what a client must trust for the directory's own TLS. It is not what the CA signs with.
	RootsPEM string

	ca    *ca.CAImpl
	db    *db.MemoryStore
	front *front
	serve *server
}

// Start starts a CA on a free loopback port.
func Start(o Options) (*CA, error) {
	if o.Log == nil {
		o.Log = io.Discard
	}
	logger := log.New(o.Log, "pebble ", log.LstdFlags)
	c := &CA{db: db.NewMemoryStore()}
	handler, err := c.build(o, logger)
	if err != nil {
		return nil, fmt.Errorf("start Pebble: %w", err)
	}
	c.front = newFront(handler, c.db, o)
	if c.serve, err = listen(c.front.handler(o.Intercept), logger); err != nil {
		return nil, fmt.Errorf("start Pebble: %w", err)
	}
	c.DirectoryURL, c.RootsPEM = c.serve.url+wfe.DirectoryPath, c.serve.roots
	return c, nil
}

// ForTest starts a CA for one test and its subtests.
func ForTest(t testing.TB, o Options) *CA {
	t.Helper()
	c, err := Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// Close ends the server and every connection to it.
func (c *CA) Close() { c.serve.close() }

// building: Pebble reads its settings from the environment of the process, so one CA is made at a time.
var building sync.Mutex

func (c *CA) build(o Options, logger *log.Logger) (http.Handler, error) {
	building.Lock()
	defer building.Unlock()
	restore, err := setEnvironment(o.environment())
	if err != nil {
		return nil, err
	}
	defer restore()
	for id, key := range o.EAB {
		if err := c.db.AddExternalAccountKeyByID(id, key); err != nil {
			return nil, fmt.Errorf("EAB credential %s: %w", id, err)
		}
	}
	for _, domain := range o.Blocked {
		if err := c.db.AddBlockedDomain(domain); err != nil {
			return nil, err
		}
	}
	c.ca = ca.New(logger, c.db, "", o.keyAlgorithm(), o.AlternateRoots, 1, o.profiles())
	validation := va.New(logger, 1, 1, true, o.dnsServer(), c.db)
	retry := int(o.RetryAfter / time.Second)
	front := wfe.New(logger, c.db, validation, c.ca, []string{"pebble.test"}, true, o.RequireEAB, retry, retry)
	return front.Handler(), nil
}

// IssuerRoots are the roots that issued certificates chain to, in PEM: the default one, then the alternates.
func (c *CA) IssuerRoots() []string {
	var roots []string
	for i := range c.ca.GetNumberOfRootCerts() {
		block := &pem.Block{Type: "CERTIFICATE", Bytes: c.ca.GetRootCert(i).DER}
		roots = append(roots, string(pem.EncodeToMemory(block)))
	}
	return roots
}

// IssuerNames are the common names of IssuerRoots, as preferred_chain names them.
func (c *CA) IssuerNames() []string {
	var names []string
	for i := range c.ca.GetNumberOfRootCerts() {
		names = append(names, c.ca.GetRootCert(i).Cert.Subject.CommonName)
	}
	return names
}
