package api_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"

	"certloop/reconciler/api"
)

const private = "hunter2-private"

// leaks returns the form in which the private text is in out, or "".
func leaks(out string) string {
	for _, dress := range []string{
		private,
		hex.EncodeToString([]byte(private)),
		strings.ToUpper(hex.EncodeToString([]byte(private))),
		base64.StdEncoding.EncodeToString([]byte(private)),
		strings.Trim(fmt.Sprint([]byte(private)), "[]"),
		fmt.Sprintf("% x", private),
		fmt.Sprintf("%#v", []byte(private))[len("[]byte{"):20],
		"104, 117", "0x68",
	} {
		if strings.Contains(out, dress) {
			return dress
		}
	}
	return ""
}

func TestSecret_NoVerbPrintsIt(t *testing.T) {
	secret := api.NewSecret([]byte(private))
	holders := map[string]any{
		"the secret":                      secret,
		"a pointer to it":                 &secret,
		"a struct with it exported":       struct{ Key api.Secret }{secret},
		"a struct with it unexported":     struct{ key api.Secret }{secret},
		"a pointer to a struct with it":   &struct{ key api.Secret }{secret},
		"a slice":                         []api.Secret{secret},
		"a map":                           map[string]api.Secret{"key": secret},
		"an account that signs with it":   api.ACMEAccount{Key: secret},
		"an import request that bears it": &api.ImportRequest{Key: secret},
	}
	for what, v := range holders {
		for _, verb := range "vsqxXdobOcUteEfFgGpTwz" {
			for _, flag := range []string{"", "+", "#", " ", "0", "-20", "+#", ".3"} {
				format := "%" + flag + string(verb)
				if dress := leaks(fmt.Sprintf(format, v)); dress != "" {
					t.Errorf("%s printed with %s shows %q", what, format, dress)
				}
			}
		}
	}
}

func TestSecret_PrintsAsRedacted(t *testing.T) {
	secret := api.NewSecret([]byte(private))
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		if got := fmt.Sprintf(format, secret); got != "[redacted]" {
			t.Errorf("%s prints %q", format, got)
		}
	}
	if secret.String() != "[redacted]" || secret.GoString() != "[redacted]" {
		t.Errorf("String is %q, GoString %q", secret.String(), secret.GoString())
	}
}

func TestSecret_NoEncodingHasIt(t *testing.T) {
	account := api.ACMEAccount{Name: "default", Key: api.NewSecret([]byte(private))}
	var logged bytes.Buffer
	for _, h := range []slog.Handler{slog.NewJSONHandler(&logged, nil), slog.NewTextHandler(&logged, nil)} {
		slog.New(h).Info("registered", "key", account.Key, "account", account, "pointer", &account)
	}
	asJSON, err := json.Marshal(account)
	if err != nil {
		t.Fatal(err)
	}
	asXML, err := xml.Marshal(account)
	if err != nil {
		t.Fatal(err)
	}
	for what, out := range map[string]string{"the log": logged.String(), "JSON": string(asJSON), "XML": string(asXML)} {
		if dress := leaks(out); dress != "" {
			t.Errorf("%s shows %q: %s", what, dress, out)
		}
		if !strings.Contains(out, "[redacted]") {
			t.Errorf("%s does not say that something was left out: %s", what, out)
		}
	}
}

func TestSecret_KeepsItsBytes(t *testing.T) {
	secret := api.NewSecret([]byte(private))
	if got := string(secret.Reveal()); got != private {
		t.Errorf("Reveal returns %q", got)
	}
	if secret.IsZero() {
		t.Error("a secret with bytes says that it is empty")
	}
	if !reflect.DeepEqual(secret, api.NewSecret([]byte(private))) {
		t.Error("two secrets of the same bytes differ")
	}
	if reflect.DeepEqual(secret, api.NewSecret([]byte("other"))) {
		t.Error("two secrets of other bytes are equal")
	}
}

func TestSecret_IsZeroIfEmpty(t *testing.T) {
	for what, secret := range map[string]api.Secret{
		"the zero value":    {},
		"made of nil":       api.NewSecret(nil),
		"made of no bytes":  api.NewSecret([]byte{}),
		"copied from those": func() api.Secret { return api.NewSecret(nil) }(),
	} {
		if !secret.IsZero() || len(secret.Reveal()) != 0 {
			t.Errorf("%s is not zero", what)
		}
	}
}
