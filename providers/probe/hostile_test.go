package probe

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"certloop/internal/sandbox/tlsfront"
	"certloop/internal/testca"
	"certloop/reconciler/api"
)

const host = "www.example.com"

// short is the configuration of tests with servers that do not end.
var short = Config{Timeout: 500 * time.Millisecond, ConnectTimeout: 300 * time.Millisecond}

// front is a world with one edge, on 127.0.0.1.
func front(t testing.TB, c Config) (*world, *tlsfront.Edge, api.Endpoint) {
	t.Helper()
	w := newWorld(t, c)
	site, err := tlsfront.Listen("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(site.Close)
	w.host(host, "127.0.0.1")
	return w, site.Edge("127.0.0.1"), api.Endpoint{Host: host, Port: site.Port}
}

// see probes an endpoint with one address.
func (w *world) see(t testing.TB, e api.Endpoint) api.Sighting {
	t.Helper()
	all := w.Probe(t.Context(), e)
	if len(all) != 1 {
		t.Fatalf("there are %d sightings: %+v", len(all), all)
	}
	return all[0]
}

func (w *world) issue() testca.Issued { return w.ca.Issue(testca.Leaf{Names: []string{host}}) }

func TestServersThatDoNotServeACertificate(t *testing.T) {
	long := strings.Repeat("x", 10*maxLine)
	garbage := func(w *world) []tls.Certificate {
		c := tlsfront.Alone(w.issue())
		return []tls.Certificate{{Certificate: [][]byte{c.Certificate[0][:200]}, PrivateKey: c.PrivateKey}}
	}
	for sentence, c := range map[string]struct {
		behaviour func(net.Conn)
		preface   func(net.Conn) error
		protocol  api.Protocol
		serve     func(*world) []tls.Certificate
		want      string
	}{
		"sends nothing":             {behaviour: tlsfront.Silent, want: "the TLS handshake was not complete within 500ms"},
		"sends a byte at a time":    {behaviour: tlsfront.Drip(20 * time.Millisecond), want: "the TLS handshake was not complete within 500ms"},
		"sends megabytes":           {behaviour: tlsfront.Flood, want: "the server sent more than 64 KB"},
		"speaks HTTP":               {behaviour: tlsfront.PlainHTTP, want: "the server answers in HTTP without TLS"},
		"speaks another protocol":   {behaviour: func(c net.Conn) { _, _ = io.WriteString(c, "SSH-2.0-OpenSSH_9.9\r\n") }, want: "the server does not answer in TLS"},
		"resets":                    {behaviour: tlsfront.Reset, want: "the server reset the connection"},
		"closes":                    {behaviour: tlsfront.Hangup, want: "the server closed the connection before the TLS handshake was complete"},
		"does not know the name":    {behaviour: tlsfront.Alert(112), want: "the server refuses the TLS handshake: unrecognized name"},
		"has no common version":     {behaviour: tlsfront.Alert(70), want: "the server refuses the TLS handshake: protocol version not supported"},
		"sends what is not X.509":   {serve: garbage, want: `the TLS handshake failed: "failed to parse certificate from server: `},
		"has no certificate at all": {serve: func(*world) []tls.Certificate { return nil }, want: "the server refuses the TLS handshake: "},

		"SMTP: sends nothing":              {protocol: api.ProtocolSMTP, behaviour: tlsfront.Silent, want: "the TLS handshake was not complete within 500ms"},
		"SMTP: is another service":         {protocol: api.ProtocolSMTP, behaviour: func(c net.Conn) { _, _ = io.WriteString(c, "SSH-2.0-x\r\n") }, want: `the server does not begin TLS: its greeting is "SSH-2.0-x"`},
		"SMTP: turns clients away":         {protocol: api.ProtocolSMTP, preface: tlsfront.Refuse("554 no\x1b[2J service\r\n"), want: `its greeting is "554 no\x1b[2J service"`},
		"SMTP: greets without end":         {protocol: api.ProtocolSMTP, preface: tlsfront.Refuse(strings.Repeat("220-hello\r\n", 1000)), want: "the server sent more than 64 lines before TLS"},
		"SMTP: sends a line without end":   {protocol: api.ProtocolSMTP, preface: tlsfront.Refuse("220 " + long), want: "the server sent a line of more than 1024 bytes before TLS"},
		"SMTP: sends more than asked for":  {protocol: api.ProtocolSMTP, preface: tlsfront.Refuse("220 a\r\n250 b\r\n220 go ahead\r\n250 injected\r\n"), want: "the server sent more after it agreed to begin TLS"},
		"SMTP: has no STARTTLS":            {protocol: api.ProtocolSMTP, preface: tlsfront.Refuse("220 a\r\n250 b\r\n502 what\r\n"), want: `it answers STARTTLS with "502 what"`},
		"IMAP: has no STARTTLS":            {protocol: api.ProtocolIMAP, preface: tlsfront.Refuse("* OK a\r\na1 BAD unknown\r\n"), want: `it answers STARTTLS with "a1 BAD unknown"`},
		"IMAP: turns clients away":         {protocol: api.ProtocolIMAP, preface: tlsfront.Refuse("* BYE\r\n"), want: `its greeting is "* BYE"`},
		"IMAP: talks without end":          {protocol: api.ProtocolIMAP, preface: tlsfront.Refuse("* OK a\r\n" + strings.Repeat("* NOOP\r\n", 1000)), want: "the server sent more than 64 lines before TLS"},
		"IMAP: sends more than asked for":  {protocol: api.ProtocolIMAP, preface: tlsfront.Refuse("* OK a\r\na1 OK b\r\n* NOOP\r\n"), want: "the server sent more after it agreed to begin TLS"},
		"PostgreSQL: does not offer TLS":   {protocol: api.ProtocolPostgres, preface: tlsfront.Refuse("N"), want: `it answers PostgreSQL's SSLRequest with "N"`},
		"PostgreSQL: closes":               {protocol: api.ProtocolPostgres, behaviour: func(net.Conn) {}, want: "the server "},
		"PostgreSQL: sends nothing at all": {protocol: api.ProtocolPostgres, behaviour: tlsfront.Silent, want: "the TLS handshake was not complete within 500ms"},
	} {
		t.Run(sentence, func(t *testing.T) {
			w, edge, e := front(t, short)
			e.Protocol = c.protocol
			edge.Behave(c.behaviour)
			edge.Begin(c.preface)
			if c.serve != nil {
				edge.Serve(c.serve(w)...)
			} else {
				edge.Serve(tlsfront.Certificate(w.issue()))
			}
			start := time.Now()
			g := w.see(t, e)
			if g.State != api.SightingUnreachable || g.Trusted || !strings.Contains(g.Message, c.want) {
				t.Errorf("the sighting is %+v, want message %q", g, c.want)
			}
			if !api.Clean(g.Message) || len(g.Message) > 500 {
				t.Errorf("the message is %q", g.Message)
			}
			if took := time.Since(start); took > 3*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}

func TestServersThatServeACertificate(t *testing.T) {
	for sentence, c := range map[string]struct {
		protocol  api.Protocol
		preface   func(net.Conn) error
		configure func(*tls.Config)
	}{
		"TLS":   {},
		"HTTPS": {protocol: api.ProtocolHTTPS},
		"HTTP/2 only": {protocol: api.ProtocolHTTPS,
			configure: func(c *tls.Config) { c.NextProtos = []string{"h2"} }},
		"SMTP":                         {protocol: api.ProtocolSMTP, preface: tlsfront.SMTP},
		"IMAP":                         {protocol: api.ProtocolIMAP, preface: tlsfront.IMAP},
		"PostgreSQL":                   {protocol: api.ProtocolPostgres, preface: tlsfront.Postgres},
		"TLS 1.2":                      {configure: func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 }},
		"a client certificate":         {configure: func(c *tls.Config) { c.ClientAuth = tls.RequireAnyClientCert }},
		"a client certificate in 1.2":  {configure: func(c *tls.Config) { c.ClientAuth, c.MaxVersion = tls.RequireAnyClientCert, tls.VersionTLS12 }},
		"P-256 only":                   {configure: func(c *tls.Config) { c.CurvePreferences = []tls.CurveID{tls.CurveP256} }},
		"P-384 only":                   {configure: func(c *tls.Config) { c.CurvePreferences = []tls.CurveID{tls.CurveP384} }},
		"no session tickets":           {configure: func(c *tls.Config) { c.SessionTicketsDisabled = true }},
		"an OCSP response and SCTs":    {configure: staple},
		"a name in capitals and a dot": {configure: wantName},
	} {
		t.Run(sentence, func(t *testing.T) {
			w, edge, e := front(t, Config{})
			served := w.issue()
			e.Protocol = c.protocol
			e.SNI = "WWW.example.com."
			edge.Serve(tlsfront.Certificate(served))
			edge.Begin(c.preface)
			edge.Configure(c.configure)
			g := w.see(t, e)
			if g.State != api.SightingAnswered || !g.Trusted || g.Leaf.FingerprintSHA256 != api.ObserveLeaf(served.Certificate).FingerprintSHA256 {
				t.Errorf("the sighting is %+v", g)
			}
		})
	}
}

// staple makes a server send what certloop does not read.
func staple(c *tls.Config) {
	inner := c.GetCertificate
	c.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		served, err := inner(hello)
		if err != nil {
			return nil, err
		}
		with := *served
		with.OCSPStaple, with.SignedCertificateTimestamps = []byte("no OCSP response"), [][]byte{[]byte("no SCT")}
		return &with, nil
	}
}

// wantName makes a server refuse what is not the name as RFC 6066 wants it.
func wantName(c *tls.Config) {
	inner := c.GetCertificate
	c.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		if hello.ServerName != host {
			return nil, errors.New("another name")
		}
		return inner(hello)
	}
}

// TestACertificateWithoutItsKeyIsNoProof replays a certificate of somebody else: the handshake fails, in TLS 1.2 and 1.3.
func TestACertificateWithoutItsKeyIsNoProof(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		for _, auth := range []tls.ClientAuthType{tls.NoClientCert, tls.RequireAnyClientCert} {
			w, edge, e := front(t, Config{})
			stolen := tlsfront.Certificate(w.issue())
			stolen.PrivateKey = testca.NewKey(api.EC256)
			edge.Serve(stolen)
			edge.Configure(func(c *tls.Config) { c.MaxVersion, c.ClientAuth = version, auth })
			if g := w.see(t, e); g.State != api.SightingUnreachable || g.Leaf.FingerprintSHA256 != "" {
				t.Errorf("version %x, %v: the sighting is %+v", version, auth, g)
			}
		}
	}
}

func TestAHundredCertificates(t *testing.T) {
	w, edge, e := front(t, Config{})
	served := tlsfront.Certificate(w.issue())
	for range 100 {
		served.Certificate = append(served.Certificate, served.Certificate[1])
	}
	edge.Serve(served)
	if g := w.see(t, e); g.State != api.SightingAnswered || g.Trusted || !strings.Contains(g.Message, "102 certificates") {
		t.Errorf("the sighting is %+v", g)
	}
	for range 400 {
		served.Certificate = append(served.Certificate, served.Certificate[1])
	}
	edge.Serve(served)
	if g := w.see(t, e); g.State != api.SightingUnreachable || !strings.Contains(g.Message, "more than 64 KB") {
		t.Errorf("the sighting is %+v", g)
	}
}

func TestACertificateThatCertloopDoesNotIssue(t *testing.T) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: new(big.Int).Lsh(big.NewInt(1), 1000), DNSNames: []string{host},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	w, edge, e := front(t, Config{})
	edge.Serve(tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key})
	g := w.see(t, e)
	if g.State != api.SightingAnswered || g.Trusted || len(g.Leaf.FingerprintSHA256) != 64 || g.Leaf.Serial != "" || g.Leaf.KeyType != "" ||
		!g.Leaf.SelfSigned || g.Leaf.NotAfter.IsZero() {
		t.Errorf("the sighting is %+v", g)
	}
}

// TestHostileServersTakeNoMemory holds what is allocated for a server that sends without end.
func TestHostileServersTakeNoMemory(t *testing.T) {
	w, edge, e := front(t, short)
	var sent atomic.Int64
	edge.Behave(func(c net.Conn) { tlsfront.Flood(&counted{c, &sent}) })
	w.see(t, e) // what is allocated once
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	const times = 20
	for range times {
		w.see(t, e)
	}
	runtime.ReadMemStats(&after)
	// Both sides are in this process.
	if each := (after.TotalAlloc - before.TotalAlloc) / times; each > 1<<20 {
		t.Errorf("each probe allocates %d KB", each>>10)
	}
	if sent.Load() < times*maxRead {
		t.Errorf("the server sent %d bytes only", sent.Load())
	}
}

type counted struct {
	net.Conn
	n *atomic.Int64
}

func (c *counted) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.n.Add(int64(n))
	return n, err
}
