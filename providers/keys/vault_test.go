package keys_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"certloop/providers/internal/awsfake"
	"certloop/providers/keys"
	"certloop/providers/keys/contract"
	"certloop/providers/keys/fake"
	"certloop/reconciler/api"
)

const (
	accountID = "default/0123456789abcdef"
	eab       = `{"kid":"kid-1","hmac_key":"zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W"}`
)

// reads are the calls that stand on GetSecretValue, and the reason that their errors have.
func reads(vault *keys.Vault, arn string) map[api.Reason]func(context.Context) error {
	return map[api.Reason]func(context.Context) error{
		api.ReasonSecretUnavailable: func(ctx context.Context) error { _, err := vault.Key(ctx, accountID); return err },
		api.ReasonEABUnavailable:    func(ctx context.Context) error { _, err := vault.EAB(ctx, arn); return err },
	}
}

func TestEveryAnswerOfSecretsManagerHasItsKind(t *testing.T) {
	for sentence, c := range map[string]struct {
		fault awsfake.Fault
		kind  api.ErrorKind
	}{
		"throttled":                    {awsfake.Throttling(), api.Throttled},
		"access denied":                {awsfake.Denied("secretsmanager:Something"), api.Terminal},
		"expired credentials":          {awsfake.Fault{Code: "ExpiredTokenException"}, api.Transient},
		"an internal error":            {awsfake.Fault{Status: 500, Code: "InternalServiceError"}, api.Transient},
		"503":                          {awsfake.Fault{Status: 503, Code: "ServiceUnavailable"}, api.Transient},
		"a lost request":               {awsfake.LostRequest(), api.Transient},
		"scheduled for deletion":       {awsfake.Fault{Code: "InvalidRequestException", Message: "marked for deletion"}, api.Terminal},
		"its KMS key cannot decrypt":   {awsfake.Fault{Code: "DecryptionFailure"}, api.Terminal},
		"its KMS key cannot encrypt":   {awsfake.Fault{Code: "EncryptionFailure"}, api.Terminal},
		"a quota":                      {awsfake.Fault{Code: "LimitExceededException"}, api.Terminal},
		"a refusal nobody knows":       {awsfake.Fault{Code: "Odd"}, api.Terminal},
		"an answer that is cut off":    {awsfake.Fault{Body: `{"ARN":"x`}, api.Transient},
		"a region that is not enabled": {awsfake.Fault{Code: "UnrecognizedClientException"}, api.Terminal},
	} {
		t.Run(sentence, func(t *testing.T) {
			vault, secrets := newVault(t)
			arn := secrets.Put(fake.Secret{Region: "us-east-1", Name: "eab", String: eab})
			secrets.Fail("CreateSecret", -1, c.fault)
			_, err := vault.Create(t.Context(), accountID, contract.PrivateKey(""))
			wanted{c.kind, api.ReasonSecretUnavailable}.check(t, "Create", err)
			secrets.Fail("GetSecretValue", -1, c.fault)
			for reason, read := range reads(vault, arn) {
				wanted{c.kind, reason}.check(t, string(reason), read(t.Context()))
			}
		})
	}
}

func TestADenialNamesSecretRegionAndWhatToAllow(t *testing.T) {
	vault, secrets := newVault(t)
	arn := secrets.Put(fake.Secret{Region: "us-east-1", Name: "eab", String: eab})
	secrets.Fail("GetSecretValue", -1, awsfake.Denied("secretsmanager:GetSecretValue"))
	for where, read := range reads(vault, arn) {
		message := api.MessageOf(read(t.Context()))
		if !strings.Contains(message, "allow it secretsmanager:GetSecretValue") || !strings.Contains(message, "kms:Decrypt") ||
			(!strings.Contains(message, arn+" in us-east-1") && !strings.Contains(message, "certloop/accounts/"+accountID+" in "+awsfake.Region)) {
			t.Errorf("%s: %s", where, message)
		}
	}
}

func TestACreationWhoseReplyIsLostIsFoundAgain(t *testing.T) {
	for sentence, fault := range map[string]awsfake.Fault{"the reply is lost": awsfake.LostReply(),
		"the service fails too late": {Status: 500, Code: "InternalServiceError", After: true}} {
		t.Run(sentence, func(t *testing.T) {
			vault, secrets := newVault(t)
			secrets.Fail("CreateSecret", 1, fault)
			key := contract.PrivateKey("")
			got, err := vault.Create(t.Context(), accountID, key)
			if err != nil || !bytes.Equal(got.Reveal(), key.Reveal()) {
				t.Errorf("another key, or none: %v", err)
			}
			if n := secrets.Calls("CreateSecret"); n != 2 || len(secrets.All()) != 1 {
				t.Errorf("%d calls, %d secrets", n, len(secrets.All()))
			}
		})
	}
}

// A process that died after it created, and before it could say so, comes again with another key.
func TestAKeyThatCannotBeReadBackYetIsWaitedFor(t *testing.T) {
	vault, secrets := newVault(t)
	secrets.Lag(1)
	first := contract.PrivateKey("")
	_, err := vault.Create(t.Context(), accountID, first)
	wanted{api.Transient, api.ReasonSecretUnavailable}.check(t, "Create", err)
	got, err := vault.Create(t.Context(), accountID, contract.PrivateKey(""))
	if err != nil || !bytes.Equal(got.Reveal(), first.Reveal()) {
		t.Errorf("another key, or none: %v", err)
	}
}

func TestASecretWithoutAValueIsNoReasonForANewKey(t *testing.T) {
	vault, secrets := newVault(t)
	secrets.Put(fake.Secret{Region: awsfake.Region, Name: "certloop/accounts/" + accountID})
	_, err := vault.Create(t.Context(), accountID, contract.PrivateKey(""))
	wanted{api.Transient, api.ReasonSecretUnavailable}.check(t, "Create", err)
	if secrets.All()[0].String != "" {
		t.Error("a key was put there")
	}
}

func TestASecretInBinaryIsReadToo(t *testing.T) {
	vault, secrets := newVault(t)
	key := contract.PrivateKey("")
	secrets.Put(fake.Secret{Region: awsfake.Region, Name: "certloop/accounts/" + accountID, Binary: key.Reveal()})
	arn := secrets.Put(fake.Secret{Region: awsfake.Region, Name: "eab", Binary: []byte(eab)})
	if got, err := vault.Key(t.Context(), accountID); err != nil || !bytes.Equal(got.Reveal(), key.Reveal()) {
		t.Errorf("another key, or none: %v", err)
	}
	if got, err := vault.EAB(t.Context(), arn); err != nil || got.KID != "kid-1" {
		t.Errorf("another credential, or none: %v", err)
	}
}

// Whoever may list secrets, and not read them, sees names and descriptions.
func TestWhatIsStoredBesideAKeyDoesNotHoldIt(t *testing.T) {
	vault, secrets := newVault(t)
	key := contract.PrivateKey("")
	if _, err := vault.Create(t.Context(), accountID, key); err != nil {
		t.Fatal(err)
	}
	stored := secrets.All()[0]
	if stored.Name != "certloop/accounts/"+accountID || stored.Region != awsfake.Region || stored.String != string(key.Reveal()) {
		t.Errorf("it is stored as %s in %s", stored.Name, stored.Region)
	}
	stored.String = ""
	wantNo(t, fmt.Sprintf("%+v", stored), base64.StdEncoding.EncodeToString(key.Reveal()))
}

func TestNoAnswerOfSecretsManagerBringsASecretIntoAnError(t *testing.T) {
	key := contract.PrivateKey("")
	quoted, err := json.Marshal(string(key.Reveal()))
	if err != nil {
		t.Fatal(err)
	}
	inBase64 := base64.StdEncoding.EncodeToString(key.Reveal())
	for sentence, fault := range map[string]awsfake.Fault{
		"quoted":                  {Code: "InvalidParameterException", Message: "Value " + string(key.Reveal())},
		"an answer cut off":       {Body: `{"SecretString":` + string(quoted[:len(quoted)-20])},
		"an answer of other type": {Body: `{"CreatedDate":` + string(quoted) + `}`},
		"an answer in a list":     {Body: `[` + string(quoted) + `]`},
		"an answer that is bare":  {Body: string(quoted)},
		"a value of other type":   {Body: `{"SecretBinary":` + string(quoted) + `}`},
	} {
		t.Run(sentence, func(t *testing.T) {
			vault, secrets := newVault(t)
			arn := secrets.Put(fake.Secret{Region: awsfake.Region, Name: "eab", String: eab})
			secrets.Fail("CreateSecret", -1, fault)
			_, err := vault.Create(t.Context(), accountID, key)
			wantNo(t, text(err), inBase64)
			if fault.Body == "" {
				return // a request to read holds no secret that an error could quote
			}
			secrets.Fail("GetSecretValue", -1, fault)
			for reason, read := range reads(vault, arn) {
				err := read(t.Context())
				if err == nil {
					t.Errorf("%s: no error", reason)
				}
				wantNo(t, text(err), inBase64)
			}
		})
	}
}

func TestEachMethodCallsOnce(t *testing.T) {
	vault, secrets := newVault(t)
	arn := secrets.Put(fake.Secret{Region: "us-east-1", Name: "eab", String: eab})
	if _, err := vault.Create(t.Context(), accountID, contract.PrivateKey("")); err != nil {
		t.Fatal(err)
	}
	for _, read := range reads(vault, arn) {
		if err := read(t.Context()); err != nil {
			t.Error(err)
		}
	}
	// Create reads back what it made.
	if create, get := secrets.Calls("CreateSecret"), secrets.Calls("GetSecretValue"); create != 1 || get != 3 {
		t.Errorf("%d and %d calls", create, get)
	}
}
