package acm_test

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"slices"
	"testing"

	"certloop/internal/testca"
	"certloop/providers/acm/fake"
	"certloop/reconciler/api"
)

// An adopted certificate with a negative serial number could not be read, and its record stayed stuck.
func TestACertificateThatGoDoesNotReadIsKnownFromItsDescription(t *testing.T) {
	for sentence, c := range map[string]struct {
		leaf testca.Leaf
		want api.KeyType
	}{
		"of an RSA key": {testca.Leaf{Names: []string{"www.example.com", "example.com"}, KeyType: api.RSA2048}, api.RSA2048},
		"of an EC key":  {testca.Leaf{Names: []string{"www.example.com", "example.com"}}, api.EC256},
	} {
		t.Run(sentence, func(t *testing.T) {
			service, client := serve(t, fake.Config{})
			serial := []byte{0x01, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}
			c.leaf.Serial = new(big.Int).SetBytes(serial)
			issued := testca.New(testca.Options{Name: "Old", KeyType: c.want}).Issue(c.leaf)
			at := api.Location{Region: "eu-central-1"}
			arn, err := client.Import(t.Context(), at, issued.Import(nil))
			if err != nil {
				t.Fatal(err)
			}
			negative := slices.Clone(serial)
			negative[0] = 0x81
			der := bytes.Replace(issued.Certificate.Raw, serial, negative, 1)
			if _, err := x509.ParseCertificate(der); err == nil {
				t.Fatal("Go reads it")
			}
			service.ShowLeaf(arn, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
			found, err := client.Describe(t.Context(), at, arn)
			if err != nil {
				t.Fatal(err)
			}
			sum, x := sha256.Sum256(der), issued.Certificate
			if l := found.Leaf; l.FingerprintSHA256 != hex.EncodeToString(sum[:]) || l.KeyType != c.want || l.SelfSigned ||
				!slices.Equal(l.Domains, c.leaf.Names) || !l.NotAfter.Equal(x.NotAfter) || !l.NotBefore.Equal(x.NotBefore) ||
				l.Serial != "102030405060708090a0b0c0d0e0f10" || l.Issuer != "Old Root" || !slices.Contains(l.KeyUsages, "DIGITAL_SIGNATURE") ||
				!slices.Equal(l.ExtendedKeyUsages, []string{"TLS_WEB_SERVER_AUTHENTICATION"}) {
				t.Errorf("it is known as %+v", l)
			}
			service.ShowLeaf(arn, "no PEM")
			if _, err := client.Describe(t.Context(), at, arn); api.KindOf(err) != api.Terminal {
				t.Errorf("without PEM: %v", err)
			}
		})
	}
}
