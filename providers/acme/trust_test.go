package acme_test

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"certloop/internal/sandbox/pebble"
	"certloop/internal/testca"
	"certloop/providers/acme"
	"certloop/reconciler/api"
)

func TestWhatIsNotADirectory(t *testing.T) {
	for sentence, body := range map[string]string{
		"a page": "<html></html>", "nothing": "", "an empty object": "{}",
		"ACME of before RFC 8555": `{"new-reg":"https://ca.test/new-reg","new-authz":"https://ca.test/new-authz"}`,
		"a directory over http":   `{"newNonce":"http://ca.test/1","newAccount":"http://ca.test/2","newOrder":"http://ca.test/3"}`,
	} {
		t.Run(sentence, func(t *testing.T) {
			w := newWorld(t, pebble.Options{})
			w.faults.Fail(pebble.Directory, 1, pebble.Answer(200, body))
			_, err := w.client.Lookup(t.Context(), w.account)
			expect(t, err, api.Transient, api.ReasonCAUnavailable)
			if m := api.MessageOf(err); !strings.Contains(m, "is not an ACME directory: check directory of account main") {
				t.Errorf("the message is %q", m)
			}
			if _, err = w.client.Lookup(t.Context(), w.account); api.KindOf(err) != api.NotFound {
				t.Errorf("it is not read again: %v", err)
			}
		})
	}
}

func TestADirectoryWithOddMeta(t *testing.T) {
	w := newWorld(t, pebble.Options{})
	w.faults.Fail(pebble.Directory, 1, editDirectory(func(d map[string]any) {
		d["meta"] = map[string]any{"caaIdentities": "ca.test", "profiles": []string{"classic"}, "termsOfService": nil}
	}))
	w.register()
}

// The CA's own TLS may be broken for a while; what waits for it is not given up.
func TestACAWhoseTLSHasExpired(t *testing.T) {
	w := newWorld(t, pebble.Options{})
	w.client = acme.New(acme.Config{UserAgent: "certloop/test", NewTransport: func() *http.Transport {
		later := func() time.Time { return time.Now().AddDate(3, 0, 0) }
		return &http.Transport{TLSClientConfig: &tls.Config{Time: later}}
	}})
	_, err := w.client.Lookup(t.Context(), w.account)
	expect(t, err, api.Transient, api.ReasonCAUnavailable)
	if !strings.Contains(api.MessageOf(err), "is expired or not yet valid: the CA must renew it") {
		t.Errorf("the message is %q", api.MessageOf(err))
	}
}

func TestAHostThatDoesNotExist(t *testing.T) {
	w := newWorld(t, pebble.Options{})
	w.client = acme.New(acme.Config{UserAgent: "certloop/test", NewTransport: func() *http.Transport {
		return &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.DNSError{Err: "no such host", Name: "ca.test", IsNotFound: true}
		}}
	}})
	w.account.Directory = "https://ca.test/directory"
	_, err := w.client.Lookup(t.Context(), w.account)
	expect(t, err, api.Transient, api.ReasonCAUnavailable)
	if api.MessageOf(err) != "the host ca.test does not exist in DNS: check directory of account main" {
		t.Errorf("the message is %q", api.MessageOf(err))
	}
}

func TestTrustIsThatOfTheAccountWhoAsks(t *testing.T) {
	w := newWorld(t, pebble.Options{})
	for range 2 {
		_, err := w.client.Lookup(t.Context(), w.account)
		expect(t, err, api.NotFound, "")
		other := w.account
		other.CACertificates = testca.New(testca.Options{}).Root()
		_, err = w.client.Lookup(t.Context(), other)
		expect(t, err, api.Transient, api.ReasonCAUnavailable)
	}
}

// anyNameIsHere resolves every name to the loopback address.
func anyNameIsHere(ctx context.Context, network, address string) (net.Conn, error) {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	return new(net.Dialer).DialContext(ctx, network, net.JoinHostPort("127.0.0.1", port))
}

func TestTrust(t *testing.T) {
	w := newWorld(t, pebble.Options{})
	w.client = acme.New(acme.Config{UserAgent: "certloop/test", NewTransport: func() *http.Transport { return &http.Transport{DialContext: anyNameIsHere} }})
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	for sentence, c := range map[string]struct {
		change func(*api.ACMEAccount)
		kind   api.ErrorKind
		says   string
	}{
		"a private CA has to be named": {func(a *api.ACMEAccount) { a.CACertificates = "" }, api.Transient,
			"is not trusted: for a private CA, set ca_certificates of account main to the root that signs it, in PEM"},
		"another CA does not help": {func(a *api.ACMEAccount) { a.CACertificates = testca.New(testca.Options{}).Root() }, api.Transient,
			"is not signed by a root of the system or of ca_certificates of account main"},
		"what is no certificate does not help": {func(a *api.ACMEAccount) { a.CACertificates = "roots" }, api.Terminal,
			"ca_certificates of account main holds no certificate"},
		"another host is not the one": {func(a *api.ACMEAccount) { a.Directory = strings.Replace(a.Directory, "127.0.0.1", "ca.test", 1) }, api.Transient,
			"is for other names: check directory of account main"},
		"a server without TLS is none": {func(a *api.ACMEAccount) { a.Directory = strings.Replace(plain.URL, "http:", "https:", 1) }, api.Transient,
			"does not use TLS: check directory of account main"},
		"a URL without TLS is refused": {func(a *api.ACMEAccount) { a.Directory = plain.URL }, api.Transient, "is not https"},
		"a port where nobody listens":  {func(a *api.ACMEAccount) { a.Directory = strings.Replace(gone.URL, "http:", "https:", 1) }, api.Transient, "did not respond to the directory request: connection refused; certloop retries"},
	} {
		t.Run(sentence, func(t *testing.T) {
			a := w.account
			c.change(&a)
			_, err := w.client.Lookup(t.Context(), a)
			expect(t, err, c.kind, api.ReasonCAUnavailable)
			if !strings.Contains(api.MessageOf(err), c.says) {
				t.Errorf("the message is %q", api.MessageOf(err))
			}
		})
	}
}
