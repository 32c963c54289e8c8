package probe

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"certloop/reconciler/api"
)

// distrust returns why clients do not accept these certificates, leaf first, for name at that time; empty: they do. It
// uses what was served and roots alone (nil: the system's), as clients that fetch no intermediate.
func distrust(chain []*x509.Certificate, name string, roots *x509.CertPool, now time.Time) string {
	leaf := chain[0]
	switch {
	case now.Before(leaf.NotBefore):
		return "the certificate is not valid before " + leaf.NotBefore.UTC().Format(time.RFC3339)
	case now.After(leaf.NotAfter):
		return "the certificate expired at " + leaf.NotAfter.UTC().Format(time.RFC3339)
	case leaf.VerifyHostname(name) != nil:
		return "the certificate is not valid for " + api.Quote(name)
	case len(chain) > api.MaxChainCertificates:
		return fmt.Sprintf("the server sends %d certificates, and clients may refuse more than %d", len(chain), api.MaxChainCertificates)
	}
	above := x509.NewCertPool()
	for _, c := range chain[1:] {
		above.AddCert(c)
	}
	_, err := leaf.Verify(x509.VerifyOptions{Roots: roots, Intermediates: above, CurrentTime: now})
	return distrusted(err, chain)
}

func distrusted(err error, chain []*x509.Certificate) string {
	var authority x509.UnknownAuthorityError
	var invalid x509.CertificateInvalidError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "a certificate above it is not valid at this time"
	case errors.As(err, &authority):
		return "the served certificates do not lead to a trusted root: " + missing(chain)
	}
	return "clients do not accept the served certificates: " + api.Quote(err.Error())
}

// missing describes where a chain that leads to no trusted root ends.
func missing(chain []*x509.Certificate) string {
	top := chain[0]
	for range chain {
		if bytes.Equal(top.RawSubject, top.RawIssuer) {
			return "it ends at " + api.Quote(name(top.Subject.CommonName, top.Subject.String())) + ", which signs itself"
		}
		next := issuerOf(top, chain)
		if next == nil {
			break
		}
		top = next
	}
	return "the issuer " + api.Quote(name(top.Issuer.CommonName, top.Issuer.String())) + " is neither served nor a trusted root"
}

// issuerOf returns the certificate in chain that signed c; nil: there is none.
func issuerOf(c *x509.Certificate, chain []*x509.Certificate) *x509.Certificate {
	for _, other := range chain {
		if other != c && bytes.Equal(other.RawSubject, c.RawIssuer) && c.CheckSignatureFrom(other) == nil {
			return other
		}
	}
	return nil
}

func name(common, distinguished string) string {
	if common != "" {
		return common
	}
	return distinguished
}
