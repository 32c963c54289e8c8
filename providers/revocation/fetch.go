package revocation

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"certloop/providers/internal/network"
	"certloop/providers/internal/outbound"
	"certloop/reconciler/api"
)

func newTransport() *http.Transport {
	return &http.Transport{Proxy: http.ProxyFromEnvironment, TLSHandshakeTimeout: 5 * time.Second}
}

// client returns the HTTP client of one check, or why there is none.
func (c *Client) client(q api.RevocationQuery) (*http.Client, string) {
	t := c.config.NewTransport()
	t.DisableKeepAlives = true // a host is asked once a day
	t.DisableCompression = true
	t.MaxResponseHeaderBytes = maxHeader
	if t.DialContext == nil {
		t.DialContext = outbound.Dialer(q.Network).DialContext
	}
	if q.CACertificates != "" {
		roots, err := x509.SystemCertPool()
		if err != nil {
			roots = x509.NewCertPool()
		}
		if !roots.AppendCertsFromPEM([]byte(q.CACertificates)) {
			return nil, "ca_certificates of the account holds no certificate: set it to the roots of the CA in PEM"
		}
		if t.TLSClientConfig == nil {
			t.TLSClientConfig = &tls.Config{}
		}
		t.TLSClientConfig.RootCAs = roots
	}
	return &http.Client{Transport: guard{t, q.Network}, CheckRedirect: checkRedirect}, ""
}

var (
	errScheme    = errors.New("redirects to a URL that is not http or https")
	errRedirects = fmt.Errorf("redirects more than %d times", MaxRedirects)
)

func checkRedirect(r *http.Request, via []*http.Request) error {
	switch {
	case len(via) > MaxRedirects:
		return errRedirects
	case !mayRequest(r.URL) || len(r.URL.String()) > maxURL:
		return errScheme
	}
	return nil
}

// guard sends requests to hosts that the network includes, also through a proxy.
type guard struct {
	transport *http.Transport
	network   api.Network
}

func (g guard) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, err := outbound.ThroughProxy(r.Context(), g.transport.Proxy, g.network, r)
	if err != nil {
		if r.Body != nil {
			_ = r.Body.Close()
		}
		return nil, err
	}
	return g.transport.RoundTrip(r.WithContext(ctx))
}

// source is where an answer comes from, in messages.
type source struct {
	what string
	url  *url.URL
}

func (s source) String() string { return s.what + " at " + s.url.Host }

// fetch returns the body of the answer, or why there is none. Without a body it sends a GET.
func (c *check) fetch(s source, body []byte, media string, most int) ([]byte, string) {
	ctx, cancel := context.WithTimeout(c.ctx, c.config.RequestTimeout)
	defer cancel()
	method := http.MethodGet
	if body != nil {
		method = http.MethodPost
	}
	r, err := http.NewRequestWithContext(ctx, method, s.url.String(), bytes.NewReader(body))
	if err != nil {
		return nil, s.String() + " has a URL that cannot be requested"
	}
	r.Header.Set("Accept", media)
	if body != nil {
		r.Header.Set("Content-Type", "application/ocsp-request")
	}
	if c.config.UserAgent != "" {
		r.Header.Set("User-Agent", c.config.UserAgent)
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return nil, c.noAnswer(s, err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Sprintf("%s returned HTTP %d", s, answer.StatusCode)
	}
	content, err := io.ReadAll(io.LimitReader(answer.Body, int64(most)+1))
	switch {
	case err != nil:
		return nil, c.noAnswer(s, err)
	case len(content) > most:
		return nil, fmt.Sprintf("%s sent more than %d bytes", s, most)
	}
	return content, ""
}

// noAnswer returns why a request got no answer. It names no address: a name may have several, which come in any order.
func (c *check) noAnswer(s source, err error) string {
	var denied *network.Forbidden
	if errors.As(err, &denied) {
		if denied.Private {
			return fmt.Sprintf("%s has %s, and network of the account is public: set network to private if the CA is in your own network", s, denied.Class)
		}
		return fmt.Sprintf("%s has %s, and certloop never connects to such an address", s, denied.Class)
	}
	for _, own := range []error{errScheme, errRedirects} {
		if errors.Is(err, own) {
			return s.String() + " " + own.Error()
		}
	}
	return s.String() + " did not respond" + outbound.CauseOf(err)
}

func unknown(format string, values ...any) api.Revocation {
	return api.Revocation{State: api.RevocationUnknown, Message: fmt.Sprintf(format, values...)}
}
