package sandbox

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"certloop/internal/sandbox/secretscan"
	"certloop/providers/keys"
	"certloop/reconciler/api"
)

// mayHold lists the requests that carry a secret to the service that keeps it.
var mayHold = []string{"Encrypt", "CreateSecret", "ImportCertificate"}

// named lists the requests whose bodies are searched under a name of their own.
var named = map[string][]string{
	"an item that was written": {"PutItem", "TransactWriteItems"},
	"an event":                 {"PutEvents"},
	"a message to users":       {"Publish"},
	"a message of the queue":   {"SendMessage", "SendMessageBatch"},
	"a change of Route 53":     {"ChangeResourceRecordSets"},
}

// checkSecrets searches everything that was written for every key that was made, and checks that it would find one.
func checkSecrets(b *box) {
	n := &secretscan.Set{}
	eab, err := base64.RawURLEncoding.DecodeString(EABKey)
	if err != nil {
		b.t.Fatal(err)
	}
	n.Add("the EAB key", eab)
	n.Add("the EAB key as text", []byte(EABKey))
	b.accountKeys(n)
	b.sealedKeys(n)
	b.sentKeys(n)
	if want := len(b.CA.Issued()) + len(b.EABCA.Issued()); len(n.Names) < want {
		b.t.Errorf("%d secrets are searched for, fewer than the %d certificates that were issued", len(n.Names), want)
	}
	for where, text := range b.writings() {
		if text == "" {
			b.t.Errorf("%s is empty: there was nothing to search", where)
		}
		if found := n.In([]byte(text)); len(found) > 0 {
			b.t.Errorf("%s holds %v", where, found)
		}
		end := text[max(0, len(text)-1000):]
		planted := end[:len(end)/2] + EABKey + end[len(end)/2:]
		if found := n.In([]byte(planted)); !slices.Contains(found, "the EAB key as text") {
			b.t.Errorf("a secret that was planted in %s was not found", where)
		}
	}
}

// writings returns everything that was written where others can read it.
func (b *box) writings() map[string]string {
	b.fetch()
	var mails strings.Builder
	for _, m := range b.inbox.mail {
		fmt.Fprintln(&mails, m)
	}
	all := map[string]string{
		"the log":                       b.log.String(),
		"stream and queue":              b.sent.String(),
		"an answer or error":            b.answers.String(),
		"the inbox":                     mails.String(),
		"the table":                     strings.Join(b.table(), "\n"),
		"the table in mid-order":        strings.Join(midOrderIn, "\n"),
		"a certificate's tags or chain": fmt.Sprint(b.ACM.All()),
	}
	searched := slices.Clone(mayHold)
	for where, operations := range named {
		for _, operation := range operations {
			all[where] += strings.Join(b.wire.of(operation), "\n")
		}
		searched = append(searched, operations...)
	}
	all["any other request to AWS"] = strings.Join(b.wire.besides(searched...), "\n")
	return all
}

// besides returns the bodies of all requests except these operations.
func (w *wire) besides(operations ...string) (bodies []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.calls {
		if !slices.Contains(operations, c.Operation) {
			bodies = append(bodies, c.Body)
		}
	}
	return bodies
}

// accountKeys adds the account keys in Secrets Manager.
func (b *box) accountKeys(n *secretscan.Set) {
	b.t.Helper()
	out, err := b.Secrets.ListSecrets(b.t.Context(), &secretsmanager.ListSecretsInput{MaxResults: aws.Int32(100)})
	if err != nil {
		b.t.Fatal(err)
	}
	found := 0
	for _, s := range out.SecretList {
		value, err := b.Secrets.GetSecretValue(b.t.Context(), &secretsmanager.GetSecretValueInput{SecretId: s.ARN})
		if err != nil {
			b.t.Fatal(err)
		}
		if n.AddKey("the key of account "+aws.ToString(s.Name), aws.ToString(value.SecretString)) {
			found++
		}
	}
	if found < 3 {
		b.t.Errorf("%d account keys were found, want those of default, eab and late", found)
	}
}

// sealedKeys adds the keys of the table in mid-order. It decrypts them as anybody with access to the KMS key can.
func (b *box) sealedKeys(n *secretscan.Set) {
	b.t.Helper()
	sealer := keys.NewSealer(keys.SealerConfig{Client: b.KMS})
	found := 0
	for _, body := range midOrderIn {
		var it struct {
			Name, Kind struct{ Value string }
			SealedKey  struct{ Value []byte } `json:"sealed_key"`
		}
		if err := json.Unmarshal([]byte(body), &it); err != nil {
			b.t.Fatal(err)
		}
		if len(it.SealedKey.Value) == 0 {
			continue
		}
		record := strings.TrimPrefix(it.Name.Value, api.IssuancePartition(""))
		key, err := sealer.Open(b.t.Context(), record, it.SealedKey.Value)
		if err != nil {
			b.t.Fatalf("open the key of %s: %v", record, err)
		}
		if n.AddKey("the sealed key of "+record, string(key.Reveal())) {
			found++
		}
	}
	if found == 0 {
		b.t.Error("no sealed key was found in the table in mid-order")
	}
}

// ofTheCheck marks a request of {"action":"check"}, which encrypts a constant.
const ofTheCheck = "certloop-check"

// sentKeys adds the keys that were sent to KMS and to ACM.
func (b *box) sentKeys(n *secretscan.Set) {
	b.t.Helper()
	for operation, field := range map[string]string{"Encrypt": "Plaintext", "ImportCertificate": "PrivateKey"} {
		for _, body := range b.wire.of(operation) {
			var fields map[string]any
			if err := json.Unmarshal([]byte(body), &fields); err != nil {
				b.t.Fatal(err)
			}
			if strings.Contains(fmt.Sprint(fields["EncryptionContext"]), ofTheCheck) {
				continue
			}
			encoded, _ := fields[field].(string)
			text, err := base64.StdEncoding.DecodeString(encoded)
			if err != nil || !n.AddKey("a key sent with "+operation, string(text)) {
				b.t.Errorf("%s carries no key in %s: %v", operation, field, err)
			}
		}
	}
}
