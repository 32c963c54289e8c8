package plan

import (
	"strings"
	"testing"

	"certloop/reconciler/api"
)

// The rules are ACM's: https://docs.aws.amazon.com/acm/latest/userguide/import-reimport.html.
func TestUsagesFit_UsagesThatACMTakesOverOthers(t *testing.T) {
	type usages struct {
		keyType       api.KeyType
		present, next string // KeyUsage, then "/", then ExtendedKeyUsage
		missing       string
	}
	for sentence, c := range map[string]usages{
		"the same":                               {api.RSA2048, "DIGITAL_SIGNATURE KEY_ENCIPHERMENT/SERVER", "KEY_ENCIPHERMENT DIGITAL_SIGNATURE/SERVER", ""},
		"a key usage may be added":               {api.RSA2048, "DIGITAL_SIGNATURE/SERVER", "DIGITAL_SIGNATURE KEY_ENCIPHERMENT/SERVER", ""},
		"an extended one too":                    {api.RSA2048, "DIGITAL_SIGNATURE/SERVER", "DIGITAL_SIGNATURE/SERVER CODE_SIGNING", ""},
		"no key usage may be removed":            {api.RSA2048, "DIGITAL_SIGNATURE KEY_ENCIPHERMENT/SERVER", "DIGITAL_SIGNATURE/SERVER", "KEY_ENCIPHERMENT"},
		"but keyEncipherment of P-256":           {api.EC256, "DIGITAL_SIGNATURE KEY_ENCIPHERMENT/SERVER", "DIGITAL_SIGNATURE/SERVER", ""},
		"and of P-384":                           {api.EC384, "DIGITAL_SIGNATURE KEY_ENCIPHERMENT/SERVER", "DIGITAL_SIGNATURE/SERVER", ""},
		"nothing else of ECDSA":                  {api.EC256, "DIGITAL_SIGNATURE KEY_AGREEMENT/SERVER", "DIGITAL_SIGNATURE/SERVER", "KEY_AGREEMENT"},
		"no extended key usage may be removed":   {api.EC256, "DIGITAL_SIGNATURE/SERVER CODE_SIGNING", "DIGITAL_SIGNATURE/SERVER", "CODE_SIGNING"},
		"but clientAuth":                         {api.RSA2048, "DIGITAL_SIGNATURE/SERVER CLIENT", "DIGITAL_SIGNATURE/SERVER", ""},
		"not serverAuth":                         {api.RSA2048, "DIGITAL_SIGNATURE/SERVER CLIENT", "DIGITAL_SIGNATURE/CLIENT", "SERVER"},
		"the extension KeyUsage cannot be added": {api.RSA2048, "/SERVER", "DIGITAL_SIGNATURE/SERVER", "KeyUsage"},
		"nor ExtendedKeyUsage":                   {api.RSA2048, "DIGITAL_SIGNATURE/", "DIGITAL_SIGNATURE/SERVER", "ExtendedKeyUsage"},
		"none at all may stay none":              {api.RSA2048, "/", "/", ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			missing, fit := usagesFit(withUsages(c.keyType, c.present), withUsages(c.keyType, c.next))
			if fit != (c.missing == "") || !strings.Contains(missing, c.missing) {
				t.Errorf("fits: %v, missing %q, want %q", fit, missing, c.missing)
			}
		})
	}
}

func withUsages(k api.KeyType, text string) api.Leaf {
	key, extended, _ := strings.Cut(text, "/")
	l := api.Leaf{KeyType: k, KeyUsages: strings.Fields(key)}
	for _, u := range strings.Fields(extended) {
		l.ExtendedKeyUsages = append(l.ExtendedKeyUsages, map[string]string{
			"SERVER": "TLS_WEB_SERVER_AUTHENTICATION", "CLIENT": "TLS_WEB_CLIENT_AUTHENTICATION", "CODE_SIGNING": "CODE_SIGNING",
		}[u])
	}
	return l
}
