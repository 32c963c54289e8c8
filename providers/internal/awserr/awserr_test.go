package awserr_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	smithy "github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"certloop/providers/internal/awserr"
	"certloop/reconciler/api"
)

// answered is an error as the SDK makes it of an answer; status 0: there was none.
func answered(status int, code, message string) error {
	var cause error = errors.New("connection reset")
	if code != "" {
		cause = &smithy.GenericAPIError{Code: code, Message: message}
	}
	if status != 0 {
		cause = &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}}, Err: cause}
	}
	return fmt.Errorf("wrapped: %w", &smithy.OperationError{ServiceID: "KMS", OperationName: "Encrypt", Err: cause})
}

// cutOff is an error as the SDK makes it of a refusal that arrived in part.
func cutOff(status int) error {
	return &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}},
		Err: &smithy.DeserializationError{Err: errors.New("unexpected EOF")}}
}

func TestKind(t *testing.T) {
	own := map[string]api.ErrorKind{"NotFoundException": api.NotFound, "ThrottlingException": api.Conflict}
	for sentence, c := range map[string]struct {
		err  error
		want api.ErrorKind
	}{
		"throttling by its code":                {answered(400, "Throttling", ""), api.Throttled},
		"throttling by its status":              {answered(429, "Odd", ""), api.Throttled},
		"a refusal":                             {answered(400, "Odd", ""), api.Terminal},
		"a denial":                              {answered(403, "AccessDenied", ""), api.Terminal},
		"credentials that ran out":              {answered(403, "ExpiredToken", ""), api.Transient},
		"a time-out by its status":              {answered(408, "", ""), api.Transient},
		"a fault of the service":                {answered(500, "InternalFailure", ""), api.Transient},
		"a refusal without a code":              {answered(400, "UnknownError", ""), api.Transient},
		"a refusal that was cut off":            {cutOff(400), api.Transient},
		"no answer":                             {answered(0, "", ""), api.Transient},
		"a code of the service's own":           {answered(400, "NotFoundException", ""), api.NotFound},
		"the service's own meaning comes first": {answered(400, "ThrottlingException", ""), api.Conflict},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := awserr.Kind(c.err, own); got != c.want {
				t.Errorf("kind is %q, want %q", got, c.want)
			}
		})
	}
}

func TestDeniedIsSaidByTheCode(t *testing.T) {
	for code, want := range map[string]bool{"AccessDeniedException": true, "AuthorizationError": true, "OptInRequired": true,
		"ValidationException": false, "": false} {
		if got := awserr.Denied(answered(403, code, "")); got != want {
			t.Errorf("%s: %v", code, got)
		}
	}
}

func TestFromFindsTheServiceBelowAnother(t *testing.T) {
	err := fmt.Errorf("get credentials: %w", &smithy.OperationError{ServiceID: "ACM", Err: answered(403, "AccessDenied", "")})
	for service, want := range map[string]bool{"ACM": true, "KMS": true, "STS": false} {
		if got := awserr.From(err, service); got != want {
			t.Errorf("%s: %v", service, got)
		}
	}
}

func TestSaidLeavesOutTheRequestID(t *testing.T) {
	for message, want := range map[string]string{
		"No. (Service: Kms; Status Code: 400; Request ID: 1f0e1f6a-9f0b; Proxy: null)": "No.",
		"No., Request ID: 1f0e1f6a-9f0b":                                               "No.",
		"No. RequestId: 1f0e1f6a-9f0b":                                                 "No.",
		"No.":                                                                          "No.",
		"":                                                                             "Odd",
	} {
		if got := awserr.Message(answered(400, "Odd", message)); got != want {
			t.Errorf("%q becomes %q", message, got)
		}
	}
	if got := awserr.Message(answered(0, "", "")); got != "" {
		t.Errorf("who did not answer says %q", got)
	}
}

var secret = api.NewSecret([]byte("-----BEGIN PRIVATE KEY-----\n" + strings.Repeat("QUJDREVGR0hJSktM", 4) + "\n-----END PRIVATE KEY-----\n"))

func TestAnErrorThatQuotesTheSecretLosesItsWords(t *testing.T) {
	for sentence, c := range map[string]struct {
		message string
		keeps   bool
	}{
		"as it is":               {"Value '" + string(secret.Reveal()) + "'", false},
		"one line of it":         {"Value '" + strings.Repeat("QUJDREVGR0hJSktM", 4) + "'", false},
		"in base64":              {base64.StdEncoding.EncodeToString(secret.Reveal()), false},
		"cut off":                {base64.StdEncoding.EncodeToString(secret.Reveal())[:50], false},
		"its frame only":         {"-----BEGIN PRIVATE KEY-----", true},
		"nothing of it":          {"no", true},
		"a few characters of it": {"QUJDREVGR0hJSktM", true},
	} {
		t.Run(sentence, func(t *testing.T) {
			before := &api.Error{Kind: api.Terminal, Reason: api.ReasonImportFailed, Message: "refused", Err: errors.New(c.message)}
			after := awserr.Without(before, secret)
			if after.Kind != before.Kind || after.Reason != before.Reason || (after == before) != c.keeps {
				t.Errorf("it becomes %v", after)
			}
			if !c.keeps && strings.Contains(fmt.Sprintf("%+v %#v", after, after), c.message) {
				t.Errorf("it still says %v", after)
			}
		})
	}
}

func TestAnAnswerThatCouldNotBeReadIsLeftOut(t *testing.T) {
	unread := fmt.Errorf("decrypt: %w", &smithy.DeserializationError{Err: errors.New("expected string, got 'abc'"), Snapshot: []byte("abc")})
	if got := awserr.WithoutAnswer(unread); got == nil || bytes.Contains(fmt.Appendf(nil, "%+v %#v", got, got), []byte("abc")) {
		t.Errorf("it becomes %#v", got)
	}
	if refused := answered(400, "Odd", "no"); !errors.Is(awserr.WithoutAnswer(refused), refused) {
		t.Error("an error of the service is left out too")
	}
	if awserr.WithoutAnswer(nil) != nil {
		t.Error("an error is made of none")
	}
}
