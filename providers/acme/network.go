package acme

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"certloop/reconciler/api"
)

// forbidden is an address that an account's network does not include.
type forbidden struct {
	address netip.Addr
	// class is what the address is, such as "a loopback address".
	class string
	// private reports whether NetworkPrivate includes it.
	private bool
	// host is that of the URL.
	host string
}

func (f *forbidden) Error() string { return fmt.Sprintf("%s is %s", f.address, f.class) }

// Ranges that net/netip has no name for. Documentation ranges are left out: nobody routes them.
var (
	metadata    = prefixes("169.254.0.0/16", "fd00:ec2::/32")
	sharedRange = prefixes("100.64.0.0/10")
	reserved    = prefixes("0.0.0.0/8", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "240.0.0.0/4", "100::/64", "64:ff9b:1::/48")
	// translated hold an IPv4 address in their last 32 bits (RFC 6052, RFC 2765, RFC 4291 section 2.5.5).
	translated = prefixes("64:ff9b::/96", "::ffff:0:0:0/96", "::/96")
	sixToFour  = netip.MustParsePrefix("2002::/16")
	teredo     = netip.MustParsePrefix("2001::/32")
	siteLocal  = netip.MustParsePrefix("fec0::/10")
)

func prefixes(texts ...string) (all []netip.Prefix) {
	for _, text := range texts {
		all = append(all, netip.MustParsePrefix(text))
	}
	return all
}

func within(address netip.Addr, ranges []netip.Prefix) bool {
	for _, r := range ranges {
		if r.Contains(address) {
			return true
		}
	}
	return false
}

// embedded returns the IPv4 address that an IPv6 address leads to by translation or tunnel; false: there is none.
func embedded(address netip.Addr) (netip.Addr, bool) {
	b := address.As16()
	switch {
	case address.Is4() || address == netip.IPv6Loopback() || address == netip.IPv6Unspecified():
		return netip.Addr{}, false
	case within(address, translated):
		return netip.AddrFrom4([4]byte(b[12:])), true
	case sixToFour.Contains(address):
		return netip.AddrFrom4([4]byte(b[2:6])), true
	case teredo.Contains(address):
		return netip.AddrFrom4([4]byte{^b[12], ^b[13], ^b[14], ^b[15]}), true // RFC 4380 section 4
	}
	return netip.Addr{}, false
}

// allow returns why network does not include address; nil: it does. It is the one rule for every connection.
func allow(network api.Network, address netip.Addr) error {
	address = address.Unmap().WithZone("")
	if inner, ok := embedded(address); ok {
		return allow(network, inner)
	}
	refuse := func(class string) error { return &forbidden{address: address, class: class} }
	switch {
	case !address.IsValid():
		return refuse("not an IP address")
	case within(address, metadata):
		return refuse("a link-local or instance metadata address")
	case address.IsLinkLocalUnicast():
		return refuse("a link-local address")
	case address.IsUnspecified() || within(address, reserved):
		return refuse("an unspecified or reserved address")
	case address.IsMulticast():
		return refuse("a multicast address")
	case network == api.NetworkPrivate:
		return nil
	case address.IsLoopback():
		return &forbidden{address: address, class: "a loopback address", private: true}
	case address.IsPrivate() || within(address, sharedRange) || siteLocal.Contains(address):
		return &forbidden{address: address, class: "a private address", private: true}
	}
	return nil
}

// proxied marks the context of a request that goes through the proxy of the environment. The proxy's own address is
// the choice of the function's administrator, and no record's.
type proxied struct{}

// guardedDialer connects to addresses that network includes. It checks each address after the name was resolved, so
// that neither a redirect nor a name whose address changes leads elsewhere.
func guardedDialer(network api.Network) *net.Dialer {
	return &net.Dialer{
		Timeout: 10 * time.Second, KeepAlive: 15 * time.Second,
		ControlContext: func(ctx context.Context, _, address string, _ syscall.RawConn) error {
			if ctx.Value(proxied{}) != nil {
				return nil
			}
			at, err := netip.ParseAddrPort(address)
			if err != nil {
				return &forbidden{class: "not an IP address"}
			}
			return allow(network, at.Addr())
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

func allowHost(ctx context.Context, network api.Network, u *url.URL) error {
	addresses, err := net.DefaultResolver.LookupNetIP(ctx, "ip", u.Hostname())
	if err != nil && network != api.NetworkPrivate {
		return err
	}
	for _, address := range addresses {
		if err := allow(network, address); err != nil {
			return err
		}
	}
	return nil
}

// denied is the error of an address that the account's network does not include. It names no address: a name may have
// several, which come in any order.
func (s *session) denied(f *forbidden) *api.Error {
	e := &api.Error{Kind: api.Terminal, Reason: api.ReasonNetworkDenied, Err: f, Message: f.host + " has " + f.class +
		", and certloop never connects to such an address"}
	if f.private {
		e.Message = f.host + " has " + f.class + ", and network of account " + s.account.Name +
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
