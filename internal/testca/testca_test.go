package testca_test

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"testing"

	"certloop/internal/testca"
	"certloop/reconciler/api"
)

func TestIssue_LeafVerifiesAndMatchesItsKey(t *testing.T) {
	for name, o := range map[string]testca.Options{
		"under the root":                   {},
		"under one intermediate":           {Intermediates: 1},
		"under three intermediates of RSA": {Intermediates: 3, KeyType: api.RSA2048},
	} {
		t.Run(name, func(t *testing.T) {
			ca := testca.New(o)
			issued := ca.Issue(testca.Leaf{Names: []string{"www.example.com"}})
			roots, between := x509.NewCertPool(), x509.NewCertPool()
			roots.AppendCertsFromPEM([]byte(ca.Root()))
			between.AppendCertsFromPEM([]byte(issued.Chain))
			if _, err := issued.Certificate.Verify(x509.VerifyOptions{DNSName: "www.example.com", Roots: roots, Intermediates: between}); err != nil {
				t.Errorf("the chain does not verify: %v", err)
			}
			if _, err := tls.X509KeyPair([]byte(issued.Leaf), []byte(issued.Key)); err != nil {
				t.Errorf("key and leaf do not match: %v", err)
			}
			if want := max(o.Intermediates, 1); len(issued.Above) != want {
				t.Errorf("%d certificates above the leaf, want %d", len(issued.Above), want)
			}
		})
	}
}

func TestBroken_IsNotTheWholeChain(t *testing.T) {
	whole := testca.New(testca.Options{Intermediates: 2}).Issue(testca.Leaf{Names: []string{"www.example.com"}})
	for _, how := range testca.Breaks {
		t.Run(string(how), func(t *testing.T) {
			if broken := whole.Broken(how); broken.Chain == whole.Chain || broken.Leaf != whole.Leaf {
				t.Error("the chain is unchanged, or the leaf is changed")
			}
		})
	}
}

func TestNewKey_TwoRSAKeysInSuccessionDiffer(t *testing.T) {
	first, second := testca.NewKey(api.RSA2048).(*rsa.PrivateKey), testca.NewKey(api.RSA2048).(*rsa.PrivateKey)
	if first.Equal(second) {
		t.Error("they are the same")
	}
	if a, b := testca.NewKey("").(*ecdsa.PrivateKey), testca.NewKey("").(*ecdsa.PrivateKey); a.Equal(b) {
		t.Error("two EC keys are the same")
	}
}
