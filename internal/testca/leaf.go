package testca

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"time"

	"certloop/reconciler/api"
)

// Leaf describes a certificate to issue. The zero value, with Names, is an ordinary one: common name and alternative
// names, the usages of its key type, valid for 90 days since an hour ago.
type Leaf struct {
	// Names are the DNS names; the first is also the common name.
	Names []string
	// KeyType is the type of the leaf's key (default EC_prime256v1). It is ignored if Key is set.
	KeyType api.KeyType
	// Key is the private key to certify; nil stands for a new one of KeyType.
	Key crypto.Signer
	// CommonName replaces the first name; NoCommonName omits it.
	CommonName   string
	NoCommonName bool
	// NoSAN omits the subject alternative names.
	NoSAN bool
	// KeyUsage replaces the default (digitalSignature, and keyEncipherment for RSA keys); NoKeyUsage omits the
	// extension.
	KeyUsage   x509.KeyUsage
	NoKeyUsage bool
	// ExtKeyUsage replaces the default (serverAuth); UnknownExtKeyUsage adds to it; NoExtKeyUsage omits the extension.
	ExtKeyUsage        []x509.ExtKeyUsage
	UnknownExtKeyUsage []asn1.ObjectIdentifier
	NoExtKeyUsage      bool
	NotBefore          time.Time
	NotAfter           time.Time
	// Serial is the serial number; nil stands for a random one.
	Serial *big.Int
	// AuthorityKeyID replaces the issuer's key identifier.
	AuthorityKeyID []byte
	// OCSPServers and CRLs are the URLs where the certificate's revocation can be read.
	OCSPServers, CRLs []string
}

// Issued is a certificate with its chain and key.
type Issued struct {
	// Leaf and Chain are separate, in PEM. Chain is empty for a self-signed certificate.
	Leaf, Chain string
	// Key is the private key in PKCS#8 PEM.
	Key         string
	Signer      crypto.Signer
	Certificate *x509.Certificate
	// Above are the certificates in Chain.
	Above []*x509.Certificate
}

// Import returns the request that imports it as a new certificate, with tags.
func (i Issued) Import(tags map[string]string) api.ImportRequest {
	return api.ImportRequest{Leaf: i.Leaf, Chain: i.Chain, Key: api.NewSecret([]byte(i.Key)), Tags: tags}
}

// Reimport returns the request that imports it at arn.
func (i Issued) Reimport(arn string) api.ImportRequest {
	r := i.Import(nil)
	r.ARN = arn
	return r
}

// Issue signs a leaf.
func (ca *CA) Issue(l Leaf) Issued {
	template, key := l.template()
	cert := sign(template, l.parent(ca.issuer().cert), key.Public(), ca.issuer().key)
	chain := ca.Chain()
	return Issued{Leaf: PEM(cert), Chain: PEM(chain...), Key: KeyPEM(key), Signer: key, Certificate: cert, Above: chain}
}

// SelfSigned returns a certificate that signs itself.
func SelfSigned(l Leaf) Issued {
	template, key := l.template()
	cert := sign(template, template, key.Public(), key)
	return Issued{Leaf: PEM(cert), Key: KeyPEM(key), Signer: key, Certificate: cert}
}

// parent returns the issuer for CreateCertificate, which copies the authority key identifier from it.
func (l Leaf) parent(issuer *x509.Certificate) *x509.Certificate {
	if l.AuthorityKeyID == nil {
		return issuer
	}
	other := *issuer
	other.SubjectKeyId = l.AuthorityKeyID
	return &other
}

func (l Leaf) template() (*x509.Certificate, crypto.Signer) {
	key := l.Key
	if key == nil {
		key = NewKey(l.KeyType)
	}
	t := &x509.Certificate{
		SerialNumber: l.Serial, Subject: pkix.Name{CommonName: l.commonName()}, BasicConstraintsValid: true,
		NotBefore: l.NotBefore, NotAfter: l.NotAfter,
		KeyUsage: l.keyUsage(key), ExtKeyUsage: l.extKeyUsage(), UnknownExtKeyUsage: l.UnknownExtKeyUsage,
		OCSPServer: l.OCSPServers, CRLDistributionPoints: l.CRLs,
	}
	if !l.NoSAN {
		t.DNSNames = l.Names
	}
	if t.SerialNumber == nil {
		t.SerialNumber = randomSerial()
	}
	if t.NotBefore.IsZero() {
		t.NotBefore = time.Now().Add(-time.Hour)
	}
	if t.NotAfter.IsZero() {
		t.NotAfter = t.NotBefore.Add(90 * 24 * time.Hour)
	}
	return t, key
}

func (l Leaf) commonName() string {
	switch {
	case l.NoCommonName:
		return ""
	case l.CommonName != "" || len(l.Names) == 0:
		return l.CommonName
	}
	return l.Names[0]
}

func (l Leaf) keyUsage(key crypto.Signer) x509.KeyUsage {
	switch {
	case l.NoKeyUsage:
		return 0
	case l.KeyUsage != 0:
		return l.KeyUsage
	}
	if _, ok := key.(*rsa.PrivateKey); ok {
		return x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment
	}
	return x509.KeyUsageDigitalSignature
}

func (l Leaf) extKeyUsage() []x509.ExtKeyUsage {
	switch {
	case l.NoExtKeyUsage:
		return nil
	case l.ExtKeyUsage != nil:
		return l.ExtKeyUsage
	}
	return []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
}
