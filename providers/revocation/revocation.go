// Package revocation asks certificate authorities whether a certificate is revoked: by OCSP (RFC 6960), or by CRL
// (RFC 5280) where the certificate names no OCSP responder.
//
// It answers Good or Revoked only if the certificate's issuer says so by its signature, about this certificate and now.
// It deliberately keeps no answer, does not retry, does not decide what follows from an answer, and does not fetch
// issuers: the chain must hold the issuer.
package revocation

import (
	"bytes"
	"context"
	"crypto/x509"
	"net/http"
	"net/url"
	"slices"
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/ports"
)

const (
	// MaxOCSP is the most bytes of an OCSP response: one with three certificates of RSA 4096 has about 8,000.
	MaxOCSP = 20 << 10
	// MaxCRL is the most bytes of a CRL: about 200,000 entries. CAs split larger ones into partitions.
	MaxCRL = 8 << 20
	// MaxURLs is how many URLs of one kind are tried for one certificate, MaxRedirects how many redirects of each are
	// followed.
	MaxURLs, MaxRedirects = 3, 3

	maxURL    = 2 << 10
	maxHeader = 32 << 10
)

// Config is what a Client is made of.
type Config struct {
	// UserAgent is the product that responders see.
	UserAgent string
	// NewTransport makes the transport of one check, whose bounds are then set; nil: Go's usual settings, with the proxy
	// of the environment. A DialContext of its own is not bounded by the network of the query.
	NewTransport func() *http.Transport
	// RequestTimeout bounds one request with its answer, Timeout all requests of one check; zero: 5 s and 12 s.
	RequestTimeout, Timeout time.Duration
	// Now is the clock; nil: time.Now.
	Now func() time.Time
}

var _ ports.RevocationChecker = (*Client)(nil)

// Client implements ports.RevocationChecker. It is safe for concurrent use.
type Client struct {
	config Config
	// large is held while a CRL is in memory: several at once need more than a small function has.
	large chan struct{}
}

// New makes a Client; it sends nothing.
func New(c Config) *Client {
	if c.NewTransport == nil {
		c.NewTransport = newTransport
	}
	if c.RequestTimeout == 0 {
		c.RequestTimeout = 5 * time.Second
	}
	if c.Timeout == 0 {
		c.Timeout = 12 * time.Second
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Client{config: c, large: make(chan struct{}, 1)}
}

// CheckRevocation implements ports.RevocationChecker. A certificate with a usable OCSP responder is checked by OCSP only:
// a CRL is up to a thousand times as large.
func (c *Client) CheckRevocation(ctx context.Context, q api.RevocationQuery) (api.Revocation, error) {
	leaf, issuer, why := split(q.Chain)
	if why != "" {
		return unknown("%s", why), nil
	}
	client, why := c.client(q)
	if why != "" {
		return unknown("%s", why), nil
	}
	within, cancel := context.WithTimeout(ctx, c.config.Timeout)
	defer cancel()
	check := &check{Client: c, http: client, ctx: within, leaf: leaf, issuer: issuer, network: q.Network}
	answer := check.ask()
	if ctx.Err() != nil && answer.State == api.RevocationUnknown {
		return api.Revocation{}, &api.Error{Kind: api.Transient, Message: "the revocation check was interrupted", Err: ctx.Err()}
	}
	answer.Message = api.Message(answer.Message)
	return answer, nil
}

// check is one check of one certificate.
type check struct {
	*Client
	http         *http.Client
	ctx          context.Context
	leaf, issuer *x509.Certificate
	network      api.Network
}

func (c *check) ask() api.Revocation {
	if responders := usable(c.leaf.OCSPServer); len(responders) > 0 {
		return c.first(responders, c.askOCSP)
	}
	if lists := usable(c.leaf.CRLDistributionPoints); len(lists) > 0 {
		return c.first(lists, c.readCRL)
	}
	return unknown("the certificate has no http or https URL of an OCSP responder or CRL")
}

// first asks one URL after the other until one gives a verified answer. Otherwise the answer of the first one counts.
func (c *check) first(urls []*url.URL, ask func(*url.URL) api.Revocation) api.Revocation {
	var answer api.Revocation
	for i, u := range urls {
		next := ask(u)
		if i == 0 || next.State != api.RevocationUnknown {
			answer = next
		}
		if next.State != api.RevocationUnknown || c.ctx.Err() != nil {
			break
		}
	}
	return answer
}

// split returns the leaf of the chain and its issuer, or why there are none.
func split(chain string) (leaf, issuer *x509.Certificate, why string) {
	certificates, err := api.ParseChain([]byte(chain))
	if err != nil {
		return nil, nil, "the chain in ACM cannot be read: " + err.Error()
	}
	leaf = certificates[0]
	for _, above := range certificates[1:] {
		if bytes.Equal(above.RawSubject, leaf.RawIssuer) && leaf.CheckSignatureFrom(above) == nil {
			return leaf, above, ""
		}
	}
	return nil, nil, "the chain in ACM does not include the certificate of the issuer, which is needed to verify an answer"
}

// usable returns the first URLs that may be requested.
func usable(texts []string) (urls []*url.URL) {
	for _, text := range texts {
		u, err := url.Parse(text)
		if err != nil || len(text) > maxURL || !mayRequest(u) || len(urls) == MaxURLs {
			continue
		}
		if !slices.ContainsFunc(urls, func(other *url.URL) bool { return other.String() == u.String() }) {
			urls = append(urls, u)
		}
	}
	return urls
}

func mayRequest(u *url.URL) bool {
	return (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && u.User == nil
}
