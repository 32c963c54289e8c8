package acme

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"

	"certloop/providers/internal/network"
	"certloop/providers/internal/outbound"
	"certloop/reconciler/api"
)

// forbidden is an address of a URL's host that an account's network does not include.
type forbidden struct {
	*network.Forbidden
	// host is that of the URL.
	host string
}

func (f *forbidden) Unwrap() error { return f.Forbidden }

// throughProxy returns the context with which r is sent.
func (s *session) throughProxy(ctx context.Context, r *http.Request) (context.Context, error) {
	return outbound.ThroughProxy(ctx, s.directory.transport.Proxy, s.account.Network, r)
}

// denied is the error of an address that the account's network does not include. It names no address: a name may have
// several, which come in any order.
func (s *session) denied(f *forbidden) *api.Error {
	e := &api.Error{Kind: api.Terminal, Reason: api.ReasonNetworkDenied, Err: f, Message: f.host + " has " + f.Class +
		", and certloop never connects to such an address"}
	if f.Private {
		e.Message = f.host + " has " + f.Class + ", and network of account " + s.account.Name +
			" is public: set network to private if the CA is in your own network"
	}
	return e
}

// elsewhere is a redirect to another scheme, host or port.
type elsewhere struct{ from, to string }

func (e *elsewhere) Error() string { return e.from + " redirects to " + e.to }

// checkRedirect returns an error for an answer that redirects to another scheme, host or port. The signature of a
// request is for one URL, and what an account trusts is one server.
func checkRedirect(r *http.Request, answer *http.Response) error {
	switch answer.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return nil
	}
	to, err := r.URL.Parse(answer.Header.Get("Location"))
	if err != nil || origin(to) == origin(r.URL) {
		return nil
	}
	if err := checkRequest(to); err != nil {
		return err
	}
	return &elsewhere{origin(r.URL), origin(to)}
}

// origin is the scheme, host and port of a URL (RFC 6454 section 4).
func origin(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443", "http": "80"}[u.Scheme]
	}
	return u.Scheme + "://" + net.JoinHostPort(strings.ToLower(u.Hostname()), port)
}

// redirected is the error of a redirect to elsewhere.
func (s *session) redirected(e *elsewhere) *api.Error {
	return &api.Error{Kind: api.Terminal, Reason: api.ReasonNetworkDenied, Message: s.clean(e.from + " redirects to " + e.to +
		", and certloop follows a redirect only to the same scheme, host and port: set directory of account " + s.account.Name +
		" to the URL that the CA documents")}
}
