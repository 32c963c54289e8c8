package deployment

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"certloop/reconciler/api"
)

// secretsManager answers Secrets Manager, and keeps the requests.
type secretsManager struct {
	exists, echoes bool
	operations     []string
	last           map[string]any
}

func (s *secretsManager) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	operation := r.Header.Get("X-Amz-Target")
	s.operations = append(s.operations, operation)
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	switch {
	case s.echoes:
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprintf(w, `{"__type":"ValidationException","message":%q}`, "Value "+string(body)+" failed to satisfy constraint")
	case s.exists && operation == "secretsmanager.CreateSecret":
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"__type":"ResourceExistsException","message":"exists"}`)
	default:
		_ = json.Unmarshal(body, &s.last)
		_, _ = io.WriteString(w, `{"ARN":"arn:aws:secretsmanager:us-east-1:123456789012:secret:x-AbCdEf"}`)
	}
}

func TestStoreEAB(t *testing.T) {
	const key = "c2VjcmV0LWhtYWMta2V5"
	credential := api.EAB{KID: "kid-1", HMACKey: api.NewSecret([]byte(key))}
	for sentence, c := range map[string]struct {
		service   secretsManager
		place     SecretPlace
		operation string
		name, kms any
	}{
		"a new secret with a key": {secretsManager{}, SecretPlace{"prod", "arn:aws:kms:us-east-1:123456789012:key/1"},
			"secretsmanager.CreateSecret", "prod/eab/jprs", "arn:aws:kms:us-east-1:123456789012:key/1"},
		"a new secret with the default key":           {secretsManager{}, SecretPlace{Prefix: "certloop"}, "secretsmanager.CreateSecret", "certloop/eab/jprs", nil},
		"a secret that exists receives a new version": {secretsManager{exists: true}, SecretPlace{Prefix: "certloop"}, "secretsmanager.PutSecretValue", nil, nil},
		"AWS repeats the credential in its error":     {secretsManager{echoes: true}, SecretPlace{Prefix: "certloop"}, "", nil, nil},
	} {
		t.Run(sentence, func(t *testing.T) {
			d := open(t, Config{}, c.service.ServeHTTP)
			arn, err := d.StoreEAB(t.Context(), "jprs", credential, c.place)
			if c.operation == "" {
				if err == nil || strings.Contains(fmt.Sprintf("%v %+v", err, err), key) {
					t.Errorf("the error has the key, or there is none: %v", err)
				}
				return
			}
			if err != nil || arn == "" || !slices.Contains(c.service.operations, c.operation) {
				t.Fatalf("%q %v: %v", arn, err, c.service.operations)
			}
			if got := c.service.last["SecretString"]; got != `{"hmac_key":"`+key+`","kid":"kid-1"}` {
				t.Errorf("stored is %v", got)
			}
			if c.name != nil && (c.service.last["Name"] != c.name || c.service.last["KmsKeyId"] != c.kms) {
				t.Errorf("the secret is %v with key %v, want %v with %v", c.service.last["Name"], c.service.last["KmsKeyId"], c.name, c.kms)
			}
		})
	}
}
