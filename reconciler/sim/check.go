package sim

import (
	"crypto/x509"
	"encoding/pem"
	"time"

	"certloop/reconciler/api"
)

// checkImport refuses what ACM refuses of any import: the key of another certificate, a chain out of order, a
// certificate that is not valid now.
func checkImport(r api.ImportRequest, now time.Time) (api.Leaf, error) {
	leaf, err := api.ParseChain([]byte(r.Leaf))
	if err != nil || len(leaf) != 1 {
		return api.Leaf{}, refused("the certificate cannot be read")
	}
	cert := leaf[0]
	keyBlock, _ := pem.Decode(r.Key.Reveal())
	if keyBlock == nil {
		return api.Leaf{}, refused("no key")
	}
	key, err := x509.ParsePKCS8PrivateKey(keyBlock.Bytes)
	if err != nil || !sameKey(key, cert) {
		return api.Leaf{}, refused("the key does not match the certificate")
	}
	if now.Before(cert.NotBefore) || !now.Before(cert.NotAfter) {
		return api.Leaf{}, refused("the certificate is not valid now")
	}
	if !inOrder(cert, r.Chain) {
		return api.Leaf{}, refused("the chain is out of order")
	}
	return api.ParseLeaf(cert)
}

// inOrder reports whether each certificate is signed by the next; a chain may be empty.
func inOrder(leaf *x509.Certificate, chain string) bool {
	if chain == "" {
		return true
	}
	issuers, err := api.ParseChain([]byte(chain))
	for _, next := range issuers {
		if leaf.CheckSignatureFrom(next) != nil {
			return false
		}
		leaf = next
	}
	return err == nil
}
