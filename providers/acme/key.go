package acme

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"

	"certloop/reconciler/api"
)

// accountKey reads the account key: PKCS#8, PKCS#1 or SEC 1 PEM of a kind that ACME signs with (RFC 8555 section 6.2:
// RS256, ES256; ES384 beside them). No error tells of its content.
func accountKey(a api.ACMEAccount) (crypto.PrivateKey, error) {
	for rest := a.Key.Reveal(); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return nil, &api.Error{Kind: api.Terminal, Reason: api.ReasonAccountKeyLost, Message: "the key of account " + a.Name +
				" is not a private key in PEM, RSA or ECDSA on P-256 or P-384: restore its secret in Secrets Manager"}
		}
		if key := signingKey(block.Bytes); key != nil {
			return key, nil
		}
	}
}

func signingKey(der []byte) crypto.PrivateKey {
	if key, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return key
	}
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		if key, err = x509.ParseECPrivateKey(der); err != nil {
			return nil
		}
	}
	switch key := key.(type) {
	case *rsa.PrivateKey:
		return key
	case *ecdsa.PrivateKey:
		if key.Curve == elliptic.P256() || key.Curve == elliptic.P384() {
			return key
		}
	}
	return nil
}
