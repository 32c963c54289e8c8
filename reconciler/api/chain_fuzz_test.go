package api_test

import (
	"encoding/pem"
	"testing"
	"time"

	"certloop/internal/testca"
	"certloop/reconciler/api"
)

// FuzzChain parses any bytes as a chain. An accepted chain is within bounds, and so are the facts of its leaf. The
// error of a refused one fits into a message.
func FuzzChain(f *testing.F) {
	ca := testca.New(testca.Options{Intermediates: 2})
	leaf := ca.Issue(testca.Leaf{Names: []string{"example.com", "*.example.com"}, KeyType: api.EC256})
	whole := leaf.Leaf + leaf.Chain
	for _, seed := range []string{
		"", "x", string(leaf.Certificate.Raw), whole, leaf.Leaf, whole + "x", "x\n" + whole, whole + whole + whole + whole,
		"-----BEGIN CERTIFICATE-----\n\n-----END CERTIFICATE-----\n", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		began := time.Now()
		// A fuzzer rarely finds PEM, so its bytes are also used as a certificate.
		readChain(t, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: text}))
		readChain(t, text)
		if took := time.Since(began); took > slow {
			t.Errorf("%d bytes take %s", len(text), took)
		}
	})
}

func readChain(t *testing.T, text []byte) {
	t.Helper()
	chain, err := api.ParseChain(text)
	if err != nil {
		return
	}
	if len(chain) == 0 || len(chain) > api.MaxChainCertificates {
		t.Fatalf("%d certificates", len(chain))
	}
	l, err := api.ParseLeaf(chain[0])
	if err != nil {
		return
	}
	if l.Issuer != api.BoundIssuer(l.Issuer) || len(l.Serial) > 128 || len(l.Domains) > 101 || len(l.CertID) > 256 || len(l.ExtendedKeyUsages) > 50 {
		t.Errorf("%+v", l)
	}
	for _, at := range []time.Time{l.NotBefore, l.NotAfter} {
		if again, err := time.Parse(time.RFC3339, at.Format(time.RFC3339)); err != nil || !again.Equal(at) {
			t.Errorf("the time %s cannot be stored: %v", at, err)
		}
	}
}
