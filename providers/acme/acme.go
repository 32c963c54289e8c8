// Package acme speaks to ACME certificate authorities (RFC 8555, RFC 9773), one step at a time.
//
// It does two jobs: it sends what a step needs, and it gives every answer its kind and its words. It deliberately does
// not wait for an order to get ready, does not decide what comes next, does not query DNS, keeps no account or order
// of its own, and does not fetch issuers from where a certificate says they are.
//
// lego's low-level package signs and encodes. It knows no context and keeps nonces to itself, so each call has a lego
// client of its own, whose every request goes through the call's RoundTripper; what is worth keeping between calls (the
// directory, unused nonces, open connections) is kept here, per directory.
package acme

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"sync"
	"time"

	"certloop/providers/internal/outbound"
	"certloop/reconciler/api"
	"certloop/reconciler/ports"
)

// Config is what a Client is made of.
type Config struct {
	// UserAgent is the product that CAs see (RFC 8555 section 6.1), as in "certloop/1.2.3".
	UserAgent string
	// NewTransport makes the transport of one directory, whose RootCAs, IdleConnTimeout and bounds are then set; nil: Go's
	// usual settings, with the proxy of the environment and less patience. (A transport of the caller's could not be cloned:
	// a clone of one that is in use has lost its HTTP/2.) A DialContext of its own is not bounded by the account's network.
	NewTransport func() *http.Transport
	// RequestTimeout bounds one request with its answer, should the call's context last longer; zero: 30 s.
	RequestTimeout time.Duration
	// OtherHosts is called with all hosts besides the directory's that a CA has led to, when there is a new one; nil:
	// they are not reported.
	OtherHosts func(ctx context.Context, account, directory string, hosts []string)
	// Now is the clock; nil: time.Now.
	Now func() time.Time
}

var (
	_ ports.CA              = (*Client)(nil)
	_ ports.RenewalInformer = (*Client)(nil)
	_ ports.Registrar       = (*Client)(nil)
	_ ports.DirectoryReader = (*Client)(nil)
)

// Client is every ACME CA. It is safe for concurrent use.
type Client struct {
	config Config

	mu          sync.Mutex
	directories map[trust]*directory
}

// trust is a directory, what its own TLS is trusted by, and where it may lie.
type trust struct {
	url     string
	roots   [sha256.Size]byte
	network api.Network
}

// New makes a Client; it sends nothing.
func New(c Config) *Client {
	if c.NewTransport == nil {
		c.NewTransport = newTransport
	}
	if c.RequestTimeout == 0 {
		c.RequestTimeout = 30 * time.Second
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Client{config: c, directories: map[trust]*directory{}}
}

// directoryOf is what is kept of an account's directory, made on the first call.
func (c *Client) directoryOf(a api.ACMEAccount) (*directory, error) {
	key := trust{a.Directory, sha256.Sum256([]byte(a.CACertificates)), a.Network}
	c.mu.Lock()
	defer c.mu.Unlock()
	if d, ok := c.directories[key]; ok {
		return d, nil
	}
	transport, err := c.transportTrusting(a)
	if err != nil {
		return nil, err
	}
	d := &directory{url: a.Directory, transport: transport, busy: make(chan struct{}, 1)}
	c.directories[key] = d
	return d, nil
}

func newTransport() *http.Transport {
	return &http.Transport{
		Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, TLSHandshakeTimeout: 10 * time.Second,
	}
}

// idleTimeout is short: a function that was frozen for longer would send its next order into a connection that the
// other side has closed. The transport measures it in the wall clock, which goes on in the freeze.
const idleTimeout = 20 * time.Second

func (c *Client) transportTrusting(a api.ACMEAccount) (*http.Transport, error) {
	t := c.config.NewTransport()
	t.IdleConnTimeout = idleTimeout
	t.MaxResponseHeaderBytes = maxHeader
	t.DisableCompression = true // a small body must not unpack to a large one
	if t.DialContext == nil {
		t.DialContext = outbound.Dialer(a.Network).DialContext
	}
	// Else most of the connections that are used at once are closed after each request (where there is no HTTP/2).
	t.MaxIdleConnsPerHost = max(t.MaxIdleConnsPerHost, maxNonces)
	if a.CACertificates == "" {
		return t, nil
	}
	if t.TLSClientConfig == nil {
		t.TLSClientConfig = &tls.Config{}
	}
	roots := t.TLSClientConfig.RootCAs
	if roots == nil {
		// Without the system's own, ca_certificates are all that is trusted.
		roots, _ = x509.SystemCertPool()
	}
	if roots == nil {
		roots = x509.NewCertPool()
	}
	roots = roots.Clone()
	if !roots.AppendCertsFromPEM([]byte(a.CACertificates)) {
		return nil, &api.Error{Kind: api.Terminal, Reason: api.ReasonCAUnavailable,
			Message: "ca_certificates of account " + a.Name + " holds no certificate: set it to the roots of the CA in PEM"}
	}
	t.TLSClientConfig.RootCAs = roots
	return t, nil
}
