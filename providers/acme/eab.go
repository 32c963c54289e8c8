package acme

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"

	"certloop/reconciler/api"
)

// hmacKeyOf returns the HMAC key of a credential as lego accepts it, base64url without padding; empty without a credential.
// Its problems are found before the CA is asked, and reported without repeating any of it.
func hmacKeyOf(eab *api.EAB) (string, error) {
	if eab == nil {
		return "", nil
	}
	if strings.TrimSpace(eab.KID) == "" {
		return "", unusable("kid is empty")
	}
	text := strings.TrimRight(strings.TrimSpace(string(eab.HMACKey.Reveal())), "=")
	key, err := base64.RawURLEncoding.DecodeString(text)
	switch {
	case text == "":
		return "", unusable("hmac_key is empty")
	case err != nil:
		return "", unusable("hmac_key is not base64url (RFC 4648 section 5)")
	case len(key) < sha256.Size:
		// HS256 (RFC 7518 section 3.2), the only algorithm that every CA has to take.
		return "", unusable(fmt.Sprintf("hmac_key has %d bytes and must have %d or more: it may be truncated", len(key), sha256.Size))
	}
	return base64.RawURLEncoding.EncodeToString(key), nil
}

func unusable(problem string) error {
	return &api.Error{Kind: api.Terminal, Reason: api.ReasonEABUnavailable, Message: "the EAB secret cannot be used: " + problem +
		`; set it to {"kid","hmac_key"} as the CA issued them`}
}
