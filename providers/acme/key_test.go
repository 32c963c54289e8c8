package acme

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"testing"

	"certloop/internal/testca"
	"certloop/reconciler/api"
)

func TestAccountKeysInEveryForm(t *testing.T) {
	ec, rsaKey := testca.NewKey(api.EC384).(*ecdsa.PrivateKey), testca.NewKey(api.RSA2048).(*rsa.PrivateKey)
	sec1, err := x509.MarshalECPrivateKey(ec)
	if err != nil {
		t.Fatal(err)
	}
	block := func(kind string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	for sentence, c := range map[string]struct {
		text string
		want crypto.Signer
	}{
		"ECDSA in PKCS#8":               {testca.KeyPEM(ec), ec},
		"RSA in PKCS#8":                 {testca.KeyPEM(rsaKey), rsaKey},
		"RSA in PKCS#1":                 {block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey)), rsaKey},
		"ECDSA in SEC 1":                {block("EC PRIVATE KEY", sec1), ec},
		"behind the curve's parameters": {block("EC PARAMETERS", []byte{6, 5, 43, 129, 4, 0, 34}) + block("EC PRIVATE KEY", sec1), ec},
	} {
		t.Run(sentence, func(t *testing.T) {
			key, err := accountKey(api.ACMEAccount{Key: api.NewSecret([]byte(c.text))})
			if err != nil {
				t.Fatal(err)
			}
			got, err := x509.MarshalPKIXPublicKey(key.(crypto.Signer).Public())
			if err != nil {
				t.Fatal(err)
			}
			if want, err := x509.MarshalPKIXPublicKey(c.want.Public()); err != nil || !bytes.Equal(got, want) {
				t.Errorf("another key, or %v", err)
			}
		})
	}
}
