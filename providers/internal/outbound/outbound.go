// Package outbound connects to hosts that the outside chose: a CA's directory, an OCSP responder, a CRL. Package network has
// the rule for their addresses.
package outbound

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"

	"certloop/providers/internal/network"
	"certloop/reconciler/api"
)

// proxied marks the context of a request that goes through the proxy of the environment. The proxy's own address is
// the choice of the function's administrator, and no record's.
type proxied struct{}

// Dialer returns a dialer that connects to addresses that n includes. It checks each address after the name was resolved,
// so that neither a redirect nor a name whose address changes leads elsewhere.
func Dialer(n api.Network) *net.Dialer {
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

// ThroughProxy returns the context with which r is sent through a transport with that Proxy, which may be nil. A request
// to a proxy has its host resolved and checked here, because the proxy makes the connection. A host that only the proxy
// resolves is left to it with NetworkPrivate.
func ThroughProxy(ctx context.Context, proxy func(*http.Request) (*url.URL, error), n api.Network, r *http.Request) (context.Context, error) {
	if proxy == nil {
		return ctx, nil
	}
	through, err := proxy(r)
	if err != nil || through == nil {
		return ctx, err
	}
	if err := allowHost(ctx, n, r.URL); err != nil {
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
