// Package pebble is the certificate authority of the tests and the sandbox. It runs Pebble, Let's Encrypt's test CA, in
// this process, behind a front that counts requests, keeps EAB credentials single-use and lets tests inject faults.
//
// Pebble keeps everything in memory. When it is closed it leaves one goroutine that waits for validations.
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

// Options configure a CA. The zero value is a CA without EAB that cannot validate anything.
type Options struct {
	// DNSServer (host:port, TCP) is queried for the TXT records. If it is empty, every validation fails.
	DNSServer string
	// AlwaysValid makes every validation succeed without DNS.
	AlwaysValid bool
	// EAB maps key IDs to HMAC keys in base64url without padding. RequireEAB refuses registrations without one;
	// SingleUseEAB refuses one that has created an account.
	EAB          map[string]string
	RequireEAB   bool
	SingleUseEAB bool
	// Profiles maps names to profiles. The default is "default", 90 days, with a common name. Pebble chooses one at
	// random if an order sets none.
	Profiles map[string]Profile
	// RejectNonces is how many of a hundred good nonces are rejected.
	RejectNonces int
	// ReuseAuthorizations is how many of a hundred valid authorizations serve a second order. Pebble treats 0 as 1.
	ReuseAuthorizations int
	// SlowValidation makes Pebble sleep up to five seconds before each validation, as it does by default.
	SlowValidation bool
	// KeyAlgorithm is the algorithm of the CA's keys, "rsa" or "ecdsa" (default).
	KeyAlgorithm string
	// AlternateRoots is the number of chains besides the default one.
	AlternateRoots int
	// RetryAfter (whole seconds) is sent with what is being processed; Pebble chooses its form at random.
	RetryAfter time.Duration
	// OCSP gives the CA an OCSP responder, which its certificates name. It needs KeyAlgorithm rsa.
	OCSP bool
	// Blocked are domains for which, and below which, the CA does not issue.
	Blocked []string
	// Intercept, if set, wraps the whole CA; tests inject their faults there.
	Intercept func(next http.Handler) http.Handler
	// Ahead, if set, returns how far the CA's time is ahead of this machine's. It may change at any time.
	Ahead func() time.Duration
	// Log receives what Pebble logs; nil discards it.
	Log io.Writer
}

// Profile is a kind of certificate that the CA issues.
type Profile struct {
	Description string
	// Validity is in whole seconds; zero stands for 90 days.
	Validity time.Duration
	// CommonName puts the first name into the subject's common name.
	CommonName bool
}

// CA is a running CA. It is safe for concurrent use.
type CA struct {
	// DirectoryURL is the URL of the ACME directory.
	DirectoryURL string
	// RootsPEM is what a client must trust for the directory's own TLS. It is not what the CA signs with.
	RootsPEM string

	ca    *ca.CAImpl
	db    *db.MemoryStore
	front *front
	serve *server
	ocsp  *responder
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
func (c *CA) Close() {
	c.serve.close()
	if c.ocsp != nil {
		_ = c.ocsp.http.Close()
	}
}

// building serializes Start: Pebble reads its settings from the environment of the process.
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
	url := ""
	if o.OCSP {
		c.ocsp = &responder{}
		if err := c.ocsp.listen(); err != nil {
			return nil, err
		}
		url = c.ocsp.url
	}
	c.ca = ca.New(logger, c.db, url, o.keyAlgorithm(), o.AlternateRoots, 1, o.profiles())
	if o.OCSP {
		if err := c.sign(); err != nil {
			return nil, err
		}
	}
	validation := va.New(logger, 1, 1, true, o.dnsServer(), c.db)
	retry := int(o.RetryAfter / time.Second)
	front := wfe.New(logger, c.db, validation, c.ca, []string{"pebble.test"}, true, o.RequireEAB, retry, retry)
	return front.Handler(), nil
}

// IssuerRoots returns the roots that issued certificates chain to, in PEM: the default one, then the alternates.
func (c *CA) IssuerRoots() []string {
	var roots []string
	for i := range c.ca.GetNumberOfRootCerts() {
		block := &pem.Block{Type: "CERTIFICATE", Bytes: c.ca.GetRootCert(i).DER}
		roots = append(roots, string(pem.EncodeToMemory(block)))
	}
	return roots
}

// IssuerNames returns the common names of IssuerRoots, in the form of preferred_chain.
func (c *CA) IssuerNames() []string {
	var names []string
	for i := range c.ca.GetNumberOfRootCerts() {
		names = append(names, c.ca.GetRootCert(i).Cert.Subject.CommonName)
	}
	return names
}
