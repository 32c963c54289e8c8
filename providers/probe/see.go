package probe

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"net/netip"
	"slices"
	"syscall"
	"time"

	"certloop/providers/internal/network"
	"certloop/reconciler/api"
)

// see asks one address which certificate it serves.
func (p *Prober) see(ctx context.Context, address netip.Addr, e api.Endpoint) api.Sighting {
	if err := network.Check(p.config.Network, address); err != nil {
		return private(err)
	}
	if !p.sockets.enter(ctx) {
		return interrupted()
	}
	defer p.sockets.leave()
	if err := p.routed(ctx, address); err != nil && ctx.Err() == nil {
		return api.Sighting{State: api.SightingNoRoute,
			Message: "certloop has no route to " + string(familyOf(address)) + " addresses, and cannot see what they serve"}
	}
	first := p.ask(ctx, address, e, "")
	if first.State != api.SightingAnswered || e.KeyType == "" || first.Leaf.KeyType.IsSameKind(e.KeyType) {
		return first
	}
	if second := p.ask(ctx, address, e, e.KeyType); second.State == api.SightingAnswered {
		return second
	}
	return first
}

// ask opens one connection and shakes hands, as a client that knows only the algorithm of that key type; empty: all.
func (p *Prober) ask(ctx context.Context, address netip.Addr, e api.Endpoint, only api.KeyType) api.Sighting {
	end := time.Now().Add(p.config.Timeout)
	c, err := p.connect(ctx, netip.AddrPortFrom(address, uint16(e.Port)))
	if err != nil {
		return p.notConnected(ctx, e, err)
	}
	defer func() { _ = c.Close() }()
	bounded, release := bind(ctx, c, end)
	defer release()
	chain, err := handshake(bounded, e, only)
	switch {
	case err == nil:
		return p.answered(chain, e)
	case ctx.Err() != nil:
		return interrupted()
	}
	return unreachable(p.cause(err))
}

// private returns the sighting of an address that the network does not include.
func private(err error) api.Sighting {
	s := api.Sighting{State: api.SightingPrivate, Message: "the address is not public, and certloop never connects to such an address"}
	var f *network.Forbidden
	if errors.As(err, &f) && f.Class != "" {
		s.Message = "it is " + f.Class + ", and certloop never connects to such an address"
	}
	if f != nil && f.Private {
		s.Message = "it is " + f.Class + ", and certloop is not configured to connect to such an address"
	}
	return s
}

// routed looks for a route to address without sending anything: to connect a UDP socket sends no packet.
func routed(ctx context.Context, address netip.Addr) error {
	var d net.Dialer
	const discard = 9
	c, err := d.DialContext(ctx, "udp", netip.AddrPortFrom(address, discard).String())
	if err == nil {
		return c.Close()
	}
	if isRouteless(err) {
		return err
	}
	return nil // another problem is for the connection to find
}

// isRouteless reports whether err is that of an address that this host has no way to.
func isRouteless(err error) bool {
	return isAny(err, syscall.ENETUNREACH, syscall.EHOSTUNREACH, syscall.EADDRNOTAVAIL, syscall.EAFNOSUPPORT, syscall.EACCES, syscall.EPERM)
}

func isAny(err error, errnos ...syscall.Errno) bool {
	return slices.ContainsFunc(errnos, func(e syscall.Errno) bool { return errors.Is(err, e) })
}

func (p *Prober) connect(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
	d := net.Dialer{Timeout: min(p.config.ConnectTimeout, p.config.Timeout), KeepAlive: -1}
	return d.DialContext(ctx, "tcp", to.String())
}

// smtpPort is closed to functions: AWS Lambda blocks outbound connections to TCP port 25.
const smtpPort = 25

// notConnected returns the sighting of a connection that was not made.
func (p *Prober) notConnected(ctx context.Context, e api.Endpoint, err error) api.Sighting {
	switch {
	case ctx.Err() != nil:
		return interrupted()
	case isExhausted(err):
		return unknown("certloop has no free socket for the connection")
	case isTimeout(err) && e.Port == smtpPort:
		return unknown("the connection was not answered, and AWS Lambda does not allow connections to port 25: set port to " +
			"the one of message submission, 587")
	}
	return unreachable(p.cause(err))
}

// isExhausted reports whether err comes of what this process or host has too little of.
func isExhausted(err error) bool {
	return isAny(err, syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.EADDRNOTAVAIL)
}

// answered returns the sighting of a chain whose leaf the server has the key of.
func (p *Prober) answered(chain []*x509.Certificate, e api.Endpoint) api.Sighting {
	problem := distrust(chain, serverName(e), p.config.Roots, p.config.Now())
	return api.Sighting{State: api.SightingAnswered, Leaf: api.ObserveLeaf(chain[0]), Trusted: problem == "", Message: api.Message(problem)}
}
