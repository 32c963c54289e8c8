package reconciler

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

// newKey generates a private key of that type.
func newKey(t api.KeyType) (crypto.Signer, error) {
	switch t {
	case api.RSA2048:
		return rsa.GenerateKey(rand.Reader, 2048)
	case api.RSA3072:
		return rsa.GenerateKey(rand.Reader, 3072)
	case api.RSA4096:
		return rsa.GenerateKey(rand.Reader, 4096)
	case api.EC256:
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case api.EC384:
		return ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	}
	return nil, fmt.Errorf("key type %q: use one of %s", t, api.Enumerate(api.KeyTypes, "or"))
}

func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return hex.EncodeToString(b[:])
}

// makeKey returns a new private key as PKCS#8 PEM, and the digest of its public key.
func (r *Reconciler) makeKey(t api.KeyType) (api.Secret, string, error) {
	key, err := r.NewKey(t)
	if err != nil {
		return api.Secret{}, "", err
	}
	spki, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return api.Secret{}, "", err
	}
	sum := sha256.Sum256(spki)
	secret, err := encodeKey(key)
	return secret, hex.EncodeToString(sum[:]), err
}

func encodeKey(key crypto.Signer) (api.Secret, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return api.Secret{}, err
	}
	return api.NewSecret(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), nil
}

func decodeKey(s api.Secret) (crypto.Signer, error) {
	block, _ := pem.Decode(s.Reveal())
	if block == nil {
		return nil, fmt.Errorf("the key is not PEM")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("the key is not PKCS#8")
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("the key cannot sign")
	}
	return signer, nil
}

// makeCSR requests the names and nothing else. CAs refuse or ignore other extensions, and some refuse a request with an
// extended key usage.
func makeCSR(key api.Secret, commonName string, domains []string) ([]byte, error) {
	signer, err := decodeKey(key)
	if err != nil {
		return nil, err
	}
	return x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{
		Subject: pkix.Name{CommonName: commonName}, DNSNames: domains,
	}, signer)
}

// placeholderLife is long enough that the first real certificate comes first, and short enough that a failure is
// noticed.
const placeholderLife = 30 * 24 * time.Hour

// placeholder makes a self-signed certificate with KeyUsage digitalSignature and EKU serverAuth only: a later import to
// ACM may add usages but not remove them.
func (r *Reconciler) placeholder(in plan.Input) (api.ImportRequest, error) {
	key, err := r.NewKey(plan.KeyType(in))
	if err != nil {
		return api.ImportRequest{}, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return api.ImportRequest{}, err
	}
	template := &x509.Certificate{
		SerialNumber: serial, DNSNames: in.Spec.Domains,
		Subject:   pkix.Name{CommonName: in.Spec.CommonName(), Organization: []string{"certloop placeholder"}},
		NotBefore: in.Now.Add(-time.Hour), NotAfter: in.Now.Add(placeholderLife),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return api.ImportRequest{}, err
	}
	secret, err := encodeKey(key)
	return api.ImportRequest{Leaf: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), Key: secret}, err
}
