package acme

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-acme/lego/v4/acme"

	"certloop/reconciler/api"
)

// The bounds of what a CA may send. They are checked before certloop works on an answer, in this file; those of a
// certificate chain are api.ParseChain's, because a chain comes from other places too. docs/reference/records.md lists them.
const (
	// maxJSON bounds the body of an answer in bytes, maxDepth its nesting, and maxValues how many values it holds. An
	// order of 100 names has fewer than 1,000 values.
	maxJSON   = 256 << 10
	maxDepth  = 32
	maxValues = 5000
	// maxURL bounds a URL in bytes, maxHost the host name in it, before IDNA.
	maxURL  = api.MaxURL
	maxHost = 253
	// maxWord bounds a status, a nonce bounds itself: one that is longer is ignored (RFC 8555 section 6.5.1).
	maxWord  = 64
	maxNonce = 1 << 10
	// maxHeader bounds the header of an answer in bytes. The links to alternate chains are in it.
	maxHeader = 256 << 10
	// maxRedirects bounds how many redirects of one request are followed.
	maxRedirects = 3
	// maxNames bounds the names of an order, and so its authorizations; a record has at most as many.
	maxNames      = 100
	maxChallenges = 20
	// maxAlternates bounds the alternate chains that are fetched.
	maxAlternates = 10
)

// exceeded is an answer that crosses a bound. Its text names the bound.
type exceeded string

func (e exceeded) Error() string { return string(e) }

func exceeds(format string, args ...any) error { return exceeded(fmt.Sprintf(format, args...)) }

// checkJSON returns an error where body is deeper or holds more than certloop decodes. It allocates nothing, and takes
// anything for JSON: what is none fails later.
func checkJSON(body []byte) error {
	depth, deepest, values, quoted := 0, 0, 1, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case quoted:
			if c == '\\' {
				i++
			}
			quoted = c != '"'
		case c == '"':
			quoted = true
		case c == '{' || c == '[':
			depth, values = depth+1, values+1
			deepest = max(deepest, depth)
		case c == '}' || c == ']':
			depth--
		case c == ',':
			values++
		}
	}
	switch {
	case deepest > maxDepth:
		return exceeds("it sent JSON nested %d deep, and certloop reads at most %d levels", deepest, maxDepth)
	case values > maxValues:
		return exceeds("it sent JSON with %d values, and certloop reads at most %d", values, maxValues)
	}
	return nil
}

// checkURLs returns an error for a URL that is too long. An empty one is none.
func checkURLs(urls ...string) error {
	for _, text := range urls {
		if len(text) > maxURL {
			return exceeds("it named a URL of %d bytes, and certloop uses at most %d", len(text), maxURL)
		}
	}
	return nil
}

// checkRequest bounds the URL of a request, wherever it came from.
func checkRequest(u *url.URL) error {
	if err := checkURLs(u.String()); err != nil {
		return err
	}
	if n := len(u.Hostname()); n > maxHost {
		return exceeds("it named a host of %d bytes, and a host name has at most %d", n, maxHost)
	}
	return nil
}

// checkRedirects bounds how many answers led to r.
func checkRedirects(r *http.Request) error {
	n := 0
	for from := r.Response; from != nil && from.Request != nil; from = from.Request.Response {
		n++
	}
	if n > maxRedirects {
		return exceeds("it redirected more than %d times", maxRedirects)
	}
	return nil
}

func checkWords(words ...string) error {
	for _, w := range words {
		if len(w) > maxWord {
			return exceeds("it returned a status of %d bytes, and certloop reads at most %d", len(w), maxWord)
		}
	}
	return nil
}

// checkOrder bounds an order for so many names; 0: it is not known for how many.
func checkOrder(o acme.Order, names int) error {
	if n := len(o.Identifiers); n > maxNames {
		return exceeds("it returned an order for %d names, and a record has at most %d", n, maxNames)
	}
	if names == 0 {
		names = len(o.Identifiers)
	}
	if names == 0 {
		names = maxNames // some CAs leave the identifiers out
	}
	if n := len(o.Authorizations); n > names {
		return exceeds("it required %d authorizations for an order of %d names, and certloop reads one for each name", n, names)
	}
	if err := checkWords(o.Status); err != nil {
		return err
	}
	return checkURLs(append([]string{o.Finalize, o.Certificate}, o.Authorizations...)...)
}

func checkAuthorization(a acme.Authorization) error {
	if n := len(a.Challenges); n > maxChallenges {
		return exceeds("it offered %d challenges for one name, and certloop reads at most %d", n, maxChallenges)
	}
	if n := len(strings.TrimPrefix(a.Identifier.Value, "*.")); n > maxHost {
		return exceeds("it returned an identifier of %d bytes, and a host name has at most %d", n, maxHost)
	}
	for _, c := range a.Challenges {
		if err := checkURLs(c.URL); err != nil {
			return err
		}
		if err := checkWords(c.Status); err != nil {
			return err
		}
	}
	return checkWords(a.Status)
}

func checkDirectory(links acme.Directory) error {
	return checkURLs(links.NewNonceURL, links.NewAccountURL, links.NewOrderURL, links.RevokeCertURL, links.KeyChangeURL, links.RenewalInfo)
}

// checkNonce returns the nonce of an answer, and nothing for one that no CA needs.
func checkNonce(h http.Header) string {
	if nonce := h.Get("Replay-Nonce"); len(nonce) <= maxNonce {
		return nonce
	}
	return ""
}

// limits is the error of a bound that was crossed.
func (s *session) limits(e exceeded) *api.Error {
	return &api.Error{Kind: api.Terminal, Reason: api.ReasonCALimits, Message: s.ca() + " exceeded a limit: " + string(e)}
}
