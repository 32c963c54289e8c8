package deployment

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"
)

// function answers with a function's configuration.
func function(environment any) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{"Environment": environment})
	}
}

func variables(v map[string]string) http.HandlerFunc { return function(map[string]any{"Variables": v}) }

func TestSecretPlace(t *testing.T) {
	const key = "arn:aws:kms:us-east-1:123456789012:key/1"
	guess := SecretPlace{Prefix: "certs"}
	for sentence, c := range map[string]struct {
		handler http.HandlerFunc
		want    SecretPlace
		unread  string
		fails   bool
	}{
		"the function's variables": {variables(map[string]string{"CERTLOOP_SECRET_PREFIX": "prod", "CERTLOOP_SECRETS_KEY_ID": key}), SecretPlace{"prod", key}, "", false},
		"the function's defaults":  {variables(map[string]string{"CERTLOOP_TABLE": "certs"}), SecretPlace{Prefix: "certloop"}, "", false},
		"no variables":             {function(nil), SecretPlace{Prefix: "certloop"}, "", false},
		"without the right": {refuse("AccessDeniedException", ""), guess,
			"AWS denies lambda:GetFunctionConfiguration: allow this IAM action for your user or role", false},
		"without the right to decrypt the variables": {function(map[string]any{"Error": map[string]any{"ErrorCode": "AccessDeniedException", "Message": "Lambda was unable to decrypt"}}), guess,
			"AWS denies kms:Decrypt on the key of the variables of function certs: allow this IAM action for your user or role", false},
		"another function": {refuse("ResourceNotFoundException", "Function not found"), guess,
			"function certs does not exist in eu-west-1: set --function to the output function_name of the Terraform module", false},
		"a fault of AWS":     {refuse("ServiceException", "try later"), SecretPlace{}, "", true},
		"throttling":         {refuse("TooManyRequestsException", "Rate exceeded"), SecretPlace{}, "", true},
		"an expired session": {refuse("ExpiredTokenException", "expired"), SecretPlace{}, "", true},
	} {
		t.Run(sentence, func(t *testing.T) {
			place, err := open(t, Config{Table: "certs"}, c.handler).SecretPlace(t.Context())
			var unread *UnreadPlace
			if place != c.want || (err != nil) != (c.fails || c.unread != "") || errors.As(err, &unread) != (c.unread != "") {
				t.Fatalf("%+v, %v, want %+v", place, err, c.want)
			}
			if c.unread != "" && err.Error() != c.unread {
				t.Errorf("%v, want %s", err, c.unread)
			}
		})
	}
}

func TestIsSameKey(t *testing.T) {
	const id = "1a2b"
	const arn = "arn:aws:kms:us-east-1:123456789012:key/" + id
	for _, c := range []struct {
		x, y string
		want bool
	}{
		{arn, id, true}, {id, arn, true}, {arn, "key/" + id, true}, {arn, "3c4d", false}, {"", "", true}, {"", defaultKey, true}, {"", id, false},
		{defaultKey, id, false}, {"alias/certloop", id, true}, {"alias/certloop", "", false}, {"arn:aws:kms:us-east-1:123456789012:alias/certloop", arn, true},
		{arn, "arn:aws:kms:us-east-1:123456789012:" + defaultKey, false},
	} {
		if got := isSameKey(c.x, c.y); got != c.want {
			t.Errorf("isSameKey(%q, %q) is %v, want %v", c.x, c.y, got, c.want)
		}
	}
}
