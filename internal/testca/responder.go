package testca

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"io"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/ocsp"
)

// Responder serves the revocation of an authority's certificates over HTTP: OCSP below /ocsp (RFC 6960 appendix A), and a
// CRL at any other path. Certificates are good unless the test says otherwise. It is safe for concurrent use.
type Responder struct {
	ca  *CA
	mu  sync.Mutex
	set Answers
	// revoked are by serial number; unknown are those that the responder does not know.
	revoked  map[string]x509.RevocationListEntry
	unknown  map[string]bool
	requests int
}

// Answers change the answers of a Responder. The zero value is a correct one: signed by the issuer, valid from an hour ago
// for a day.
type Answers struct {
	// Delegate signs OCSP responses instead of the issuer, and is sent with them.
	Delegate *Issued
	// Key signs instead of the issuer's or the delegate's.
	Key crypto.Signer
	// OCSP changes a response before it is signed, List a CRL.
	OCSP func(*ocsp.Response)
	List func(*x509.RevocationList)
	// Issuer is the issuer that OCSP responses name; nil stands for the authority.
	Issuer *x509.Certificate
	// Now is the time; nil stands for time.Now.
	Now func() time.Time
	// Handler, if set, answers every request.
	Handler http.HandlerFunc
}

// Responder returns a responder for the certificates of the authority.
func (ca *CA) Responder() *Responder {
	return &Responder{ca: ca, revoked: map[string]x509.RevocationListEntry{}, unknown: map[string]bool{}}
}

// Set changes the answers from now on.
func (r *Responder) Set(a Answers) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.set = a
}

// Revoke revokes a certificate, with a reason code of RFC 5280 section 5.3.1.
func (r *Responder) Revoke(serial *big.Int, at time.Time, reason int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.revoked[serial.String()] = x509.RevocationListEntry{SerialNumber: serial, RevocationTime: at.UTC().Truncate(time.Second), ReasonCode: reason}
}

// Restore ends a revocation, as a CA ends a hold.
func (r *Responder) Restore(serial *big.Int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.revoked, serial.String())
}

// Forget makes the responder answer that it does not know the certificate.
func (r *Responder) Forget(serial *big.Int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.unknown[serial.String()] = true
}

// Requests returns how many requests were answered.
func (r *Responder) Requests() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.requests
}

// ServeHTTP implements http.Handler.
func (r *Responder) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.requests++
	if r.set.Handler != nil {
		r.set.Handler(w, request)
		return
	}
	if !strings.HasPrefix(request.URL.Path, "/ocsp") {
		w.Header().Set("Content-Type", "application/pkix-crl")
		_, _ = w.Write(r.list())
		return
	}
	body, err := requestBody(request)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/ocsp-response")
	parsed, err := ocsp.ParseRequest(body)
	if err != nil {
		_, _ = w.Write(ocsp.MalformedRequestErrorResponse)
		return
	}
	_, _ = w.Write(r.respond(parsed.SerialNumber))
}

func requestBody(r *http.Request) ([]byte, error) {
	if r.Method == http.MethodPost {
		return io.ReadAll(io.LimitReader(r.Body, 1<<16))
	}
	text, err := url.PathUnescape(strings.TrimPrefix(strings.TrimPrefix(r.URL.EscapedPath(), "/ocsp"), "/"))
	if err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(text)
}

func (r *Responder) now() time.Time {
	if r.set.Now != nil {
		return r.set.Now().UTC().Truncate(time.Second)
	}
	return time.Now().UTC().Truncate(time.Second)
}

func (r *Responder) respond(serial *big.Int) []byte {
	template := ocsp.Response{Status: ocsp.Good, SerialNumber: serial, ThisUpdate: r.now().Add(-time.Hour), NextUpdate: r.now().Add(23 * time.Hour)}
	if entry, revoked := r.revoked[serial.String()]; revoked {
		template.Status, template.RevokedAt, template.RevocationReason = ocsp.Revoked, entry.RevocationTime, entry.ReasonCode
	}
	if r.unknown[serial.String()] {
		template.Status = ocsp.Unknown
	}
	issuer, responder, key := r.ca.issuer().cert, r.ca.issuer().cert, r.ca.issuer().key
	if d := r.set.Delegate; d != nil {
		template.Certificate, responder, key = d.Certificate, d.Certificate, d.Signer
	}
	if r.set.Issuer != nil {
		issuer = r.set.Issuer
	}
	if r.set.Key != nil {
		key = r.set.Key
	}
	if r.set.OCSP != nil {
		r.set.OCSP(&template)
	}
	der, err := ocsp.CreateResponse(issuer, responder, template, key)
	must(err)
	return der
}

func (r *Responder) list() []byte {
	template := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: r.now().Add(-time.Hour), NextUpdate: r.now().Add(23 * time.Hour)}
	for _, entry := range r.revoked {
		template.RevokedCertificateEntries = append(template.RevokedCertificateEntries, entry)
	}
	if r.set.List != nil {
		r.set.List(template)
	}
	key := r.ca.issuer().key
	if r.set.Key != nil {
		// CreateRevocationList checks that the key is the issuer's.
		other := *r.ca.issuer().cert
		other.PublicKey = r.set.Key.Public()
		der, err := x509.CreateRevocationList(rand.Reader, template, &other, r.set.Key)
		must(err)
		return der
	}
	der, err := x509.CreateRevocationList(rand.Reader, template, r.ca.issuer().cert, key)
	must(err)
	return der
}
