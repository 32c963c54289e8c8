package probe

import (
	"crypto/x509"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/miekg/dns"

	"certloop/internal/sandbox/dnstest"
	"certloop/internal/sandbox/tlsfront"
	"certloop/internal/testca"
	"certloop/providers/probe/contract"
	"certloop/providers/probe/fake"
	"certloop/reconciler/api"
	"certloop/reconciler/ports"
)

var _ ports.Prober = (*Prober)(nil)

// world is a Prober with a DNS and an authority of its own.
type world struct {
	*Prober
	ca    *testca.CA
	roots *x509.CertPool

	mu    sync.Mutex
	hosts map[string][]string
	// broken are the query types that the DNS fails for.
	broken map[uint16]bool
}

func newWorld(t testing.TB, c Config) *world {
	w := &world{ca: testca.New(testca.Options{Intermediates: 1}), roots: x509.NewCertPool(), hosts: map[string][]string{}, broken: map[uint16]bool{}}
	w.roots.AppendCertsFromPEM([]byte(w.ca.Root()))
	server, err := dnstest.Listen(dns.HandlerFunc(w.answer))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	if c.Network == "" {
		c.Network = api.NetworkPrivate
	}
	c.Roots, c.Resolvers = w.roots, []string{server.Addr}
	w.Prober = New(c)
	return w
}

// host sets the addresses of a name.
func (w *world) host(name string, addresses ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hosts[name] = addresses
}

// fail makes the DNS fail for a query type.
func (w *world) fail(query uint16) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.broken[query] = true
}

func (w *world) answer(to dns.ResponseWriter, query *dns.Msg) {
	w.mu.Lock()
	defer w.mu.Unlock()
	reply, q := new(dns.Msg).SetReply(query), query.Question[0]
	reply.RecursionAvailable = true
	addresses, known := w.hosts[strings.TrimSuffix(strings.ToLower(q.Name), ".")]
	switch {
	case w.broken[q.Qtype]:
		reply.Rcode = dns.RcodeServerFailure
	case !known:
		reply.Rcode = dns.RcodeNameError
	}
	for _, a := range addresses {
		head := dns.RR_Header{Name: q.Name, Rrtype: q.Qtype, Class: dns.ClassINET}
		ip := net.ParseIP(a)
		if q.Qtype == dns.TypeA && ip.To4() != nil {
			reply.Answer = append(reply.Answer, &dns.A{Hdr: head, A: ip})
		} else if q.Qtype == dns.TypeAAAA && ip.To4() == nil {
			reply.Answer = append(reply.Answer, &dns.AAAA{Hdr: head, AAAA: ip})
		}
	}
	_ = to.WriteMsg(reply)
}

func TestProberOverLoopback(t *testing.T) {
	contract.Run(t, func(t *testing.T) contract.Subject {
		w := newWorld(t, Config{})
		site, err := tlsfront.Listen("127.0.0.1", "127.0.0.2", "::1")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(site.Close)
		serving := map[string]bool{"127.0.0.1": false, "127.0.0.2": false, "::1": false}
		for address := range serving {
			site.Edge(address).Close()
		}
		return contract.Subject{Prober: w, CA: w.ca, Port: site.Port, Host: w.host,
			Serve: func(t *testing.T, address string, c testca.Issued) {
				edge := site.Edge(address)
				edge.Serve(tlsfront.Certificate(c))
				if !serving[address] {
					if err := edge.Reopen(); err != nil {
						t.Fatal(err)
					}
				}
				serving[address] = true
			}}
	})
}

func TestFakeProber(t *testing.T) {
	contract.Run(t, func(*testing.T) contract.Subject {
		internet, ca, roots := fake.New(), testca.New(testca.Options{Intermediates: 1}), x509.NewCertPool()
		roots.AppendCertsFromPEM([]byte(ca.Root()))
		return contract.Subject{Prober: internet, CA: ca, Port: 443, Host: internet.Host,
			Serve: func(t *testing.T, address string, c testca.Issued) {
				internet.Show(address, func(e api.Endpoint) api.Sighting {
					problem := distrust(append([]*x509.Certificate{c.Certificate}, c.Above...), e.SNI, roots, c.Certificate.NotBefore)
					return api.Sighting{State: api.SightingAnswered, Leaf: api.ObserveLeaf(c.Certificate), Trusted: problem == "", Message: problem}
				})
			}}
	})
}
