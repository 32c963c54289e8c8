package sim

import (
	"time"

	"certloop/reconciler/api"
)

// responder is the CA's OCSP responder. It knows certificates by their fingerprints.
type responder struct {
	clock   *clock
	revoked map[string]time.Time
	// All makes every certificate revoked.
	All bool
	// Says, if set, replaces the nth answer about a certificate; false: it stays as it is.
	Says func(n int, about string) (api.Revocation, bool)
	// asked counts the requests about each certificate.
	asked map[string]int
	// verified are the certificates that were once answered to be revoked.
	verified map[string]bool
	// expected: a certificate is asked for already, so "revoked" asks for no other one.
	expected bool
}

func newResponder(c *clock) *responder {
	return &responder{clock: c, revoked: map[string]time.Time{}, asked: map[string]int{}, verified: map[string]bool{}}
}

// chainOf stands for the chain of a certificate at the responder, and in ACM where a certificate was put without one.
func chainOf(fingerprint string) string { return "chain of " + fingerprint }

// askedAbout returns what stands for that chain at the responder.
func askedAbout(chain string) string {
	certificates, err := api.ParseChain([]byte(chain))
	if err != nil {
		return chain
	}
	return chainOf(api.ObserveLeaf(certificates[0]).FingerprintSHA256)
}

// checksRevocation makes the loop ask the responder.
func (w *World) checksRevocation() { w.Loop.Revocation = worldPorts{w} }

// revokeAt revokes the certificate that is at arn.
func (w *World) revokeAt(arn string) {
	w.Responder.revoked[chainOf(w.ACM.certs[arn].FingerprintSHA256)] = w.clock.now.Truncate(time.Second)
}

// answer is the responder's. The first "revoked" about a certificate allows one more certificate, and nothing else does.
func (w *World) answer(about string) api.Revocation {
	r := w.Responder
	r.asked[about]++
	at, revoked := r.revoked[about]
	if r.All && !revoked {
		at, revoked = w.clock.now.Truncate(time.Second), true
		r.revoked[about] = at
	}
	says := api.Revocation{State: api.RevocationGood}
	if revoked {
		says = api.Revocation{State: api.RevocationRevoked, RevokedAt: at, Reason: "keyCompromise"}
	}
	if r.Says != nil {
		if other, ok := r.Says(r.asked[about], about); ok {
			says = other
		}
	}
	if says.State == api.RevocationRevoked && !r.verified[about] {
		r.verified[about] = true
		if !r.expected {
			w.AllowedCertificates++
		}
	}
	return says
}

// unanswered is what a responder that is down or sends garbage comes to.
func unanswered(int, string) (api.Revocation, bool) {
	return api.Revocation{State: api.RevocationUnknown, Message: "the OCSP responder at ocsp.test did not respond"}, true
}
