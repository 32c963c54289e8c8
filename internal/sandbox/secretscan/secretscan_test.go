package secretscan

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"

	"certloop/internal/testca"
	"certloop/reconciler/api"
)

func TestSet_FindsAKeyInEveryForm(t *testing.T) {
	// These lines of the PEM block hold private numbers.
	for keyType, line := range map[api.KeyType]int{api.EC256: 2, api.RSA2048: 9} {
		text := testca.KeyPEM(testca.NewKey(keyType))
		n := &Set{}
		if !n.AddKey("key", text) {
			t.Fatal("it is not a key")
		}
		block, _ := pem.Decode([]byte(text))
		key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		inJSON := func(v any) string {
			body, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			return string(body)
		}
		for form, written := range map[string]string{
			"PEM":                        text,
			"a line of it":               strings.Split(text, "\n")[line],
			"PEM in JSON":                inJSON(text),
			"PEM in JSON in JSON":        inJSON(inJSON(text)),
			"PEM as bytes in JSON":       inJSON([]byte(text)),
			"bytes in JSON in JSON":      inJSON([]byte(inJSON([]byte(text)))),
			"DER":                        string(block.Bytes),
			"DER in base64":              base64.StdEncoding.EncodeToString(block.Bytes),
			"DER after a byte in base64": base64.StdEncoding.EncodeToString(append([]byte{1}, block.Bytes...)),
			"DER in base64url":           base64.RawURLEncoding.EncodeToString(block.Bytes),
			"DER in hex":                 hex.EncodeToString(block.Bytes),
			"Go's own":                   fmt.Sprintf("%+v", key),
		} {
			if n.In([]byte("before\n"+written+"\nafter")) == nil {
				t.Errorf("%s: %s was not found: %s", keyType, form, written)
			}
		}
		other := testca.KeyPEM(testca.NewKey(keyType))
		if found := n.In([]byte(other)); found != nil {
			t.Errorf("%v was found in another key", found)
		}
	}
}
