// Package contract is the contract of ports.Prober as tests.
package contract

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"certloop/internal/suite"
	"certloop/internal/testca"
	"certloop/reconciler/api"
	"certloop/reconciler/ports"
)

// Subject is a Prober with the world that it sees. Its addresses are 127.0.0.0/8 and ::1.
type Subject struct {
	ports.Prober
	// CA is the only trusted authority.
	CA *testca.CA
	// Port is the port on which the addresses serve.
	Port int
	// Host sets the addresses of a name.
	Host func(name string, addresses ...string)
	// Serve makes an address serve a certificate with its chain. An address that serves nothing refuses connections.
	Serve func(t *testing.T, address string, c testca.Issued)
}

const host = "www.example.com"

// Run runs the contract on subjects that subject makes.
func Run(t *testing.T, subject func(*testing.T) Subject) {
	suite.Run(t, map[string]suite.Part[Subject]{
		"a served certificate is answered with its facts":      facts,
		"each address is seen for itself":                      edges,
		"both families are asked":                              families,
		"a re-import is seen by the next probe":                reimport,
		"a certificate of somebody else is answered, too":      somebodyElse,
		"an address that refuses is unreachable, others not":   refuses,
		"a host without addresses has one sighting":            unresolved,
		"an address needs no name":                             literal,
		"no more addresses are asked than there may be":        tooMany,
		"what is not asked before the context ends is unknown": ended,
	}, nil, subject)
}

func (s Subject) endpoint() api.Endpoint { return api.Endpoint{Host: host, Port: s.Port} }

func (s Subject) issue(names ...string) testca.Issued { return s.CA.Issue(testca.Leaf{Names: names}) }

// see probes the endpoint and checks what every sighting must be.
func (s Subject) see(t *testing.T, e api.Endpoint, want int) []api.Sighting {
	t.Helper()
	all := s.Probe(t.Context(), e)
	if len(all) != want {
		t.Fatalf("there are %d sightings, want %d: %+v", len(all), want, all)
	}
	for _, g := range all {
		check(t, g)
	}
	return all
}

func check(t *testing.T, g api.Sighting) {
	t.Helper()
	switch {
	case g.Trusted && g.State != api.SightingAnswered, g.Trusted != (g.Message == ""), api.Message(g.Message) != g.Message:
		t.Errorf("trusted is %v in state %s with message %q", g.Trusted, g.State, g.Message)
	case (g.Leaf.FingerprintSHA256 != "") != (g.State == api.SightingAnswered):
		t.Errorf("in state %s the leaf is %+v", g.State, g.Leaf)
	}
}

func wantServed(t *testing.T, g api.Sighting, c testca.Issued) {
	t.Helper()
	if want := api.ObserveLeaf(c.Certificate); g.State != api.SightingAnswered || g.Leaf.FingerprintSHA256 != want.FingerprintSHA256 {
		t.Errorf("the sighting is %+v, want serial %s", g, want.Serial)
	}
}

func facts(t *testing.T, s Subject) {
	c := s.issue(host, "example.com")
	s.Host(host, "127.0.0.1")
	s.Serve(t, "127.0.0.1", c)
	g := s.see(t, s.endpoint(), 1)[0]
	wantServed(t, g, c)
	want := api.ObserveLeaf(c.Certificate)
	if !g.Trusted || g.Family != api.IPv4 || g.Address != "127.0.0.1" || g.Leaf.Serial != want.Serial || g.Leaf.Issuer != want.Issuer ||
		!g.Leaf.NotAfter.Equal(want.NotAfter) || !slices.Equal(g.Leaf.Domains, want.Domains) {
		t.Errorf("the sighting is %+v", g)
	}
}

func edges(t *testing.T, s Subject) {
	before, after := s.issue(host), s.issue(host)
	s.Host(host, "127.0.0.2", "127.0.0.1")
	s.Serve(t, "127.0.0.1", after)
	s.Serve(t, "127.0.0.2", before)
	all := s.see(t, s.endpoint(), 2)
	wantServed(t, all[0], after)
	wantServed(t, all[1], before)
}

func families(t *testing.T, s Subject) {
	four, six := s.issue(host), s.issue(host)
	s.Host(host, "::1", "127.0.0.1")
	s.Serve(t, "127.0.0.1", four)
	s.Serve(t, "::1", six)
	all := s.see(t, s.endpoint(), 2)
	wantServed(t, all[0], four)
	wantServed(t, all[1], six)
	if all[0].Family != api.IPv4 || all[1].Family != api.IPv6 || all[1].Address != "::1" {
		t.Errorf("the families are %q and %q at %s", all[0].Family, all[1].Family, all[1].Address)
	}
	s.Host(host, "::1")
	wantServed(t, s.see(t, s.endpoint(), 1)[0], six)
}

func reimport(t *testing.T, s Subject) {
	s.Host(host, "127.0.0.1")
	for range 2 {
		c := s.issue(host)
		s.Serve(t, "127.0.0.1", c)
		wantServed(t, s.see(t, s.endpoint(), 1)[0], c)
	}
}

func somebodyElse(t *testing.T, s Subject) {
	s.Host(host, "127.0.0.1")
	for sentence, c := range map[string]testca.Issued{
		"another name":      s.issue("www.example.net"),
		"another authority": testca.New(testca.Options{Name: "Other"}).Issue(testca.Leaf{Names: []string{host}}),
	} {
		s.Serve(t, "127.0.0.1", c)
		g := s.see(t, s.endpoint(), 1)[0]
		if wantServed(t, g, c); g.Trusted {
			t.Errorf("%s: it is trusted", sentence)
		}
	}
}

func refuses(t *testing.T, s Subject) {
	c := s.issue(host)
	s.Host(host, "127.0.0.1", "127.0.0.2")
	s.Serve(t, "127.0.0.2", c)
	all := s.see(t, s.endpoint(), 2)
	wantServed(t, all[1], c)
	if all[0].State != api.SightingUnreachable || !strings.Contains(all[0].Message, "refused") {
		t.Errorf("the sighting is %+v", all[0])
	}
}

func unresolved(t *testing.T, s Subject) {
	g := s.see(t, api.Endpoint{Host: "none.example.com", Port: s.Port}, 1)[0]
	if g.State != api.SightingUnreachable || g.Family != "" || g.Address != "" || !strings.Contains(g.Message, "does not resolve") {
		t.Errorf("the sighting is %+v", g)
	}
}

func literal(t *testing.T, s Subject) {
	c := s.issue(host)
	for _, address := range []string{"127.0.0.1", "::1"} {
		s.Serve(t, address, c)
		g := s.see(t, api.Endpoint{Host: address, Port: s.Port, SNI: host}, 1)[0]
		if wantServed(t, g, c); g.Address != address || !g.Trusted {
			t.Errorf("the sighting is %+v", g)
		}
	}
}

func tooMany(t *testing.T, s Subject) {
	var addresses []string
	for n := range api.MaxAddresses + 3 {
		addresses = append(addresses, fmt.Sprintf("127.0.0.%d", n+1))
	}
	s.Host(host, addresses...)
	s.see(t, s.endpoint(), api.MaxAddresses)
}

func ended(t *testing.T, s Subject) {
	s.Host(host, "127.0.0.1")
	s.Serve(t, "127.0.0.1", s.issue(host))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, h := range []string{host, "127.0.0.1", "none.example.com"} {
		for _, g := range s.Probe(ctx, api.Endpoint{Host: h, Port: s.Port}) {
			if check(t, g); g.State != api.SightingUnknown {
				t.Errorf("%s: the sighting is %+v", h, g)
			}
		}
	}
}
