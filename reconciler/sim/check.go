package sim

import (
	"crypto/x509"
	"encoding/pem"
	"time"

	"certloop/reconciler/api"
)

// checkImport refuses what ACM refuses of any import: a key that is another's, a chain out of order, a certificate
// that is not valid now.
func checkImport(r api.ImportRequest, now time.Time) (api.Leaf, error) {
	block, _ := pem.Decode([]byte(r.Leaf))
	if block == nil {
		return api.Leaf{}, refused("no certificate")
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return api.Leaf{}, refused("the certificate cannot be read")
	}
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
	previous := cert
	for rest := []byte(r.Chain); ; {
		var b *pem.Block
		if b, rest = pem.Decode(rest); b == nil {
			break
		}
		next, err := x509.ParseCertificate(b.Bytes)
		if err != nil || previous.CheckSignatureFrom(next) != nil {
			return api.Leaf{}, refused("the chain is out of order")
		}
		previous = next
	}
	return api.ParseLeaf(cert)
}
