package acme

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/go-acme/lego/v4/acme"
	"github.com/go-jose/go-jose/v4"

	"certloop/reconciler/api"
)

// withoutContact removes every contact of an account (RFC 8555 section 7.3.2). lego leaves out an empty list, and a CA
// interprets an absent list as no change, so certloop signs this request itself.
const withoutContact = `{"contact":[]}`

// removeContact sends the request that lego cannot.
func (s *session) removeContact() error {
	err := s.ask(updating, func() error { return s.post(s.account.URI, []byte(withoutContact), new(acme.Account)) })
	var e *api.Error
	if errors.As(err, &e) && e.Kind == api.Terminal && problemIn(err) != nil && s.refused(e.Err) == nil {
		e.Message = s.ca() + " refused to remove the contact of account " + s.account.Name + ": " + s.message(problemIn(err)) +
			"; set email of the account"
	}
	return err
}

// post sends a signed request and decodes the answer. RoundTrip turns a refusal into an error.
func (s *session) post(address string, payload []byte, response any) error {
	body, err := s.signed(address, payload)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(s.ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("User-Agent", s.config.UserAgent)
	r.Header.Set("Content-Type", "application/jose+json")
	answer, err := s.client().Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	return json.NewDecoder(answer.Body).Decode(response)
}

// signed is the payload in a JWS with the account's URL as kid (RFC 8555 section 6.2).
func (s *session) signed(address string, payload []byte) ([]byte, error) {
	key, err := accountKey(s.account)
	if err != nil {
		return nil, err
	}
	signer, err := jose.NewSigner(
		jose.SigningKey{Algorithm: algorithm(key), Key: jose.JSONWebKey{Key: key, KeyID: s.account.URI}},
		&jose.SignerOptions{NonceSource: nonceSource{s}, ExtraHeaders: map[jose.HeaderKey]any{"url": address}})
	if err != nil {
		return nil, err
	}
	jws, err := signer.Sign(payload)
	if err != nil {
		return nil, err
	}
	return []byte(jws.FullSerialize()), nil
}

// algorithm is that of a key which accountKey has accepted.
func algorithm(key any) jose.SignatureAlgorithm {
	k, ok := key.(*ecdsa.PrivateKey)
	switch {
	case !ok:
		return jose.RS256
	case k.Curve == elliptic.P384():
		return jose.ES384
	}
	return jose.ES256
}

// nonceSource is a session as the source of nonces: those that are kept, else newNonce.
type nonceSource struct{ *session }

// Nonce returns the next nonce.
func (s nonceSource) Nonce() (string, error) {
	r, err := http.NewRequestWithContext(s.ctx, http.MethodHead, s.links.NewNonceURL, nil)
	if err != nil {
		return "", err
	}
	r.Header.Set("User-Agent", s.config.UserAgent)
	answer, err := s.client().Do(r)
	if err != nil {
		return "", err
	}
	nonce := answer.Header.Get("Replay-Nonce")
	if err := answer.Body.Close(); err != nil {
		return "", err
	}
	if strings.TrimSpace(nonce) == "" {
		return "", errNoNonce
	}
	return nonce, nil
}
