//go:build e2e

package e2e

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"certloop/internal/sandbox"
	"certloop/internal/sandbox/secretscan"
)

// sent keeps the private keys that were sent to the services that store them.
type sent struct {
	mu   sync.Mutex
	keys []string
}

func (s *sent) intercept(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		target := r.Header.Get("X-Amz-Target")
		if field := map[string]string{"TrentService.Encrypt": "Plaintext", "CertificateManager.ImportCertificate": "PrivateKey"}[target]; field != "" {
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body))
			s.note(body, field)
		}
		next.ServeHTTP(w, r)
	})
}

func (s *sent) note(body []byte, field string) {
	var fields map[string]any
	_ = json.Unmarshal(body, &fields)
	encoded, _ := fields[field].(string)
	key, _ := base64.StdEncoding.DecodeString(encoded)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys = append(s.keys, string(key))
}

// noSecrets searches the state for every key that was made, and checks that it would find one.
func noSecrets(t *testing.T, b *box) {
	n := &secretscan.Set{}
	eab, err := base64.RawURLEncoding.DecodeString(sandbox.EABKey)
	if err != nil {
		t.Fatal(err)
	}
	n.Add("the EAB key", eab)
	n.Add("the EAB key as text", []byte(sandbox.EABKey))
	b.accountKeys(t, n)
	b.sent.mu.Lock()
	for _, key := range b.sent.keys {
		if !n.AddKey("a key that was sent", key) {
			t.Error("what was sent as a private key is not one")
		}
	}
	b.sent.mu.Unlock()
	if want := len(b.CA.Issued()) + len(b.EABCA.Issued()); len(n.Names) < want {
		t.Errorf("%d secrets are searched for, fewer than the %d certificates that were issued", len(n.Names), want)
	}
	state := b.tf.state(t)
	if found := n.In([]byte(state)); len(found) > 0 {
		t.Errorf("the state holds %v", found)
	}
	if !strings.Contains(state, b.EABSecretARN) {
		t.Error("the state does not hold the ARN of the EAB secret: is it the right file?")
	}
	if found := n.In([]byte(state + sandbox.EABKey)); !slices.Contains(found, "the EAB key as text") {
		t.Error("a secret that was planted in the state was not found")
	}
}

// accountKeys adds the keys in Secrets Manager.
func (b *box) accountKeys(t *testing.T, n *secretscan.Set) {
	t.Helper()
	out, err := b.Secrets.ListSecrets(t.Context(), &secretsmanager.ListSecretsInput{MaxResults: aws.Int32(100)})
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, s := range out.SecretList {
		value, err := b.Secrets.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: s.ARN})
		if err != nil {
			t.Fatal(err)
		}
		if n.AddKey("the key of account "+aws.ToString(s.Name), aws.ToString(value.SecretString)) {
			found++
		}
	}
	if found < len(b.values.Accounts) {
		t.Errorf("%d account keys were found, want %d", found, len(b.values.Accounts))
	}
}
