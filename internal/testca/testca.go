// Package testca is a small certificate authority for tests. It issues correct certificates and broken ones. Its
// functions panic on impossible options; it is not for production.
package testca

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"

	"certloop/reconciler/api"
)

// Options configure an authority.
type Options struct {
	// KeyType is the type of the root's and the intermediates' keys (default EC_prime256v1).
	KeyType api.KeyType
	// Intermediates is the number of intermediates between the root and the leaves. If it is 0, the root signs them.
	Intermediates int
	// Name is part of the common names, "<Name> Root" and "<Name> Intermediate 1" (default "Test").
	Name string
	// Issuer, if set, is the whole subject of the authority that signs the leaves.
	Issuer *pkix.Name
}

// CA is a root and the intermediates below it. It is safe for concurrent use.
type CA struct {
	// authorities are the root, then the intermediates downwards.
	authorities []authority
}

type authority struct {
	cert *x509.Certificate
	key  crypto.Signer
}

// New returns an authority that is valid for ten years around now.
func New(o Options) *CA {
	if o.KeyType == "" {
		o.KeyType = api.EC256
	}
	if o.Name == "" {
		o.Name = "Test"
	}
	ca := &CA{}
	for depth := range o.Intermediates + 1 {
		ca.add(depth, o)
	}
	return ca
}

func (ca *CA) add(depth int, o Options) {
	key := NewKey(o.KeyType)
	template := &x509.Certificate{
		SerialNumber: randomSerial(), Subject: pkix.Name{CommonName: fmt.Sprintf("%s Intermediate %d", o.Name, depth)},
		NotBefore: time.Now().Add(-5 * 365 * 24 * time.Hour), NotAfter: time.Now().Add(5 * 365 * 24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	if depth == 0 {
		template.Subject.CommonName = o.Name + " Root"
	}
	if o.Issuer != nil && depth == o.Intermediates {
		template.Subject = *o.Issuer
	}
	parent, signer := template, key
	if depth > 0 {
		parent, signer = ca.issuer().cert, ca.issuer().key
	}
	ca.authorities = append(ca.authorities, authority{cert: sign(template, parent, key.Public(), signer), key: key})
}

// Authority returns an authority that signs leaves with an existing certificate and its key.
func Authority(certificate *x509.Certificate, key crypto.Signer) *CA {
	return &CA{authorities: []authority{{cert: certificate, key: key}}}
}

// issuer returns the authority that signs the leaves.
func (ca *CA) issuer() authority { return ca.authorities[len(ca.authorities)-1] }

// Root returns the root in PEM.
func (ca *CA) Root() string { return PEM(ca.authorities[0].cert) }

// Chain returns what a server sends after its leaf, the leaf's issuer first: the intermediates, or the root if there
// are none.
func (ca *CA) Chain() []*x509.Certificate {
	if len(ca.authorities) == 1 {
		return []*x509.Certificate{ca.authorities[0].cert}
	}
	var chain []*x509.Certificate
	for i := len(ca.authorities) - 1; i > 0; i-- {
		chain = append(chain, ca.authorities[i].cert)
	}
	return chain
}

// PEM encodes certificates in PEM, one after the other.
func PEM(certificates ...*x509.Certificate) string {
	var text []byte
	for _, c := range certificates {
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	return string(text)
}

func sign(template, parent *x509.Certificate, public crypto.PublicKey, signer crypto.Signer) *x509.Certificate {
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, signer)
	must(err)
	cert, err := x509.ParseCertificate(der)
	must(err)
	return cert
}

func randomSerial() *big.Int {
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	must(err)
	return n.Add(n, big.NewInt(1))
}

func must(err error) {
	if err != nil {
		panic("testca: " + err.Error())
	}
}
