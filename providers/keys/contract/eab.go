package contract

import (
	"strings"
	"testing"

	"certloop/reconciler/api"
)

const (
	hmacKey = "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W"
	goodEAB = `{"kid":"kid-1","hmac_key":"` + hmacKey + `"}`
)

// malformedEABs are by sentence what a secret may hold instead of a credential.
var malformedEABs = map[string]string{
	"no JSON":                  "kid-1 " + hmacKey,
	"cut off":                  goodEAB[:len(goodEAB)-3],
	"the key alone":            `"` + hmacKey + `"`,
	"a list":                   `["kid-1","` + hmacKey + `"]`,
	"null":                     "null",
	"nothing in it":            "{}",
	"no kid":                   `{"hmac_key":"` + hmacKey + `"}`,
	"no key":                   `{"kid":"kid-1"}`,
	"an empty kid":             `{"kid":"","hmac_key":"` + hmacKey + `"}`,
	"an empty key":             `{"kid":"kid-1","hmac_key":""}`,
	"a null for a key":         `{"kid":"kid-1","hmac_key":null}`,
	"a number for a kid":       `{"kid":7,"hmac_key":"` + hmacKey + `"}`,
	"names in capitals":        `{"KID":"kid-1","HMAC_KEY":"` + hmacKey + `"}`,
	"another field":            `{"kid":"kid-1","hmac_key":"` + hmacKey + `","` + hmacKey + `":"x"}`,
	"names of another tool":    `{"kid":"kid-1","hmacKey":"` + hmacKey + `"}`,
	"two documents":            goodEAB + goodEAB,
	"a key in base64":          `{"kid":"kid-1","hmac_key":"` + hmacKey + `+/=="}`,
	"a key with blanks":        `{"kid":"kid-1","hmac_key":" ` + hmacKey + `"}`,
	"a key with a line break":  `{"kid":"kid-1","hmac_key":"` + hmacKey[:32] + `\n` + hmacKey[32:] + `"}`,
	"a kid with a line break":  `{"kid":"kid-1\n","hmac_key":"` + hmacKey + `"}`,
	"a key of impossible size": `{"kid":"kid-1","hmac_key":"` + hmacKey + `A"}`,
}

func credentials(t *testing.T, s VaultSubject) {
	for region, value := range map[string]string{
		s.Region:         goodEAB,
		"us-east-1":      `{ "hmac_key": "` + hmacKey + `", "kid": "kid-1" }`,
		"ap-northeast-1": `{"kid":"kid-1","hmac_key":"` + hmacKey + `=="}`,
	} {
		got, err := s.EAB(t.Context(), s.Put(t, region, "certloop/eab/"+region, value))
		if err != nil {
			t.Fatal(err)
		}
		if key := string(got.HMACKey.Reveal()); got.KID != "kid-1" || key[:len(hmacKey)] != hmacKey {
			t.Errorf("in %s it is another credential, of key ID %s", region, got.KID)
		}
	}
}

func malformed(t *testing.T, s VaultSubject) {
	for sentence, value := range malformedEABs {
		t.Run(sentence, func(t *testing.T) {
			arn := s.Put(t, s.Region, "eab/"+strings.ReplaceAll(sentence, " ", "-"), value)
			got, err := s.EAB(t.Context(), arn)
			wantError(t, err, api.Terminal, api.ReasonEABUnavailable)
			wantMessage(t, err, arn, `"kid"`, `"hmac_key"`)
			wantWithout(t, everyForm(err), api.NewSecret([]byte(hmacKey)))
			if got.KID != "" || !got.HMACKey.IsZero() {
				t.Error("a credential comes with the error")
			}
		})
	}
}

func noCredential(t *testing.T, s VaultSubject) {
	arn := s.Put(t, s.Region, "eab", goodEAB)
	s.Remove(t, s.Region, "eab")
	_, err := s.EAB(t.Context(), arn)
	wantError(t, err, api.Terminal, api.ReasonEABUnavailable)
	wantMessage(t, err, arn, `"kid"`, `"hmac_key"`)
}

func scheduledCredential(t *testing.T, s VaultSubject) {
	arn := s.Put(t, s.Region, "eab", goodEAB)
	s.ScheduleDeletion(t, s.Region, "eab")
	_, err := s.EAB(t.Context(), arn)
	wantError(t, err, api.Terminal, api.ReasonEABUnavailable)
	wantMessage(t, err, arn, "restore-secret")
	s.Restore(t, s.Region, "eab")
	if _, err := s.EAB(t.Context(), arn); err != nil {
		t.Error(err)
	}
}

func noARN(t *testing.T, s VaultSubject) {
	for _, arn := range []string{
		hmacKey, goodEAB, "", "certloop/eab/" + hmacKey,
		"arn:aws:secretsmanager:eu-central-1.evil.example/" + hmacKey + ":123456789012:secret:x",
		"arn:aws:ssm:eu-central-1:123456789012:parameter/" + hmacKey,
	} {
		_, err := s.EAB(t.Context(), arn)
		wantError(t, err, api.Terminal, api.ReasonEABUnavailable)
		wantMessage(t, err, "eab_secret_arn", `"kid"`, `"hmac_key"`)
		wantWithout(t, everyForm(err), api.NewSecret([]byte(hmacKey)))
	}
}
