package revocation

import (
	"crypto/x509"
	"encoding/asn1"
	"math/big"
	"net/http"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"certloop/internal/testca"
)

// delegate issues the certificate of a responder.
func delegate(ca *testca.CA, change func(*testca.Leaf)) *testca.Issued {
	leaf := testca.Leaf{Names: []string{"ocsp.example.com"}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning}}
	if change != nil {
		change(&leaf)
	}
	issued := ca.Issue(leaf)
	return &issued
}

// TestOCSP_OnlyTheIssuersWordCounts has a responder that says revoked throughout.
func TestOCSP_OnlyTheIssuersWordCounts(t *testing.T) {
	other := testca.New(testca.Options{Intermediates: 1})
	for sentence, c := range map[string]struct {
		answers func(*world) testca.Answers
		unknown string
	}{
		"signed by the issuer": {func(*world) testca.Answers { return testca.Answers{} }, ""},
		"signed by a delegated responder": {func(w *world) testca.Answers {
			return testca.Answers{Delegate: delegate(w.ca, nil)}
		}, ""},
		"sent with the issuer's own certificate": {func(w *world) testca.Answers {
			return testca.Answers{OCSP: func(r *ocsp.Response) { r.Certificate = w.leaf.Above[0] }}
		}, ""},
		"a delegate without the usage": {func(w *world) testca.Answers {
			return testca.Answers{Delegate: delegate(w.ca, func(l *testca.Leaf) { l.ExtKeyUsage = nil })}
		}, "not for OCSP signing"},
		"a delegate for any usage": {func(w *world) testca.Answers {
			return testca.Answers{Delegate: delegate(w.ca, func(l *testca.Leaf) { l.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageAny} })}
		}, "not for OCSP signing"},
		"a delegate that has expired": {func(w *world) testca.Answers {
			return testca.Answers{Delegate: delegate(w.ca, func(l *testca.Leaf) {
				l.NotBefore, l.NotAfter = time.Now().Add(-48*time.Hour), time.Now().Add(-time.Hour)
			})}
		}, "not valid now"},
		"a delegate of the future": {func(w *world) testca.Answers {
			return testca.Answers{Delegate: delegate(w.ca, func(l *testca.Leaf) { l.NotBefore = time.Now().Add(time.Hour) })}
		}, "not valid now"},
		"a delegate of another CA of the same name": {func(*world) testca.Answers { return testca.Answers{Delegate: delegate(other, nil)} }, "not from the issuer"},
		"a delegate that signed itself": {func(*world) testca.Answers {
			self := testca.SelfSigned(testca.Leaf{Names: []string{"x"}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning}})
			return testca.Answers{Delegate: &self}
		}, "not from the issuer"},
		"the certificate itself as the delegate": {func(w *world) testca.Answers { return testca.Answers{Delegate: &w.leaf} }, "not for OCSP signing"},
		"another key":                            {func(*world) testca.Answers { return testca.Answers{Key: testca.NewKey("")} }, "did not sign"},
		"another key behind a delegate": {func(w *world) testca.Answers {
			return testca.Answers{Delegate: delegate(w.ca, nil), Key: testca.NewKey("")}
		}, "not a valid OCSP response"},
		"about another serial": {func(*world) testca.Answers {
			return testca.Answers{OCSP: func(r *ocsp.Response) { r.SerialNumber = big.NewInt(7) }}
		}, "not a valid OCSP response"},
		"about a certificate of another issuer": {func(*world) testca.Answers { return testca.Answers{Issuer: other.Chain()[0]} }, "another issuer"},
		"this update ahead": {func(*world) testca.Answers {
			return testca.Answers{OCSP: func(r *ocsp.Response) { r.ThisUpdate = time.Now().Add(time.Hour) }}
		}, "of the future"},
		"this update a minute ahead": {func(*world) testca.Answers {
			return testca.Answers{OCSP: func(r *ocsp.Response) { r.ThisUpdate = time.Now().Add(time.Minute) }}
		}, ""},
		"next update over": {func(*world) testca.Answers {
			return testca.Answers{OCSP: func(r *ocsp.Response) { r.NextUpdate = time.Now().Add(-time.Minute) }}
		}, "out of date"},
		"no next update": {func(*world) testca.Answers {
			return testca.Answers{OCSP: func(r *ocsp.Response) { r.NextUpdate = time.Time{} }}
		}, ""},
		"no next update, and old": {func(*world) testca.Answers {
			return testca.Answers{OCSP: func(r *ocsp.Response) { r.ThisUpdate, r.NextUpdate = time.Now().Add(-48*time.Hour), time.Time{} }}
		}, "older than a day"},
		"revoked in the future": {func(*world) testca.Answers {
			return testca.Answers{OCSP: func(r *ocsp.Response) { r.RevokedAt = time.Now().Add(time.Hour) }}
		}, "in the future"},
		"a critical extension": {func(*world) testca.Answers {
			return testca.Answers{OCSP: func(r *ocsp.Response) { r.ExtraExtensions = append(r.ExtraExtensions, critical) }}
		}, "not a valid OCSP response"},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := newWorld(t, byOCSP)
			w.responder.Set(c.answers(w))
			if c.unknown == "" {
				w.wantRevoked(t)
				return
			}
			w.wantUnknown(t, c.unknown)
		})
	}
}

var critical = extension(asn1.ObjectIdentifier{1, 2, 3, 4}, true, asn1.NullBytes)

func TestOCSP_ARefusalIsUnknown(t *testing.T) {
	for sentence, c := range map[string]struct {
		body    []byte
		unknown string
	}{
		"try later":      {ocsp.TryLaterErrorResponse, "try later"},
		"unauthorized":   {ocsp.UnauthorizedErrorResponse, "unauthorized"},
		"a page":         {[]byte("<html>hotel wifi</html>"), "not a valid OCSP response"},
		"nothing":        {nil, "not a valid OCSP response"},
		"too much of it": {make([]byte, MaxOCSP+1), "more than 20480 bytes"},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := newWorld(t, byOCSP)
			w.responder.Set(testca.Answers{Handler: func(rw http.ResponseWriter, _ *http.Request) { _, _ = rw.Write(c.body) }})
			w.wantUnknown(t, c.unknown)
		})
	}
}

func FuzzOCSP(f *testing.F) {
	w := newWorld(f, byOCSP)
	f.Add([]byte{0x30, 0x03, 0x0a, 0x01, 0x03})
	f.Fuzz(func(t *testing.T, body []byte) {
		w.responder.Set(testca.Answers{Handler: func(rw http.ResponseWriter, _ *http.Request) { _, _ = rw.Write(body) }})
		w.wantUnknown(t, "")
	})
}
