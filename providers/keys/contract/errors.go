package contract

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"

	"certloop/reconciler/api"
)

func wantError(t *testing.T, err error, kind api.ErrorKind, reason api.Reason) {
	t.Helper()
	if api.KindOf(err) != kind || api.ReasonOf(err, "") != reason {
		t.Fatalf("error of kind %q and reason %q, want %q and %q: %v", api.KindOf(err), api.ReasonOf(err, ""), kind, reason, err)
	}
}

// wantMessage fails where the message for operators lacks one of these parts.
func wantMessage(t *testing.T, err error, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(api.MessageOf(err), part) {
			t.Errorf("%q is not in: %s", part, api.MessageOf(err))
		}
	}
}

// everyForm is all that can be printed of an error and its causes.
func everyForm(err error) string {
	var text strings.Builder
	for e := err; e != nil; e = errors.Unwrap(e) {
		fmt.Fprintf(&text, "%v\n%+v\n%#v\n%s\n", e, e, e, api.MessageOf(e))
	}
	return text.String()
}

// wantWithout holds that no piece of a secret is in the text, neither as it is nor in base64.
func wantWithout(t *testing.T, text string, secret api.Secret) {
	t.Helper()
	const piece = 12
	plain := secret.Reveal()
	for _, whole := range []string{string(plain), base64.StdEncoding.EncodeToString(plain), base64.RawURLEncoding.EncodeToString(plain)} {
		for i := 0; i+piece <= len(whole); i += piece {
			if part := whole[i : i+piece]; !strings.Contains(part, "--") && !strings.Contains(part, "PRIVATE") && strings.Contains(text, part) {
				t.Fatal("a piece of the secret is in it")
			}
		}
	}
}
