package revocation

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"net/url"
	"slices"
	"time"

	"golang.org/x/crypto/ocsp"

	"certloop/reconciler/api"
)

// askOCSP sends the request by POST, which every responder must accept (RFC 6960 appendix A.1). GET exists for caches
// between client and responder; a request once a day needs none, and gets the responder's own answer. Besides, some
// proxies change the slashes of a request in a path.
func (c *check) askOCSP(u *url.URL) api.Revocation {
	s := source{"the OCSP responder", u}
	request, err := ocsp.CreateRequest(c.leaf, c.issuer, nil)
	if err != nil {
		return unknown("an OCSP request for the certificate cannot be made: %v", err)
	}
	body, why := c.fetch(s, request, "application/ocsp-response", MaxOCSP)
	if why != "" {
		return unknown("%s", why)
	}
	response, err := ocsp.ParseResponseForCert(body, c.leaf, nil) // whose signature verifyOCSP checks
	var refusal ocsp.ResponseError
	switch {
	case errors.As(err, &refusal):
		return unknown("%s refused the request: %s", s, refusal.Status)
	case err != nil:
		return unknown("%s returned a document that is not a valid OCSP response for the certificate", s)
	}
	if err := c.verifyOCSP(response); err != nil {
		return unknown("%s returned a response that is not valid: %v", s, err)
	}
	if why := c.stale(response.ThisUpdate, response.NextUpdate); why != "" {
		return unknown("%s returned %s", s, why)
	}
	switch response.Status {
	case ocsp.Good:
		return good()
	case ocsp.Revoked:
		return c.revoked(s, response.RevokedAt, response.RevocationReason)
	}
	return unknown("%s does not know the certificate, which is usual in the first minutes after it was issued", s)
}

// verifyOCSP returns why the response is not the issuer's word about the certificate.
func (c *check) verifyOCSP(r *ocsp.Response) error {
	if err := c.aboutLeaf(r); err != nil {
		return err
	}
	signer := r.Certificate
	if signer == nil || (bytes.Equal(signer.RawSubjectPublicKeyInfo, c.issuer.RawSubjectPublicKeyInfo) && bytes.Equal(signer.RawSubject, c.issuer.RawSubject)) {
		if err := r.CheckSignatureFrom(c.issuer); err != nil {
			return errors.New("the issuer did not sign it")
		}
		return nil
	}
	// A delegated responder (RFC 6960 section 4.2.2.2), with whose key the signature was checked.
	now := c.config.Now()
	switch {
	case api.CheckKey(signer) != nil:
		return errors.New("the responder's key is not supported")
	case !bytes.Equal(signer.RawIssuer, c.issuer.RawSubject) || c.issuer.CheckSignature(signer.SignatureAlgorithm, signer.RawTBSCertificate, signer.Signature) != nil:
		return errors.New("the responder's certificate is not from the issuer of the certificate")
	case !slices.Contains(signer.ExtKeyUsage, x509.ExtKeyUsageOCSPSigning):
		return errors.New("the responder's certificate is not for OCSP signing")
	case now.Add(clockSkew).Before(signer.NotBefore) || now.After(signer.NotAfter):
		return errors.New("the responder's certificate is not valid now")
	case len(signer.UnhandledCriticalExtensions) > 0:
		return errors.New("the responder's certificate has a critical extension that is not supported")
	}
	return nil
}

// responseData is RFC 6960's ResponseData as far as the certificate that each answer is about.
type responseData struct {
	Version     int `asn1:"optional,default:0,explicit,tag:0"`
	ResponderID asn1.RawValue
	ProducedAt  time.Time `asn1:"generalized"`
	Responses   []singleResponse
}

type singleResponse struct{ CertID certID }

type certID struct {
	HashAlgorithm pkix.AlgorithmIdentifier
	NameHash      []byte
	KeyHash       []byte
	Serial        *big.Int
}

// aboutLeaf returns an error unless the answer names the certificate's issuer. A serial number is unique for each issuer
// only, and golang.org/x/crypto/ocsp compares nothing else.
func (c *check) aboutLeaf(r *ocsp.Response) error {
	var data responseData
	if _, err := asn1.Unmarshal(r.TBSResponseData, &data); err != nil {
		return errors.New("its answers cannot be read")
	}
	var spki struct {
		Algorithm pkix.AlgorithmIdentifier
		Key       asn1.BitString
	}
	if _, err := asn1.Unmarshal(c.issuer.RawSubjectPublicKeyInfo, &spki); err != nil {
		return fmt.Errorf("the issuer's key cannot be read")
	}
	for _, single := range data.Responses {
		id := single.CertID
		if id.Serial == nil || id.Serial.Cmp(c.leaf.SerialNumber) != 0 {
			continue
		}
		if r.IssuerHash.Available() && bytes.Equal(id.NameHash, digest(r.IssuerHash, c.issuer.RawSubject)) &&
			bytes.Equal(id.KeyHash, digest(r.IssuerHash, spki.Key.RightAlign())) {
			return nil
		}
		break // the answer that was read
	}
	return errors.New("it is about a certificate of another issuer")
}

func digest(h crypto.Hash, data []byte) []byte {
	d := h.New()
	d.Write(data)
	return d.Sum(nil)
}
