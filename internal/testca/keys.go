package testca

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"sync"

	"certloop/reconciler/api"
)

// These are key types that ACM accepts and certloop does not issue.
const (
	RSA1024 api.KeyType = "RSA_1024"
	EC521   api.KeyType = "EC_secp521r1"
)

var curves = map[api.KeyType]elliptic.Curve{
	api.EC256: elliptic.P256(), api.EC384: elliptic.P384(), EC521: elliptic.P521(),
}

var rsaBits = map[api.KeyType]int{RSA1024: 1024, api.RSA2048: 2048, api.RSA3072: 3072, api.RSA4096: 4096}

// rsaKeys caches two keys of each size: they take long to generate, and no test needs a third.
var rsaKeys struct {
	sync.Mutex
	found map[api.KeyType][]*rsa.PrivateKey
	asked map[api.KeyType]int
}

// NewKey returns a private key; an empty type stands for EC_prime256v1. RSA keys repeat: every second one of a size is
// the same.
func NewKey(t api.KeyType) crypto.Signer {
	if t == "" {
		t = api.EC256
	}
	if bits, ok := rsaBits[t]; ok {
		return rsaKey(t, bits)
	}
	curve, ok := curves[t]
	if !ok {
		panic(fmt.Sprintf("testca: no keys of type %q", t))
	}
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	must(err)
	return key
}

func rsaKey(t api.KeyType, bits int) *rsa.PrivateKey {
	rsaKeys.Lock()
	defer rsaKeys.Unlock()
	if rsaKeys.found == nil {
		rsaKeys.found, rsaKeys.asked = map[api.KeyType][]*rsa.PrivateKey{}, map[api.KeyType]int{}
	}
	i := rsaKeys.asked[t] % 2
	rsaKeys.asked[t]++
	if i == len(rsaKeys.found[t]) {
		key, err := rsa.GenerateKey(rand.Reader, bits)
		must(err)
		rsaKeys.found[t] = append(rsaKeys.found[t], key)
	}
	return rsaKeys.found[t][i]
}

// KeyPEM returns key in PKCS#8 PEM.
func KeyPEM(key crypto.Signer) string {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	must(err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}
