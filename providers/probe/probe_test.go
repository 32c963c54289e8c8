package probe

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/miekg/dns"

	"certloop/internal/sandbox/tlsfront"
	"certloop/internal/testca"
	"certloop/reconciler/api"
)

func TestWhyACertificateIsNotTrusted(t *testing.T) {
	now := time.Now()
	for sentence, c := range map[string]struct {
		serve func(*world) ([]*x509.Certificate, testca.Issued)
		want  string
	}{
		"expired": {func(w *world) ([]*x509.Certificate, testca.Issued) {
			i := w.ca.Issue(testca.Leaf{Names: []string{host}, NotBefore: now.Add(-48 * time.Hour), NotAfter: now.Add(-time.Hour)})
			return i.Above, i
		}, "the certificate expired at 2"},
		"not valid yet": {func(w *world) ([]*x509.Certificate, testca.Issued) {
			i := w.ca.Issue(testca.Leaf{Names: []string{host}, NotBefore: now.Add(time.Hour)})
			return i.Above, i
		}, "the certificate is not valid before 2"},
		"of another name": {func(w *world) ([]*x509.Certificate, testca.Issued) {
			i := w.ca.Issue(testca.Leaf{Names: []string{"other.example.com"}})
			return i.Above, i
		}, `the certificate is not valid for "www.example.com"`},
		"served without its intermediate": {func(w *world) ([]*x509.Certificate, testca.Issued) {
			return nil, w.issue()
		}, `the issuer "Test Intermediate 1" is neither served nor a trusted root`},
		"of another authority with its root": {func(*world) ([]*x509.Certificate, testca.Issued) {
			i := testca.New(testca.Options{Name: "Other"}).Issue(testca.Leaf{Names: []string{host}})
			return i.Above, i
		}, `it ends at "Other Root", which signs itself`},
		"of an authority with the same name": {func(w *world) ([]*x509.Certificate, testca.Issued) {
			i := testca.New(testca.Options{Intermediates: 1}).Issue(testca.Leaf{Names: []string{host}})
			return w.issue().Above, i
		}, `the issuer "Test Intermediate 1" is neither served nor a trusted root`},
		"self-signed": {func(*world) ([]*x509.Certificate, testca.Issued) {
			return nil, testca.SelfSigned(testca.Leaf{Names: []string{host}})
		}, `it ends at "www.example.com", which signs itself`},
		"not for servers": {func(w *world) ([]*x509.Certificate, testca.Issued) {
			i := w.ca.Issue(testca.Leaf{Names: []string{host}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
			return i.Above, i
		}, "clients do not accept the served certificates: "},
	} {
		t.Run(sentence, func(t *testing.T) {
			w, edge, e := front(t, Config{})
			above, issued := c.serve(w)
			served := tlsfront.Alone(issued)
			for _, a := range above {
				served.Certificate = append(served.Certificate, a.Raw)
			}
			edge.Serve(served)
			g := w.see(t, e)
			if g.State != api.SightingAnswered || g.Trusted || !strings.Contains(g.Message, c.want) {
				t.Errorf("the sighting is %+v, want message %q", g, c.want)
			}
		})
	}
}

// TestOnlyPublicAddressesAreAsked holds the default network: a name may lead to any address.
func TestOnlyPublicAddressesAreAsked(t *testing.T) {
	for address, private := range map[string]bool{
		"127.0.0.1": false, "::1": false, "10.1.2.3": false, "169.254.169.254": true, "fd00:ec2::254": true, "100.64.0.1": false, "fe80::1": true,
	} {
		w := newWorld(t, Config{Network: api.NetworkPublic})
		w.host(host, address)
		g := w.see(t, api.Endpoint{Host: host})
		if g.State != api.SightingPrivate || g.Address != address || !strings.Contains(g.Message, "certloop") {
			t.Errorf("%s: the sighting is %+v", address, g)
		}
		if private != strings.Contains(g.Message, "never connects") {
			t.Errorf("%s: the message is %q", address, g.Message)
		}
	}
	w, edge, e := front(t, Config{Network: api.NetworkPublic})
	for _, h := range []string{host, "127.0.0.1", "::ffff:127.0.0.1"} {
		e.Host = h
		if g := w.see(t, e); g.State != api.SightingPrivate {
			t.Errorf("%s: the sighting is %+v", h, g)
		}
	}
	if total, _ := edge.Connections(); total > 0 {
		t.Errorf("there were %d connections", total)
	}
}

func TestPrivateAddressesAreReportedOnce(t *testing.T) {
	w := newWorld(t, Config{Network: api.NetworkPublic})
	w.host(host, "10.0.0.1", "10.0.0.2", "fd00::1", "fd00::2")
	all := w.Probe(t.Context(), api.Endpoint{Host: host})
	if len(all) != 2 || all[0].Address != "10.0.0.1" || all[1].Address != "fd00::1" {
		t.Errorf("the sightings are %+v", all)
	}
}

// TestWithoutARouteNothingIsKnown is a function without IPv6: that is no fact about the endpoint.
func TestWithoutARouteNothingIsKnown(t *testing.T) {
	w, edge, e := front(t, Config{})
	edge.Serve(tlsfront.Certificate(w.issue()))
	w.host(host, "127.0.0.1", "::1", "::ffff:0:7f00:1")
	w.routed = func(_ context.Context, a netip.Addr) error {
		if a.Is6() {
			return &net.OpError{Op: "dial", Err: syscall.ENETUNREACH}
		}
		return nil
	}
	all := w.Probe(t.Context(), e)
	if len(all) != 2 || all[0].State != api.SightingAnswered || all[1].State != api.SightingNoRoute || all[1].Family != api.IPv6 || all[1].State.IsFact() {
		t.Errorf("the sightings are %+v", all)
	}
}

func TestRoutes(t *testing.T) {
	for _, address := range []string{"127.0.0.1", "::1"} {
		if err := routed(t.Context(), netip.MustParseAddr(address)); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
	for err, want := range map[error]bool{
		syscall.ENETUNREACH: true, syscall.EADDRNOTAVAIL: true, syscall.EAFNOSUPPORT: true, syscall.EHOSTUNREACH: true,
		syscall.EMFILE: false, context.Canceled: false,
	} {
		if got := isRouteless(&net.OpError{Op: "dial", Err: err}); got != want {
			t.Errorf("%v: no route is %v, want %v", err, got, want)
		}
	}
}

func TestTheDNSThatFailsIsNoFact(t *testing.T) {
	w, edge, e := front(t, Config{})
	edge.Serve(tlsfront.Certificate(w.issue()))
	w.fail(dns.TypeAAAA)
	all := w.Probe(t.Context(), e)
	if len(all) != 2 || all[0].State != api.SightingAnswered || all[1].State != api.SightingUnknown || all[1].Family != api.IPv6 || all[1].Address != "" {
		t.Errorf("with IPv6 unanswered the sightings are %+v", all)
	}
	w.fail(dns.TypeA)
	all = w.Probe(t.Context(), e)
	if len(all) != 1 || all[0].State != api.SightingUnknown || all[0].Family != "" || !strings.Contains(all[0].Message, "DNS resolver reports a failure") {
		t.Errorf("with both unanswered the sightings are %+v", all)
	}
	if again := w.Probe(t.Context(), e); again[0].Message != all[0].Message {
		t.Errorf("the message changes from %q to %q", all[0].Message, again[0].Message)
	}
}

func TestEndpointsThatAreNone(t *testing.T) {
	w := newWorld(t, Config{})
	for _, e := range []api.Endpoint{
		{}, {Host: host, Port: -1}, {Host: host, Port: 65536}, {Host: host, Protocol: "ldap"}, {Host: "a\nb"}, {Host: host, SNI: "\x00"},
		{Host: strings.Repeat("a.", 200)}, {Host: host, SNI: strings.Repeat("a.", 200)},
	} {
		if g := w.see(t, e); g.State != api.SightingUnknown || g.Message == "" {
			t.Errorf("%+v: the sighting is %+v", e, g)
		}
	}
}

// TestConnectionsThatFail holds which failures are of the endpoint, and which of the function.
func TestConnectionsThatFail(t *testing.T) {
	dial := func(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	for sentence, c := range map[string]struct {
		err  error
		port int
		want api.SightingState
	}{
		"refused":                      {dial(syscall.ECONNREFUSED), 443, api.SightingUnreachable},
		"not answered":                 {dial(context.DeadlineExceeded), 443, api.SightingUnreachable},
		"not answered by the kernel":   {dial(syscall.ETIMEDOUT), 587, api.SightingUnreachable},
		"mail, which Lambda blocks":    {dial(syscall.ETIMEDOUT), 25, api.SightingUnknown},
		"mail, refused":                {dial(syscall.ECONNREFUSED), 25, api.SightingUnreachable},
		"a router has no way":          {dial(syscall.EHOSTUNREACH), 443, api.SightingUnreachable},
		"too many files":               {dial(syscall.EMFILE), 443, api.SightingUnknown},
		"no port is left":              {dial(syscall.EADDRNOTAVAIL), 443, api.SightingUnknown},
		"too many files in the system": {dial(syscall.ENFILE), 443, api.SightingUnknown},
	} {
		g := New(Config{}).notConnected(t.Context(), api.Endpoint{Port: c.port}, c.err)
		if g.State != c.want || g.Message == "" {
			t.Errorf("%s: the sighting is %+v", sentence, g)
		}
	}
}

// TestTheCallersTimeEnds holds that an end of the caller's time is never taken for a fault of the endpoint.
func TestTheCallersTimeEnds(t *testing.T) {
	w, edge, e := front(t, Config{})
	edge.Behave(tlsfront.Silent)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	start := time.Now()
	all := w.Probe(ctx, e)
	if len(all) != 1 || all[0].State != api.SightingUnknown || time.Since(start) > 3*time.Second {
		t.Errorf("after %s the sightings are %+v", time.Since(start), all)
	}
}

// TestALoadBalancerPicksUpAReimport is an ALB that serves the predecessor for a while, and a CloudFront of which one edge
// does so for longer.
func TestALoadBalancerPicksUpAReimport(t *testing.T) {
	w := newWorld(t, Config{})
	site, err := tlsfront.Listen("127.0.0.1", "127.0.0.2")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(site.Close)
	w.host(host, "127.0.0.1", "127.0.0.2")
	e := api.Endpoint{Host: host, Port: site.Port}
	before, after := w.issue(), w.issue()
	served := func() (serials [2]string) {
		for i, g := range w.Probe(t.Context(), e) {
			serials[i] = g.Leaf.Serial
		}
		return serials
	}
	old, current := api.ObserveLeaf(before.Certificate).Serial, api.ObserveLeaf(after.Certificate).Serial
	site.Serve(tlsfront.Certificate(before))
	site.Edge("127.0.0.1").ServeAfter(300*time.Millisecond, tlsfront.Certificate(after))
	if got := served(); got != [2]string{old, old} {
		t.Errorf("at once %v are served, want %v twice", got, old)
	}
	for end := time.Now().Add(10 * time.Second); served() != [2]string{current, old}; {
		if time.Now().After(end) {
			t.Fatalf("%v are served", served())
		}
	}
	site.Edge("127.0.0.2").Serve(tlsfront.Certificate(after))
	if got := served(); got != [2]string{current, current} {
		t.Errorf("in the end %v are served, want %v twice", got, current)
	}
}

// TestAnEndpointWithCertificatesOfBothKinds is a load balancer with an RSA and an ECDSA certificate for one name: the one
// that belongs to the record is found.
func TestAnEndpointWithCertificatesOfBothKinds(t *testing.T) {
	w, edge, e := front(t, Config{})
	served := map[api.KeyType]testca.Issued{}
	for _, k := range []api.KeyType{api.EC256, api.RSA2048} {
		served[k] = w.ca.Issue(testca.Leaf{Names: []string{host}, KeyType: k})
	}
	both := []tls.Certificate{tlsfront.Certificate(served[api.EC256]), tlsfront.Certificate(served[api.RSA2048])}
	choose := func(served []tls.Certificate, version uint16) func(*tls.Config) {
		return func(c *tls.Config) {
			c.MinVersion = version
			c.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
				for i := range served {
					if hello.SupportsCertificate(&served[i]) == nil {
						return &served[i], nil
					}
				}
				return nil, errors.New("no certificate for this client")
			}
		}
	}
	for sentence, c := range map[string]struct {
		served     []tls.Certificate
		version    uint16
		asked      api.KeyType
		want       api.KeyType
		handshakes int
	}{
		"ECDSA is served first, and looked for":       {both, tls.VersionTLS12, api.EC384, api.EC256, 1},
		"RSA is looked for":                           {both, tls.VersionTLS12, api.RSA4096, api.RSA2048, 2},
		"nothing is looked for":                       {both, tls.VersionTLS12, "", api.EC256, 1},
		"RSA is looked for, and there is ECDSA alone": {both[:1], tls.VersionTLS12, api.RSA2048, api.EC256, 2},
		"ECDSA is looked for, and there is RSA alone": {both[1:], tls.VersionTLS12, api.EC256, api.RSA2048, 2},
		"RSA is looked for, in TLS 1.3 only":          {both, tls.VersionTLS13, api.RSA2048, api.EC256, 2},
	} {
		edge.Configure(choose(c.served, c.version))
		before, _ := edge.Connections()
		e.KeyType = c.asked
		g := w.see(t, e)
		after, _ := edge.Connections()
		if g.State != api.SightingAnswered || g.Leaf.KeyType != c.want || after-before != c.handshakes {
			t.Errorf("%s: after %d connections the sighting is %+v, want %s", sentence, after-before, g, c.want)
		}
	}
}

// TestAnEndpointWithManyAddressesTakesTwoSockets: one of each family at a time, so that it delays no other endpoint.
func TestAnEndpointWithManyAddressesTakesTwoSockets(t *testing.T) {
	p := New(Config{})
	var now, most atomic.Int32
	p.routed = func(context.Context, netip.Addr) error {
		most.Store(max(most.Load(), now.Add(1)))
		time.Sleep(20 * time.Millisecond)
		now.Add(-1)
		return errors.New("no route")
	}
	var addresses []netip.Addr
	for n := range api.MaxAddresses {
		addresses = append(addresses, netip.AddrFrom4([4]byte{8, 8, 8, byte(n)}), netip.MustParseAddr(fmt.Sprintf("2001:4860::%d", n+1)))
	}
	seen := p.seeAll(t.Context(), addresses, api.Endpoint{Host: "www.example.com", Port: 443})
	if len(seen) != len(addresses) || most.Load() != 2 {
		t.Errorf("%d sightings, %d addresses at a time", len(seen), most.Load())
	}
	for i, s := range seen {
		if s.State != api.SightingNoRoute {
			t.Errorf("%s is %+v", addresses[i], s)
		}
	}
}
