package fake_test

import (
	"context"
	"testing"

	"certloop/providers/probe/fake"
	"certloop/reconciler/api"
	"certloop/reconciler/ports"
)

var _ ports.Prober = (*fake.Internet)(nil)

func TestInternet(t *testing.T) {
	i := fake.New()
	i.Host("www.example.com", "2001:db8::1", "198.51.100.2", "198.51.100.1", "10.0.0.1", "10.0.0.2")
	i.Serve("198.51.100.1", api.Leaf{Serial: "1"}, "")
	i.Serve("2001:db8::1", api.Leaf{Serial: "2"}, "it is expired")
	i.Fail("10.0.0.1", api.SightingPrivate, "a private address")
	i.Fail("10.0.0.2", api.SightingPrivate, "a private address")

	got := i.Probe(t.Context(), api.Endpoint{Host: "www.example.com"})
	want := []api.Sighting{
		{Family: api.IPv4, Address: "10.0.0.1", State: api.SightingPrivate},
		{Family: api.IPv4, Address: "198.51.100.1", State: api.SightingAnswered, Trusted: true},
		{Family: api.IPv4, Address: "198.51.100.2", State: api.SightingUnreachable},
		{Family: api.IPv6, Address: "2001:db8::1", State: api.SightingAnswered},
	}
	if len(got) != len(want) {
		t.Fatalf("%d sightings, want %d: %+v", len(got), len(want), got)
	}
	for n, w := range want {
		if g := got[n]; g.Family != w.Family || g.Address != w.Address || g.State != w.State || g.Trusted != w.Trusted ||
			g.Trusted != (g.Message == "") {
			t.Errorf("sighting %d is %+v, want %+v", n, g, w)
		}
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := i.Probe(ctx, api.Endpoint{Host: "www.example.com"}); got[0].State != api.SightingUnknown {
		t.Errorf("after its time it is %+v", got[0])
	}
	if got := i.Probe(t.Context(), api.Endpoint{Host: "other.example.com"}); len(got) != 1 || got[0].Family != "" || got[0].State != api.SightingUnreachable {
		t.Errorf("an unknown host is %+v", got)
	}
	if asked := i.Asked(); len(asked) != 3 || asked[0] != (api.Endpoint{Host: "www.example.com", Port: 443, SNI: "www.example.com", Protocol: api.ProtocolTLS}) {
		t.Errorf("asked were %+v", asked)
	}
}
