package acme

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"github.com/go-acme/lego/v4/acme"

	"certloop/reconciler/api"
)

var readingAuthorization = step{what: "an authorization request", refused: api.ReasonOrderFailed, object: true, reading: true}

// readAuthorizations fills in the authorizations of a pending or invalid order, and the longest of the CA's waits. All
// are read each time: one that was valid a moment ago may be revoked or expired by now, and the CA alone knows.
func (s *session) readAuthorizations(order *api.Order, urls []string) error {
	found := make([]*api.Authorization, len(urls))
	waits := make([]time.Duration, len(urls))
	err := s.share(len(urls), func(s *session, i int) error {
		shown, err := s.readAuthorization(urls[i])
		if api.KindOf(err) == api.NotFound && order.Status == api.OrderInvalid {
			return nil // the order is lost either way; the others may report why
		}
		if err != nil {
			return withoutNotFound(err)
		}
		a := s.authorization(shown)
		found[i] = &a
		if shown.Status == acme.StatusPending {
			waits[i] = retryAfter(s.header, s.now())
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i, a := range found {
		if a != nil {
			order.Authorizations = append(order.Authorizations, *a)
		}
		order.RetryAfter = max(order.RetryAfter, waits[i])
	}
	slices.SortStableFunc(order.Authorizations, byDomain)
	return nil
}

// withoutNotFound: it is the order that was asked for, and the order exists.
func withoutNotFound(err error) error {
	if api.KindOf(err) != api.NotFound {
		return err
	}
	return unavailable(err, api.MessageOf(err))
}

func (s *session) readAuthorization(url string) (shown acme.Authorization, err error) {
	err = s.ask(readingAuthorization, func() (err error) {
		shown, err = s.core.Authorizations.Get(url)
		return err
	})
	if err == nil && shown.Status == "" {
		return shown, unavailable(nil, s.ca()+" returned a document that is not an authorization")
	}
	if err == nil {
		if crossed := checkAuthorization(shown); crossed != nil {
			err = s.classify(readingAuthorization, crossed)
		}
	}
	return shown, err
}

// byDomain sorts by name, a wildcard after its base: CAs show authorizations in any order.
func byDomain(a, b api.Authorization) int {
	switch {
	case a.Domain != b.Domain || a.Wildcard == b.Wildcard:
		return cmp.Compare(a.Domain, b.Domain)
	case a.Wildcard:
		return 1
	}
	return -1
}

func (s *session) authorization(shown acme.Authorization) api.Authorization {
	// Some CAs leave the asterisk in the identifier, where RFC 8555 section 7.1.4 wants a field.
	domain, wildcard := strings.CutPrefix(strings.ToLower(shown.Identifier.Value), "*.")
	a := api.Authorization{Domain: domain, Wildcard: wildcard || shown.Wildcard, Status: shown.Status}
	for _, challenge := range shown.Challenges {
		problem := s.message(challenge.Error)
		if challenge.Type != "dns-01" {
			a.Problem = cmp.Or(a.Problem, problem)
			continue
		}
		a.ChallengeURL, a.ChallengeStatus, a.TXTValue = challenge.URL, challenge.Status, s.txtValue(challenge.Token)
		a.Problem = cmp.Or(problem, a.Problem) // the challenge that certloop answered counts first
	}
	return a
}

// txtValue is what DNS has to hold (RFC 8555 section 8.4).
func (s *session) txtValue(token string) string {
	sum := sha256.Sum256([]byte(token + "." + s.thumbprint))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
