package fake

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"slices"
	"time"
)

// maxKey is the longest private key, in bytes of PEM.
const maxKey = 5120

// material checks what is imported by itself: leaf, key and chain.
func material(in importInput, now time.Time) (*Certificate, *Refusal) {
	leaf, err := readLeaf(in.Certificate, now)
	if err != nil {
		return nil, err
	}
	if err := checkKey(in.PrivateKey, leaf); err != nil {
		return nil, err
	}
	if err := checkChain(in.CertificateChain, leaf); err != nil {
		return nil, err
	}
	return &Certificate{Leaf: string(in.Certificate), Chain: string(in.CertificateChain), X509: leaf}, nil
}

func readLeaf(text []byte, now time.Time) (*x509.Certificate, *Refusal) {
	found, ok := certificates(text)
	switch {
	case !ok || len(found) == 0:
		return nil, invalid("The certificate is not PEM-encoded or is not valid.")
	case len(found) > 1:
		return nil, invalid("The certificate field contains more than one certificate. You must specify only one certificate in this field.")
	}
	leaf := found[0]
	switch {
	case now.After(leaf.NotAfter):
		return nil, invalid("The certificate has expired, is not valid.")
	case now.Before(leaf.NotBefore):
		return nil, invalid("The certificate is not in effect yet, is not valid.")
	case bytes.Equal(leaf.RawIssuer, []byte{0x30, 0}):
		return nil, invalid("The issuer field of the certificate must not be empty.")
	case algorithm(leaf) == "":
		return nil, invalid("The key algorithm of the certificate is not supported.")
	case len(domains(leaf)) == 0:
		return nil, invalid("The certificate must contain at least one domain name.")
	}
	return leaf, nil
}

// certificates reads PEM that holds nothing but certificates.
func certificates(text []byte) (found []*x509.Certificate, ok bool) {
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			return found, len(bytes.TrimSpace(text)) == 0
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil || block.Type != "CERTIFICATE" {
			return nil, false
		}
		found = append(found, cert)
	}
}

func checkKey(text []byte, leaf *x509.Certificate) *Refusal {
	if len(text) > maxKey {
		return invalid("1 validation error detected: Value at 'privateKey' failed to satisfy constraint: "+
			"Member must have length less than or equal to %d", maxKey)
	}
	block, rest := pem.Decode(text)
	if block != nil && block.Type == "EC PARAMETERS" {
		block, _ = pem.Decode(rest)
	}
	switch {
	case block == nil:
		return invalid("The private key is not PEM-encoded or is not valid.")
	case block.Type == "ENCRYPTED PRIVATE KEY" || block.Headers["DEK-Info"] != "":
		return invalid("The private key is encrypted: it must not be protected by a password or passphrase.")
	}
	key := parseKey(block)
	if key == nil {
		return invalid("The private key is not PEM-encoded or is not valid.")
	}
	if public, ok := key.Public().(interface{ Equal(crypto.PublicKey) bool }); !ok || !public.Equal(leaf.PublicKey) {
		return invalid("The private key does not match the public key of the certificate.")
	}
	return nil
}

func parseKey(block *pem.Block) crypto.Signer {
	if key, err := x509.ParsePKCS8PrivateKey(block.Bytes); err == nil {
		signer, _ := key.(crypto.Signer)
		return signer
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return key
	}
	if key, err := x509.ParseECPrivateKey(block.Bytes); err == nil {
		return key
	}
	return nil
}

// checkChain follows the chain upwards from the leaf; only a self-signed leaf needs none.
func checkChain(text []byte, leaf *x509.Certificate) *Refusal {
	chain, ok := certificates(text)
	if !ok || len(text) > 0 && len(chain) == 0 {
		return invalid("The certificate chain is not PEM-encoded or is not valid.")
	}
	if len(chain) == 0 && leaf.CheckSignature(leaf.SignatureAlgorithm, leaf.RawTBSCertificate, leaf.Signature) != nil {
		return invalid("Provided certificate is not a valid self signed. Please provide either a valid self-signed certificate or certificate chain.")
	}
	if slices.ContainsFunc(chain, leaf.Equal) {
		return invalid("The certificate chain must not contain the certificate itself.")
	}
	below := leaf
	for _, above := range chain {
		if err := below.CheckSignatureFrom(above); err != nil {
			return invalid("Could not validate the certificate with the certificate chain.")
		}
		below = above
	}
	return nil
}
