package api

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
)

// ParseLeaf reads the facts of an end-entity certificate. The error states what certloop does not support.
func ParseLeaf(c *x509.Certificate) (Leaf, error) {
	if err := CheckKey(c); err != nil {
		return Leaf{}, err
	}
	if _, err := keyTypeOf(c.PublicKey); err != nil {
		return Leaf{}, err
	}
	if bits := c.SerialNumber.BitLen(); bits > maxSerialBits {
		return Leaf{}, fmt.Errorf("a serial number of %d bits is too long: RFC 5280 allows 160", bits)
	}
	return ObserveLeaf(c), nil
}

// ObserveLeaf reads what can be read of any end-entity certificate. What certloop does not support is empty: the key type
// of a key that ACM does not import, a serial number that is too long, and SelfSigned if the key is too large.
func ObserveLeaf(c *x509.Certificate) Leaf {
	sum := sha256.Sum256(c.Raw)
	l := Leaf{
		FingerprintSHA256: hex.EncodeToString(sum[:]), Domains: BoundNames(c.DNSNames),
		Issuer: issuerName(c), NotBefore: c.NotBefore.UTC(), NotAfter: c.NotAfter.UTC(),
		KeyUsages: keyUsages(c.KeyUsage), ExtendedKeyUsages: extendedKeyUsages(c),
	}
	l.KeyType, _ = keyTypeOf(c.PublicKey) // empty with an error
	l.SelfSigned = isSelfSigned(c)
	if c.SerialNumber.BitLen() <= maxSerialBits {
		l.Serial, l.CertID = strings.ToLower(c.SerialNumber.Text(16)), certID(c)
	}
	return l
}

// isSelfSigned reports whether c names itself as its issuer and is signed with its own key (RFC 5280 section 3.2).
func isSelfSigned(c *x509.Certificate) bool {
	return bytes.Equal(c.RawSubject, c.RawIssuer) && CheckKey(c) == nil &&
		c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) == nil
}

const (
	// maxSerialBits leaves room for serial numbers that are longer than RFC 5280 section 4.1.2.2 allows.
	maxSerialBits = 512
	// maxUsages bounds the extended key usages of a certificate, maxOID the length of one in text.
	maxUsages = 50
	maxOID    = 128
	// maxKeyID bounds the authority key identifier: digests are 20 to 64 bytes.
	maxKeyID = 64
)

// issuerName returns the issuer's common name, or its whole distinguished name.
func issuerName(c *x509.Certificate) string {
	if c.Issuer.CommonName != "" {
		return BoundIssuer(c.Issuer.CommonName)
	}
	return BoundIssuer(c.Issuer.String())
}

// BoundIssuer returns an issuer's name in the form in which it may be stored.
func BoundIssuer(name string) string {
	const most = 256 // RFC 5280 allows a common name 64 characters
	if name = Message(name); len(name) > most {
		return Truncate(name, most-len(Ellipsis)) + Ellipsis
	}
	return name
}

func keyTypeOf(public any) (KeyType, error) {
	switch k := public.(type) {
	case *rsa.PublicKey:
		return KeyType(fmt.Sprintf("RSA_%d", k.N.BitLen())), nil
	case *ecdsa.PublicKey:
		switch k.Curve.Params().BitSize {
		case 256:
			return EC256, nil
		case 384:
			return EC384, nil
		case 521:
			return "EC_secp521r1", nil
		}
	}
	return "", fmt.Errorf("a key of type %T is none that ACM takes: use one of %s", public, Enumerate(KeyTypes, "or"))
}

var usageNames = []string{
	"DIGITAL_SIGNATURE", "NON_REPUDIATION", "KEY_ENCIPHERMENT", "DATA_ENCIPHERMENT", "KEY_AGREEMENT",
	"CERTIFICATE_SIGNING", "CRL_SIGNING", "ENCIPHER_ONLY", "DECIPHER_ONLY",
}

func keyUsages(u x509.KeyUsage) []string {
	var names []string
	for bit, name := range usageNames {
		if u&(1<<bit) != 0 {
			names = append(names, name)
		}
	}
	return names
}

var extendedUsageNames = map[x509.ExtKeyUsage]string{
	x509.ExtKeyUsageAny: "ANY", x509.ExtKeyUsageServerAuth: "TLS_WEB_SERVER_AUTHENTICATION",
	x509.ExtKeyUsageClientAuth: "TLS_WEB_CLIENT_AUTHENTICATION", x509.ExtKeyUsageCodeSigning: "CODE_SIGNING",
	x509.ExtKeyUsageEmailProtection: "EMAIL_PROTECTION", x509.ExtKeyUsageTimeStamping: "TIME_STAMPING",
	x509.ExtKeyUsageOCSPSigning: "OCSP_SIGNING", x509.ExtKeyUsageIPSECEndSystem: "IPSEC_END_SYSTEM",
	x509.ExtKeyUsageIPSECTunnel: "IPSEC_TUNNEL", x509.ExtKeyUsageIPSECUser: "IPSEC_USER",
}

func extendedKeyUsages(c *x509.Certificate) []string {
	var names []string
	for _, u := range c.ExtKeyUsage {
		if name, ok := extendedUsageNames[u]; ok {
			names = append(names, name)
		}
	}
	for _, oid := range c.UnknownExtKeyUsage {
		names = append(names, Truncate(oid.String(), maxOID))
	}
	return names[:min(len(names), maxUsages)]
}

// certID returns base64url(AKI keyIdentifier) "." base64url(serial's DER content), RFC 9773 section 4.1.
func certID(c *x509.Certificate) string {
	if n := len(c.AuthorityKeyId); n == 0 || n > maxKeyID {
		return ""
	}
	der, err := asn1.Marshal(c.SerialNumber)
	if err != nil || len(der) < 3 {
		return ""
	}
	enc := base64.RawURLEncoding
	return enc.EncodeToString(c.AuthorityKeyId) + "." + enc.EncodeToString(der[2:])
}
