package acme

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"certloop/providers/internal/network"
	"certloop/reconciler/api"
)

// forbidden is an address of a URL's host that an account's network does not include.
type forbidden struct {
	*network.Forbidden
	// host is that of the URL.
	host string
}

func (f *forbidden) Unwrap() error { return f.Forbidden }

// proxied marks the context of a request that goes through the proxy of the environment. The proxy's own address is
// the choice of the function's administrator, and no record's.
type proxied struct{}

// guardedDialer connects to addresses that n includes. It checks each address after the name was resolved, so
// that neither a redirect nor a name whose address changes leads elsewhere.
func guardedDialer(n api.Network) *net.Dialer {
	return &net.Dialer{
		Timeout: 10 * time.Second, KeepAlive: 15 * time.Second,
		ControlContext: func(ctx context.Context, _, address string, _ syscall.RawConn) error {
			if ctx.Value(proxied{}) != nil {
				return nil
			}
			at, err := netip.ParseAddrPort(address)
			if err != nil {
				return &network.Forbidden{Class: "not an IP address"}
			}
			return network.Check(n, at.Addr())
		},
	}
}

// throughProxy returns the context with which r is sent. A request to a proxy has its host resolved and checked here,
// because the proxy makes the connection. A host that only the proxy resolves is left to it with NetworkPrivate.
func (s *session) throughProxy(ctx context.Context, r *http.Request) (context.Context, error) {
	t := s.directory.transport
	if t.Proxy == nil {
		return ctx, nil
	}
	proxy, err := t.Proxy(r)
	if err != nil || proxy == nil {
		return ctx, err
	}
	if err := allowHost(ctx, s.account.Network, r.URL); err != nil {
		return ctx, err
	}
	return context.WithValue(ctx, proxied{}, true), nil
}

func allowHost(ctx context.Context, n api.Network, u *url.URL) error {
	addresses, err := net.DefaultResolver.LookupNetIP(ctx, "ip", u.Hostname())
	if err != nil && n != api.NetworkPrivate {
		return err
	}
	for _, address := range addresses {
		if err := network.Check(n, address); err != nil {
			return err
		}
	}
	return nil
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
