// Package contract is what every RevocationChecker must do for the loop, seen through its port.
package contract

import (
	"context"
	"math/big"
	"testing"
	"time"

	"certloop/internal/suite"
	"certloop/internal/testca"
	"certloop/reconciler/api"
	"certloop/reconciler/ports"
)

// Subject is a RevocationChecker under test, and the CA that it asks.
type Subject struct {
	ports.RevocationChecker
	CA *testca.CA
	// Leaf has the URLs of the CA's certificates.
	Leaf testca.Leaf
	// Revoke and Restore change what the CA says, Forget makes it not know a certificate, Down makes it not answer.
	Revoke  func(serial *big.Int, at time.Time, reason int)
	Restore func(serial *big.Int)
	Forget  func(serial *big.Int)
	Down    func(bool)
}

// Run runs the contract, each part on a subject of its own. A CRL has no word for a certificate that it does not know, so
// its subject passes the sentence in notEnforced.
func Run(t *testing.T, notEnforced map[string]string, subject func(*testing.T) Subject) {
	suite.Run(t, map[string]suite.Part[Subject]{
		"a certificate that is not revoked is good":                        isGood,
		"a revoked certificate is revoked, with time and reason":           isRevoked,
		"every reason code but two is a revocation":                        everyReason,
		"a certificate on hold is unknown, and good when the hold is over": onHold,
		UnknownCertificate: notKnown,
		"a CA that does not respond leaves it unknown":         down,
		"a certificate without URLs is unknown":                noURLs,
		"a chain without the issuer is unknown":                noIssuer,
		"what is no certificate is unknown":                    noCertificate,
		"the revocation of another certificate does not count": another,
		"an ended context is a transient error":                ended,
	}, notEnforced, subject)
}

// UnknownCertificate is the part about a certificate that the CA does not know.
const UnknownCertificate = "a certificate that the CA does not know is unknown"

func (s Subject) issue() testca.Issued {
	leaf := s.Leaf
	leaf.Names = []string{"www.example.com"}
	return s.CA.Issue(leaf)
}

func (s Subject) ask(t *testing.T, chain string) api.Revocation {
	t.Helper()
	answer, err := s.CheckRevocation(t.Context(), api.RevocationQuery{Chain: chain, Network: api.NetworkPrivate})
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func (s Subject) wantUnknown(t *testing.T, chain string) {
	t.Helper()
	first, again := s.ask(t, chain), s.ask(t, chain)
	if first.State != api.RevocationUnknown || first.Message == "" || !first.RevokedAt.IsZero() || first.Reason != "" {
		t.Errorf("%+v", first)
	}
	if first != again {
		t.Errorf("the answer is %+v, then %+v", first, again)
	}
}

func isGood(t *testing.T, s Subject) {
	i := s.issue()
	if got := s.ask(t, i.Leaf+i.Chain); got != (api.Revocation{State: api.RevocationGood}) {
		t.Errorf("%+v", got)
	}
}

func isRevoked(t *testing.T, s Subject) {
	i, at := s.issue(), time.Now().Add(-time.Minute).UTC().Truncate(time.Second)
	s.Revoke(i.Certificate.SerialNumber, at, 1)
	want := api.Revocation{State: api.RevocationRevoked, RevokedAt: at, Reason: "keyCompromise"}
	if got := s.ask(t, i.Leaf+i.Chain); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func everyReason(t *testing.T, s Subject) {
	for code, name := range api.RevocationReasons {
		i := s.issue()
		s.Revoke(i.Certificate.SerialNumber, time.Now().Add(-time.Minute), code)
		want := api.RevocationRevoked
		switch name {
		case "certificateHold", "removeFromCRL":
			want = api.RevocationUnknown
		case "":
			continue // not a code of RFC 5280
		}
		if got := s.ask(t, i.Leaf+i.Chain); got.State != want || (want == api.RevocationRevoked && got.Reason != name) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func onHold(t *testing.T, s Subject) {
	i := s.issue()
	s.Revoke(i.Certificate.SerialNumber, time.Now().Add(-time.Minute), 6)
	s.wantUnknown(t, i.Leaf+i.Chain)
	s.Restore(i.Certificate.SerialNumber)
	if got := s.ask(t, i.Leaf+i.Chain); got.State != api.RevocationGood {
		t.Errorf("%+v", got)
	}
}

func notKnown(t *testing.T, s Subject) {
	i := s.issue()
	s.Forget(i.Certificate.SerialNumber)
	s.wantUnknown(t, i.Leaf+i.Chain)
}

func down(t *testing.T, s Subject) {
	i := s.issue()
	s.Revoke(i.Certificate.SerialNumber, time.Now().Add(-time.Minute), 1)
	s.Down(true)
	s.wantUnknown(t, i.Leaf+i.Chain)
	s.Down(false)
	if got := s.ask(t, i.Leaf+i.Chain); got.State != api.RevocationRevoked {
		t.Errorf("%+v", got)
	}
}

func noURLs(t *testing.T, s Subject) {
	i := s.CA.Issue(testca.Leaf{Names: []string{"www.example.com"}})
	s.wantUnknown(t, i.Leaf+i.Chain)
}

func noIssuer(t *testing.T, s Subject) {
	i := s.issue()
	s.wantUnknown(t, i.Leaf)
	s.wantUnknown(t, i.Leaf+testca.PEM(testca.New(testca.Options{}).Chain()...))
}

func noCertificate(t *testing.T, s Subject) {
	for _, text := range []string{"", "not PEM", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"} {
		s.wantUnknown(t, text)
	}
}

func another(t *testing.T, s Subject) {
	i, other := s.issue(), s.issue()
	s.Revoke(other.Certificate.SerialNumber, time.Now().Add(-time.Minute), 1)
	if got := s.ask(t, i.Leaf+i.Chain); got.State != api.RevocationGood {
		t.Errorf("%+v", got)
	}
}

func ended(t *testing.T, s Subject) {
	i := s.issue()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.CheckRevocation(ctx, api.RevocationQuery{Chain: i.Leaf + i.Chain, Network: api.NetworkPrivate}); api.KindOf(err) != api.Transient {
		t.Errorf("%v", err)
	}
}
