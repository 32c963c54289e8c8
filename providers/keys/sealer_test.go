package keys_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"certloop/providers/internal/awsfake"
	"certloop/providers/keys/contract"
	"certloop/reconciler/api"
)

// wanted is how an error is to be read.
type wanted struct {
	kind   api.ErrorKind
	reason api.Reason
}

func (w wanted) check(t *testing.T, what string, err error) {
	t.Helper()
	if api.KindOf(err) != w.kind || api.ReasonOf(err, "") != w.reason {
		t.Errorf("%s: kind %q, reason %q, want %q, %q: %v", what, api.KindOf(err), api.ReasonOf(err, ""), w.kind, w.reason, err)
	}
}

// text is all that can be printed of an error and its causes.
func text(err error) string {
	var all strings.Builder
	for e := err; e != nil; e = errors.Unwrap(e) {
		fmt.Fprintf(&all, "%+v %#v\n", e, e)
	}
	return all.String()
}

func (b *bench) sealed(t *testing.T, plain api.Secret) []byte {
	t.Helper()
	sealed, err := b.Seal(t.Context(), "www", plain)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func TestEveryAnswerOfKMSHasItsKind(t *testing.T) {
	var (
		waits     = wanted{api.Transient, api.ReasonKeyUnavailable}
		refused   = wanted{api.Terminal, api.ReasonKeyUnavailable}
		lost      = wanted{api.Terminal, api.ReasonKeyLost}
		throttled = wanted{api.Throttled, api.ReasonKeyUnavailable}
	)
	for sentence, c := range map[string]struct {
		fault      awsfake.Fault
		seal, open wanted
	}{
		"throttled":                    {awsfake.Throttling(), throttled, throttled},
		"429":                          {awsfake.Fault{Status: 429, Code: "Slow"}, throttled, throttled},
		"access denied":                {awsfake.Denied("kms:Something"), waits, waits},
		"a region that is not enabled": {awsfake.Fault{Code: "UnrecognizedClientException"}, waits, waits},
		"expired credentials":          {awsfake.Fault{Code: "ExpiredTokenException"}, waits, waits},
		"an internal failure":          {awsfake.Fault{Status: 500, Code: "KMSInternalException"}, waits, waits},
		"a key that is not available":  {awsfake.Fault{Status: 500, Code: "KeyUnavailableException"}, waits, waits},
		"a dependency's time-out":      {awsfake.Fault{Status: 503, Code: "DependencyTimeoutException"}, waits, waits},
		"a lost request":               {awsfake.LostRequest(), waits, waits},
		"a lost reply":                 {awsfake.LostReply(), waits, waits},
		"a disabled key":               {awsfake.Fault{Code: "DisabledException"}, waits, waits},
		"a key in another state":       {awsfake.Fault{Code: "KMSInvalidStateException"}, waits, waits},
		"a key that does not exist":    {awsfake.Fault{Code: "NotFoundException"}, refused, lost},
		"a ciphertext that is invalid": {awsfake.Fault{Code: "InvalidCiphertextException"}, refused, lost},
		"a ciphertext of another key":  {awsfake.Fault{Code: "IncorrectKeyException"}, refused, lost},
		// Nothing is proven by a refusal that nobody foresaw, and what is dropped cannot be had back.
		"a key that signs":        {awsfake.Fault{Code: "InvalidKeyUsageException"}, refused, waits},
		"a refusal of its form":   {awsfake.Fault{Code: "ValidationException"}, refused, waits},
		"a refusal nobody knows":  {awsfake.Fault{Code: "Odd"}, refused, waits},
		"an answer without words": {awsfake.Fault{Body: "{}"}, waits, waits},
		"an answer cut off":       {awsfake.Fault{Body: `{"CiphertextBlob":"QUJD`}, waits, waits},
	} {
		t.Run(sentence, func(t *testing.T) {
			b := newBench(t)
			sealed := b.sealed(t, contract.PrivateKey(""))
			b.kms.Fail("Encrypt", -1, c.fault)
			b.kms.Fail("Decrypt", -1, c.fault)
			_, err := b.Seal(t.Context(), "www", contract.PrivateKey(""))
			c.seal.check(t, "Seal", err)
			_, err = b.Open(t.Context(), "www", sealed)
			c.open.check(t, "Open", err)
		})
	}
}

func TestARefusalOfKMSNamesTheKeyAndTheRemedy(t *testing.T) {
	for sentence, c := range map[string]struct {
		state contract.State
		words []string
	}{
		"disabled":               {contract.Disabled, []string{"is disabled", "enable it"}},
		"scheduled for deletion": {contract.PendingDeletion, []string{"is pending deletion", "cancel"}},
		"denied":                 {contract.Denied, []string{"the function's role", "kms:Decrypt", "not authorized"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			b := newBench(t)
			sealed := b.sealed(t, contract.PrivateKey(""))
			b.setState(t, c.state)
			_, err := b.Open(t.Context(), "www", sealed)
			for _, word := range append(c.words, b.key) {
				if !strings.Contains(api.MessageOf(err), word) {
					t.Errorf("%q is not in: %s", word, api.MessageOf(err))
				}
			}
		})
	}
}

func TestWhatIsTooLongForKMSIsNotSent(t *testing.T) {
	b := newBench(t)
	longest := api.NewSecret(bytes.Repeat([]byte("k"), 4096))
	if got, err := b.Open(t.Context(), "www", b.sealed(t, longest)); err != nil || !bytes.Equal(got.Reveal(), longest.Reveal()) {
		t.Errorf("the longest does not come back: %v", err)
	}
	before := b.kms.Calls("Encrypt")
	_, err := b.Seal(t.Context(), "www", api.NewSecret(bytes.Repeat([]byte("k"), 4097)))
	wanted{api.Terminal, api.ReasonInternalError}.check(t, "Seal", err)
	if b.kms.Calls("Encrypt") != before {
		t.Error("it was sent")
	}
}

// Who reads what an older version sealed relies on this form.
func TestTheSealedFormIsThatOfItsDescription(t *testing.T) {
	b := newBench(t)
	sealed := b.sealed(t, contract.PrivateKey(""))
	n := int(binary.BigEndian.Uint16(sealed[1:3]))
	if sealed[0] != 1 || string(sealed[3:3+n]) != b.key || len(sealed) <= 3+n {
		t.Errorf("its head is %q", sealed[:60])
	}
}

func TestAnotherVersionsFormIsKept(t *testing.T) {
	b := newBench(t)
	sealed := b.sealed(t, contract.PrivateKey(""))
	sealed[0] = 2
	_, err := b.Open(t.Context(), "www", sealed)
	wanted{api.Transient, api.ReasonKeyUnavailable}.check(t, "Open", err)
	if b.kms.Calls("Decrypt") != 0 {
		t.Error("it was sent to KMS")
	}
}

func TestADamagedHeadDoesNotReachKMS(t *testing.T) {
	b := newBench(t)
	sealed := b.sealed(t, contract.PrivateKey(""))
	for sentence, damage := range map[string]func([]byte){
		"a longer length": func(s []byte) { s[1] = 0xff },
		"a shorter ARN":   func(s []byte) { s[2] -= 40 },
		"no ARN":          func(s []byte) { s[3] = 'x' },
		"another service": func(s []byte) {
			copy(s[3:], "arn:aws:acm:")
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			other := slices.Clone(sealed)
			damage(other)
			_, err := b.Open(t.Context(), "www", other)
			wanted{api.Terminal, api.ReasonKeyLost}.check(t, "Open", err)
		})
	}
	if b.kms.Calls("Decrypt") != 0 {
		t.Error("it was sent to KMS")
	}
}

func TestNoAnswerOfKMSBringsTheKeyIntoAnError(t *testing.T) {
	key := contract.PrivateKey("")
	inBase64 := base64.StdEncoding.EncodeToString(key.Reveal())
	for sentence, fault := range map[string]awsfake.Fault{
		"quoted":                  {Code: "ValidationException", Message: "Value '" + string(key.Reveal()) + "' at 'plaintext'"},
		"quoted in base64":        {Code: "ValidationException", Message: "Value '" + inBase64 + "' at 'plaintext'"},
		"an answer cut off":       {Body: `{"KeyId":"arn","Plaintext":"` + inBase64},
		"an answer of other type": {Body: `{"KeyId":{"Plaintext":"` + inBase64 + `"}}`},
		"an answer that is bare":  {Body: `"` + inBase64 + `"`},
		"an error that is none":   {Status: 400, Code: inBase64, Message: inBase64},
	} {
		t.Run(sentence, func(t *testing.T) {
			b := newBench(t)
			sealed := b.sealed(t, key)
			b.kms.Fail("Encrypt", -1, fault)
			b.kms.Fail("Decrypt", -1, fault)
			_, err := b.Seal(t.Context(), "www", key)
			wantNo(t, text(err), inBase64)
			if fault.Body == "" {
				return // the request to open holds no key that an error could quote
			}
			_, err = b.Open(t.Context(), "www", sealed)
			wantNo(t, text(err), inBase64)
		})
	}
}

// wantNo holds that no long piece of a secret, in base64, is in the text, and nothing of what it stands for.
func wantNo(t *testing.T, text, inBase64 string) {
	t.Helper()
	plain, err := base64.StdEncoding.DecodeString(inBase64)
	if err != nil {
		t.Fatal(err)
	}
	for _, piece := range []string{inBase64[40:60], string(plain)[40:60]} {
		if strings.Contains(text, piece) {
			t.Errorf("a piece of the key is in it: %s", text)
		}
	}
}

func TestAMessageIsTheSameFromRunToRun(t *testing.T) {
	var messages []string
	for _, id := range []string{"1f0e1f6a-9f0b-4d8e-a3a9-0a6c8f8f4f01", "2a0e1f6a-9f0b-4d8e-a3a9-0a6c8f8f4f02"} {
		b := newBench(t)
		b.kms.Fail("Encrypt", 1, awsfake.Fault{Code: "ValidationException", Message: "No. RequestId: " + id})
		_, err := b.Seal(t.Context(), "www", contract.PrivateKey(""))
		messages = append(messages, api.MessageOf(err))
	}
	if messages[0] != messages[1] || !strings.HasSuffix(messages[0], ": No.") {
		t.Errorf("it says %q, then %q", messages[0], messages[1])
	}
}
