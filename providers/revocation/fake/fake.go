// Package fake is a RevocationChecker in memory, for tests of what asks it.
package fake

import (
	"context"
	"sync"
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/ports"
)

var _ ports.RevocationChecker = (*Checker)(nil)

// Checker answers what a test has set. A certificate is good unless the test sets something else. It is safe for concurrent use.
type Checker struct {
	mu      sync.Mutex
	revoked map[string]entry
	unknown map[string]bool
	down    bool
	asked   int
}

type entry struct {
	at   time.Time
	code int
}

// New returns a Checker.
func New() *Checker { return &Checker{revoked: map[string]entry{}, unknown: map[string]bool{}} }

// Revoke revokes the certificate with that serial number, with a reason code of RFC 5280 section 5.3.1.
func (c *Checker) Revoke(serial string, at time.Time, code int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.revoked[serial] = entry{at.UTC().Truncate(time.Second), code}
}

// Restore ends the revocation.
func (c *Checker) Restore(serial string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.revoked, serial)
}

// Forget makes the responder not know the certificate.
func (c *Checker) Forget(serial string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.unknown[serial] = true
}

// Down makes the responder not answer.
func (c *Checker) Down(down bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.down = down
}

// Asked returns how often it was asked.
func (c *Checker) Asked() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.asked
}

// CheckRevocation implements ports.RevocationChecker.
func (c *Checker) CheckRevocation(ctx context.Context, q api.RevocationQuery) (api.Revocation, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return api.Revocation{}, &api.Error{Kind: api.Transient, Message: "the revocation check was interrupted", Err: err}
	}
	c.asked++
	chain, err := api.ParseChain([]byte(q.Chain))
	switch {
	case err != nil:
		return unknown("the chain in ACM cannot be read"), nil
	case len(chain) < 2 || chain[0].CheckSignatureFrom(chain[1]) != nil:
		return unknown("the chain in ACM does not include the certificate of the issuer"), nil
	case len(chain[0].OCSPServer)+len(chain[0].CRLDistributionPoints) == 0:
		return unknown("the certificate has no http or https URL of an OCSP responder or CRL"), nil
	case c.down:
		return unknown("the OCSP responder did not respond"), nil
	}
	return c.answer(chain[0].SerialNumber.Text(16)), nil
}

func (c *Checker) answer(serial string) api.Revocation {
	const hold, removed = 6, 8
	e, revoked := c.revoked[serial]
	switch {
	case c.unknown[serial]:
		return unknown("the OCSP responder does not know the certificate")
	case revoked && (e.code == hold || e.code == removed):
		return unknown("the certificate is on hold (" + api.RevocationReason(e.code) + ")")
	case revoked:
		return api.Revocation{State: api.RevocationRevoked, RevokedAt: e.at, Reason: api.RevocationReason(e.code)}
	}
	return api.Revocation{State: api.RevocationGood}
}

func unknown(message string) api.Revocation {
	return api.Revocation{State: api.RevocationUnknown, Message: message}
}
