// Package network decides to which IP addresses the providers may connect when somebody else chose the name.
package network

import (
	"fmt"
	"net/netip"

	"certloop/reconciler/api"
)

// Forbidden is the error of an address that a network does not include.
type Forbidden struct {
	Address netip.Addr
	// Class is what the address is, such as "a loopback address".
	Class string
	// Private reports whether api.NetworkPrivate includes it.
	Private bool
}

func (f *Forbidden) Error() string { return fmt.Sprintf("%s is %s", f.Address, f.Class) }

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

// Check returns why n does not include address, a *Forbidden; nil: it does. It is the one rule for every connection.
func Check(n api.Network, address netip.Addr) error {
	if !address.IsValid() {
		return &Forbidden{Class: "not an IP address"}
	}
	address = address.Unmap().WithZone("")
	if inner, ok := embedded(address); ok {
		return Check(n, inner)
	}
	refuse := func(class string) error { return &Forbidden{Address: address, Class: class} }
	switch {
	case within(address, metadata):
		return refuse("a link-local or instance metadata address")
	case address.IsLinkLocalUnicast():
		return refuse("a link-local address")
	case address.IsUnspecified() || within(address, reserved):
		return refuse("an unspecified or reserved address")
	case address.IsMulticast():
		return refuse("a multicast address")
	case n == api.NetworkPrivate:
		return nil
	case address.IsLoopback():
		return &Forbidden{Address: address, Class: "a loopback address", Private: true}
	case address.IsPrivate() || within(address, sharedRange) || siteLocal.Contains(address):
		return &Forbidden{Address: address, Class: "a private address", Private: true}
	}
	return nil
}
