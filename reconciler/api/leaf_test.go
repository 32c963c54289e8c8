package api_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"certloop/internal/testca"
	"certloop/reconciler/api"
)

var leafCA = testca.New(testca.Options{Name: "Leaf Test"})

func parsed(t *testing.T, l testca.Leaf) api.Leaf {
	t.Helper()
	return parsedCertificate(t, leafCA.Issue(l).Certificate)
}

func parsedCertificate(t *testing.T, c *x509.Certificate) api.Leaf {
	t.Helper()
	leaf, err := api.ParseLeaf(c)
	if err != nil {
		t.Fatal(err)
	}
	return leaf
}

func TestParseLeaf_ReadsNamesDatesAndIdentity(t *testing.T) {
	from := time.Date(2026, 11, 24, 1, 2, 3, 0, time.FixedZone("JST", 9*3600))
	issued := leafCA.Issue(testca.Leaf{Names: []string{"WWW.example.com", "*.example.com", "a.example.com"}, NotBefore: from,
		NotAfter: from.Add(time.Hour)})
	leaf := parsedCertificate(t, issued.Certificate)
	sum := sha256.Sum256(issued.Certificate.Raw)
	switch {
	case !slices.Equal(leaf.Domains, []string{"www.example.com", "*.example.com", "a.example.com"}):
		t.Errorf("domains are %v", leaf.Domains)
	case leaf.NotBefore != from.UTC() || leaf.NotAfter != from.Add(time.Hour).UTC():
		t.Errorf("valid from %v to %v", leaf.NotBefore, leaf.NotAfter)
	case leaf.FingerprintSHA256 != hex.EncodeToString(sum[:]):
		t.Errorf("fingerprint is %s", leaf.FingerprintSHA256)
	case leaf.Issuer != "Leaf Test Root" || leaf.SelfSigned:
		t.Errorf("issuer is %q, self-signed %v", leaf.Issuer, leaf.SelfSigned)
	}
}

func TestParseLeaf_ReturnsACMsNamesOfKeyTypes(t *testing.T) {
	for _, keyType := range append([]api.KeyType{testca.RSA1024, testca.EC521}, api.KeyTypes...) {
		t.Run(string(keyType), func(t *testing.T) {
			if got := parsed(t, testca.Leaf{Names: []string{"a.example.com"}, KeyType: keyType}).KeyType; got != keyType {
				t.Errorf("it is %s", got)
			}
		})
	}
}

func TestParseLeaf_RefusesKeysThatACMDoesNotAccept(t *testing.T) {
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	small, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, l := range map[string]testca.Leaf{"Ed25519": {Key: edwards}, "P-224": {Key: small}} {
		t.Run(name, func(t *testing.T) {
			if _, err := api.ParseLeaf(leafCA.Issue(l).Certificate); err == nil || !strings.Contains(err.Error(), string(api.RSA2048)) {
				t.Errorf("the error does not name what to use: %v", err)
			}
		})
	}
}

func TestParseLeaf_ReturnsTheSerialInLowerHexWithoutLeadingZeros(t *testing.T) {
	for want, serial := range map[string]*big.Int{
		"1": big.NewInt(1), "abc": big.NewInt(0xabc), "8765432101abcdef": new(big.Int).SetUint64(0x8765432101abcdef),
	} {
		if got := parsed(t, testca.Leaf{Serial: serial}).Serial; got != want {
			t.Errorf("serial is %q, want %q", got, want)
		}
	}
}

func TestParseLeaf_ReturnsACMsNamesOfKeyUsages(t *testing.T) {
	for want, usage := range map[string]x509.KeyUsage{
		"DIGITAL_SIGNATURE": x509.KeyUsageDigitalSignature, "NON_REPUDIATION": x509.KeyUsageContentCommitment,
		"KEY_ENCIPHERMENT": x509.KeyUsageKeyEncipherment, "DATA_ENCIPHERMENT": x509.KeyUsageDataEncipherment,
		"KEY_AGREEMENT": x509.KeyUsageKeyAgreement, "CERTIFICATE_SIGNING": x509.KeyUsageCertSign,
		"CRL_SIGNING": x509.KeyUsageCRLSign, "ENCIPHER_ONLY": x509.KeyUsageEncipherOnly,
		"DECIPHER_ONLY":                      x509.KeyUsageDecipherOnly,
		"DIGITAL_SIGNATURE KEY_ENCIPHERMENT": x509.KeyUsageKeyEncipherment | x509.KeyUsageDigitalSignature,
	} {
		if got := strings.Join(parsed(t, testca.Leaf{KeyUsage: usage}).KeyUsages, " "); got != want {
			t.Errorf("key usages are %q, want %q", got, want)
		}
	}
	if got := parsed(t, testca.Leaf{NoKeyUsage: true}).KeyUsages; len(got) > 0 {
		t.Errorf("without the extension, key usages are %v", got)
	}
}

func TestParseLeaf_ReturnsACMsNamesOfExtendedKeyUsages(t *testing.T) {
	for want, usage := range map[string]x509.ExtKeyUsage{
		"ANY": x509.ExtKeyUsageAny, "TLS_WEB_SERVER_AUTHENTICATION": x509.ExtKeyUsageServerAuth,
		"TLS_WEB_CLIENT_AUTHENTICATION": x509.ExtKeyUsageClientAuth, "CODE_SIGNING": x509.ExtKeyUsageCodeSigning,
		"EMAIL_PROTECTION": x509.ExtKeyUsageEmailProtection, "TIME_STAMPING": x509.ExtKeyUsageTimeStamping,
		"OCSP_SIGNING": x509.ExtKeyUsageOCSPSigning, "IPSEC_END_SYSTEM": x509.ExtKeyUsageIPSECEndSystem,
		"IPSEC_TUNNEL": x509.ExtKeyUsageIPSECTunnel, "IPSEC_USER": x509.ExtKeyUsageIPSECUser,
	} {
		got := parsed(t, testca.Leaf{ExtKeyUsage: []x509.ExtKeyUsage{usage}}).ExtendedKeyUsages
		if strings.Join(got, " ") != want {
			t.Errorf("extended key usages are %q, want %q", got, want)
		}
	}
}

func TestParseLeaf_ReturnsAnUnknownExtendedKeyUsageByItsNumber(t *testing.T) {
	got := parsed(t, testca.Leaf{UnknownExtKeyUsage: []asn1.ObjectIdentifier{{1, 3, 6, 1, 4, 1, 99999, 1}}}).ExtendedKeyUsages
	if want := []string{"TLS_WEB_SERVER_AUTHENTICATION", "1.3.6.1.4.1.99999.1"}; !slices.Equal(got, want) {
		t.Errorf("they are %v, want %v", got, want)
	}
	if got := parsed(t, testca.Leaf{NoExtKeyUsage: true}).ExtendedKeyUsages; len(got) > 0 {
		t.Errorf("without the extension, they are %v", got)
	}
}

// This is the example of RFC 9773 section 4.1. The serial's DER has a leading zero byte, which belongs to it.
func TestParseLeaf_ReturnsTheCertIDOfRFC9773(t *testing.T) {
	leaf := parsed(t, testca.Leaf{
		Serial:         new(big.Int).SetBytes([]byte{0x87, 0x65, 0x43, 0x21}),
		AuthorityKeyID: []byte{0x69, 0x88, 0x5b, 0x6b, 0x87, 0x46, 0x40, 0x41, 0xe1, 0xb3, 0x7b, 0x84, 0x7b, 0xa0, 0xae, 0x2c, 0xde, 0x01, 0xc8, 0xd4},
	})
	if want := "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE"; leaf.CertID != want {
		t.Errorf("it is %q, want %q", leaf.CertID, want)
	}
}

func TestParseLeaf_ReturnsNoCertIDWithoutAnAuthorityKeyIdentifier(t *testing.T) {
	if leaf := parsed(t, testca.Leaf{AuthorityKeyID: []byte{}}); leaf.CertID != "" {
		t.Errorf("it is %q", leaf.CertID)
	}
}

func TestParseLeaf_RecognizesASelfSignedCertificate(t *testing.T) {
	for _, keyType := range []api.KeyType{api.EC256, api.RSA2048} {
		self := testca.SelfSigned(testca.Leaf{Names: []string{"a.example.com"}, KeyType: keyType})
		if !parsedCertificate(t, self.Certificate).SelfSigned {
			t.Errorf("%s: it is not seen as self-signed", keyType)
		}
	}
	namesake := testca.New(testca.Options{Issuer: &pkix.Name{CommonName: "a.example.com"}}).Issue(testca.Leaf{CommonName: "a.example.com"})
	if parsedCertificate(t, namesake.Certificate).SelfSigned {
		t.Error("a certificate whose issuer has its subject's name is seen as self-signed")
	}
}

func TestParseLeaf_ReturnsTheWholeNameOfAnIssuerWithoutACommonName(t *testing.T) {
	ca := testca.New(testca.Options{Issuer: &pkix.Name{Organization: []string{"Some CA"}, Country: []string{"JP"}}})
	if leaf := parsedCertificate(t, ca.Issue(testca.Leaf{}).Certificate); leaf.Issuer != "O=Some CA,C=JP" {
		t.Errorf("issuer is %q", leaf.Issuer)
	}
}

func TestParseLeaf_FindsNoDomainInACommonName(t *testing.T) {
	if leaf := parsed(t, testca.Leaf{Names: []string{"a.example.com"}, NoSAN: true}); len(leaf.Domains) > 0 {
		t.Errorf("domains are %v", leaf.Domains)
	}
}
