package network_test

import (
	"net/netip"
	"testing"

	"certloop/providers/internal/network"
	"certloop/reconciler/api"
)

func TestTheAddressesOfANetwork(t *testing.T) {
	for address, c := range map[string]struct{ public, private bool }{
		"1.1.1.1": {true, true}, "2606:4700::1111": {true, true}, "::ffff:1.1.1.1": {true, true}, "64:ff9b::101:101": {true, true},
		"2002:101:101::1": {true, true}, "172.32.0.1": {true, true}, "100.128.0.1": {true, true}, "192.169.0.1": {true, true},
		"127.0.0.1": {false, true}, "127.255.255.254": {false, true}, "::1": {false, true}, "::ffff:127.0.0.1": {false, true},
		"10.0.0.1": {false, true}, "172.16.0.1": {false, true}, "172.31.255.255": {false, true}, "192.168.1.1": {false, true},
		"100.64.0.1": {false, true}, "100.127.255.255": {false, true}, "fc00::1": {false, true}, "fd12:3456::1": {false, true},
		"fec0::1": {false, true}, "64:ff9b::a00:1": {false, true}, "2002:a00:1::1": {false, true}, "::10.0.0.1": {false, true},
		"::ffff:0:10.0.0.1": {false, true},
		"169.254.169.254":   {}, "169.254.170.2": {}, "169.254.0.1": {}, "::ffff:169.254.169.254": {}, "64:ff9b::a9fe:a9fe": {}, "2002:a9fe:a9fe::1": {},
		"fd00:ec2::254": {}, "fd00:ec2::23": {}, "fe80::1": {}, "fe80::1%eth0": {}, "febf::1": {}, "0.0.0.0": {}, "0.1.2.3": {}, "::": {}, "224.0.0.1": {}, "239.1.1.1": {},
		"ff02::1": {}, "240.0.0.1": {}, "255.255.255.255": {}, "64:ff9b:1::a00:1": {}, "2001:0:0:0:0:0:5601:5601": {}, "198.18.0.1": {},
	} {
		for n, want := range map[api.Network]bool{"": c.public, api.NetworkPublic: c.public, api.NetworkPrivate: c.private} {
			if err := network.Check(n, netip.MustParseAddr(address)); (err == nil) != want {
				t.Errorf("%s with network %q: %v", address, n, err)
			}
		}
	}
	if network.Check(api.NetworkPrivate, netip.Addr{}) == nil {
		t.Error("no address is allowed")
	}
}
