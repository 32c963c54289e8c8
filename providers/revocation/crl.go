package revocation

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"net/url"

	"certloop/reconciler/api"
)

// readCRL looks the certificate up in a CRL. One CRL at a time is in memory.
func (c *check) readCRL(u *url.URL) api.Revocation {
	s := source{"the CRL", u}
	select {
	case c.large <- struct{}{}:
		defer func() { <-c.large }()
	case <-c.ctx.Done():
		return unknown("%s was not read in time", s)
	}
	body, why := c.fetch(s, nil, "application/pkix-crl", MaxCRL)
	if why != "" {
		return unknown("%s", why)
	}
	if block, _ := pem.Decode(body); block != nil && block.Type == "X509 CRL" {
		body = block.Bytes // RFC 5280 asks for DER, and some CAs send PEM
	}
	list, err := x509.ParseRevocationList(body)
	if err != nil {
		return unknown("%s is not a valid CRL", s)
	}
	complete, err := c.verifyCRL(list)
	if err != nil {
		return unknown("%s is not usable: %v", s, err)
	}
	if why := c.stale(list.ThisUpdate, list.NextUpdate); why != "" {
		return unknown("%s returned %s", s, why)
	}
	for _, entry := range list.RevokedCertificateEntries {
		if entry.SerialNumber == nil || entry.SerialNumber.Cmp(c.leaf.SerialNumber) != 0 {
			continue
		}
		if _, critical := criticalExcept(entry.Extensions); critical {
			return unknown("%s has an entry with a critical extension that is not supported", s)
		}
		return c.revoked(s, entry.RevocationTime, entry.ReasonCode)
	}
	if !complete {
		return unknown("%s holds revocations for some reasons only, so its silence does not say that the certificate is good", s)
	}
	return good()
}

var (
	oidIssuingDistributionPoint = asn1.ObjectIdentifier{2, 5, 29, 28}
	oidDeltaCRL                 = asn1.ObjectIdentifier{2, 5, 29, 27}
)

// verifyCRL returns why the list does not cover the certificate, and whether a certificate that it covers and does not
// list is good.
func (c *check) verifyCRL(list *x509.RevocationList) (complete bool, err error) {
	if !bytes.Equal(list.RawIssuer, c.issuer.RawSubject) {
		return false, errors.New("it is from another issuer")
	}
	if list.CheckSignatureFrom(c.issuer) != nil {
		return false, errors.New("the issuer did not sign it")
	}
	for _, extension := range list.Extensions {
		if extension.Id.Equal(oidDeltaCRL) {
			return false, errors.New("it is a delta CRL, which is not complete")
		}
	}
	if _, critical := criticalExcept(list.Extensions, oidIssuingDistributionPoint); critical {
		return false, errors.New("it has a critical extension that is not supported")
	}
	for _, extension := range list.Extensions {
		if extension.Id.Equal(oidIssuingDistributionPoint) {
			return c.covers(extension.Value)
		}
	}
	return true, nil
}

// criticalExcept returns the first critical extension that is none of those.
func criticalExcept(extensions []pkix.Extension, known ...asn1.ObjectIdentifier) (asn1.ObjectIdentifier, bool) {
next:
	for _, extension := range extensions {
		if !extension.Critical {
			continue
		}
		for _, id := range known {
			if extension.Id.Equal(id) {
				continue next
			}
		}
		return extension.Id, true
	}
	return nil, false
}
