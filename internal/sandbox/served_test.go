package sandbox

import (
	"crypto/tls"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"certloop/internal/sandbox/fronts"
	"certloop/internal/sandbox/tlsfront"
	"certloop/reconciler/api"
)

// servings are what visitors may get. Each has a record of its own.
var servings = map[string]func(*box){
	"a load balancer that is set to the ARN, and picks up a renewal late": func(b *box) {
		other := somebodyElses()
		v := b.visit("alb", "127.0.0.1")
		v.Serve(tlsfront.Certificate(other))
		s, c := v.serves(api.ConditionFalse, api.ReasonPropagating, "IPv4 127.0.0.1 Other")
		if e := s.Endpoints[0]; e.Serial != other.Certificate.SerialNumber.Text(16) || e.Issuer != "Somebody Else Intermediate 1" || !e.Untrusted {
			b.t.Errorf("the other certificate is %+v", e)
		}
		if !strings.Contains(c.Message, "serves a certificate of Somebody Else Intermediate 1") || !strings.Contains(c.Message, "other.example.net") {
			b.t.Errorf("the message is %q", c.Message)
		}
		v.Use(v.arn)
		v.serves(api.ConditionTrue, api.ReasonServed, "IPv4 127.0.0.1 Current")

		v.Hold("127.0.0.1")
		before := v.status(v.name).Serial
		v.renew("second")
		s, c = v.serves(api.ConditionFalse, api.ReasonPropagating, "IPv4 127.0.0.1 Previous")
		if s.Endpoints[0].Serial != before || !strings.Contains(c.Message, fmt.Sprintf("%s:%d over IPv4 serves the certificate before it", v.host, v.Port)) {
			b.t.Errorf("before it had serial %s, and now the endpoint is %+v, the message %q", before, s.Endpoints[0], c.Message)
		}
		v.Release("127.0.0.1")
		v.serves(api.ConditionTrue, api.ReasonServed, "IPv4 127.0.0.1 Current")
		v.visitorsGet("127.0.0.1")
		b.noticed(v.name, 0, 0)
	},
	"a distribution of which one edge lags behind for hours": func(b *box) {
		v := b.visit("cdn", "127.0.0.1", "127.0.0.2")
		v.Use(v.arn)
		v.serves(api.ConditionTrue, api.ReasonServed, "IPv4 127.0.0.1 Current")
		v.Hold("127.0.0.2")
		v.renew("second")
		v.serves(api.ConditionFalse, api.ReasonPropagating, "IPv4 127.0.0.2 Previous")
		b.noticed(v.name, 0, 0)
		v.importedEarlier()
		v.serves(api.ConditionFalse, api.ReasonPreviousServed, "IPv4 127.0.0.2 Previous")
		m := b.awaitMail(v.name, "certloop: NOT SERVED cdn (PreviousServed)")
		if !strings.Contains(m.Message, v.host) {
			b.t.Errorf("the mail names no endpoint:\n%s", m.Message)
		}
		v.probedAgain()
		v.Release("127.0.0.2")
		v.serves(api.ConditionTrue, api.ReasonServed, "IPv4 127.0.0.1 Current")
		b.awaitMail(v.name, "certloop: served cdn")
		v.probedAgain()
		b.noticed(v.name, 1, 1)
	},
	"somebody else's certificate at a name that served ours": func(b *box) {
		other := somebodyElses()
		v := b.visit("taken", "127.0.0.1")
		v.Use(v.arn)
		v.importedEarlier()
		v.serves(api.ConditionTrue, api.ReasonServed, "IPv4 127.0.0.1 Current")
		v.Serve(tlsfront.Certificate(other))
		s, _ := v.serves(api.ConditionFalse, api.ReasonAnotherServed, "IPv4 127.0.0.1 Other")
		if e := s.Endpoints[0]; e.Serial != other.Certificate.SerialNumber.Text(16) || !e.Seen {
			b.t.Errorf("the endpoint is %+v", e)
		}
		m := b.awaitMail(v.name, "certloop: NOT SERVED taken (AnotherServed)")
		if !strings.Contains(m.Message, "Somebody Else Intermediate 1") || !strings.Contains(m.Message, "other.example.net") {
			b.t.Errorf("the mail does not say whose certificate it is:\n%s", m.Message)
		}
		v.Use(v.arn)
		v.serves(api.ConditionTrue, api.ReasonServed, "IPv4 127.0.0.1 Current")
		b.noticed(v.name, 1, 1)
	},
	"somebody else's certificate at a name that never served ours is no news": func(b *box) {
		v := b.visit("parked", "127.0.0.1")
		v.Serve(tlsfront.Certificate(somebodyElses()))
		v.importedEarlier()
		s, _ := v.serves(api.ConditionFalse, api.ReasonAnotherServed, "IPv4 127.0.0.1 Other")
		if s.Endpoints[0].Seen {
			b.t.Errorf("the endpoint is %+v", s.Endpoints[0])
		}
		v.probedAgain()
		v.Use(v.arn)
		v.serves(api.ConditionTrue, api.ReasonServed, "IPv4 127.0.0.1 Current")
		b.noticed(v.name, 0, 0)
	},
	"a service that is down, and comes back": func(b *box) {
		v := b.visit("down", "127.0.0.1")
		v.Use(v.arn)
		v.Edge("127.0.0.1").Close()
		_, c := v.serves(api.ConditionUnknown, api.ReasonUnreachable, "IPv4 127.0.0.1 Unreachable")
		if !strings.Contains(c.Message, "the connection was refused") {
			b.t.Errorf("the message is %q", c.Message)
		}
		if err := v.Edge("127.0.0.1").Reopen(); err != nil {
			b.t.Fatal(err)
		}
		v.serves(api.ConditionTrue, api.ReasonServed, "IPv4 127.0.0.1 Current")
		b.noticed(v.name, 0, 0)
	},
	"a service with IPv6 only": func(b *box) {
		hasIPv6(b.t)
		v := b.visit("six", "::1")
		v.Use(v.arn)
		v.serves(api.ConditionTrue, api.ReasonServed, "IPv6 ::1 Current")
	},
	"a service that differs over IPv4 and IPv6": func(b *box) {
		hasIPv6(b.t)
		v := b.visit("both", "127.0.0.1", "::1")
		v.Use(v.arn)
		v.serves(api.ConditionTrue, api.ReasonServed, "IPv4 127.0.0.1 Current", "IPv6 ::1 Current")
		v.Hold("::1")
		v.renew("second")
		_, c := v.serves(api.ConditionFalse, api.ReasonPropagating, "IPv4 127.0.0.1 Current", "IPv6 ::1 Previous")
		if !strings.Contains(c.Message, "over IPv6") || strings.Contains(c.Message, "over IPv4") {
			b.t.Errorf("the message is %q", c.Message)
		}
		v.Edge("::1").Close()
		_, c = v.serves(api.ConditionTrue, api.ReasonServed, "IPv4 127.0.0.1 Current", "IPv6 ::1 Unreachable")
		if !strings.Contains(c.Message, "over IPv6: the connection was refused") {
			b.t.Errorf("the message is %q", c.Message)
		}
	},
	"the names of a wildcard, at port 443": func(b *box) {
		front, seen := b.openHTTPS()
		b.pointTo("a.wild.example.com", front.address)
		b.certificate("wild", []string{"*.wild.example.com"}, "probe", map[string]any{"names_for_wildcards": []string{"a.wild.example.com"}})
		front.use(b.ready("wild").ACMARN)
		if seen == api.ServedCurrent {
			b.servedAs("wild", api.ConditionTrue, api.ReasonServed, "a.wild.example.com IPv4 "+front.address+" Current")
			return
		}
		b.servedAs("wild", api.ConditionUnknown, api.ReasonUnreachable, "a.wild.example.com IPv4 "+front.address+" Unreachable")
	},
	"an address that no function may connect to": func(b *box) {
		b.pointTo("www.metadata.example.com", "169.254.169.254")
		b.certificate("metadata", []string{"*.metadata.example.com"},
			"probe", map[string]any{"endpoints": []any{map[string]any{"host": "www.metadata.example.com"}}})
		b.servedAs("metadata", api.ConditionUnknown, api.ReasonNotProbed, "www.metadata.example.com IPv4 169.254.169.254 Unknown")
	},
	"another host that is asked for the name, and has another certificate by default": func(b *box) {
		front := b.open("127.0.0.1")
		b.pointTo("lb.example.com", "127.0.0.1")
		b.certificate("sni", []string{"*.sni.example.com"}, "probe", map[string]any{"endpoints": []any{
			map[string]any{"host": "lb.example.com", "port": front.Port, "sni": "www.sni.example.com"}}})
		front.Use(b.importUnmanaged(Region, "default.example.com"), b.ready("sni").ACMARN)
		b.servedAs("sni", api.ConditionTrue, api.ReasonServed, "lb.example.com IPv4 127.0.0.1 Current")
	},
	"a load balancer that ACM names as a user of the certificate": aBalancerThatIsFound,
	"a hundred names": aHundredNames,
	"an operator who waits until visitors get the certificate": anOperatorWaits,
	"browsers, mail and a database": func(b *box) {
		endpoints, all := []any{}, []*fronts.Front{}
		var want []string
		for _, p := range api.Protocols {
			front, host := b.open("127.0.0.1"), string(p)+".protocols.example.com"
			edge := front.Edge("127.0.0.1")
			switch p {
			case api.ProtocolHTTPS:
				edge.Configure(onlyHTTP2)
			case api.ProtocolSMTP:
				edge.Begin(tlsfront.SMTP)
			case api.ProtocolIMAP:
				edge.Begin(tlsfront.IMAP)
			case api.ProtocolPostgres:
				edge.Begin(tlsfront.Postgres)
			case api.ProtocolTLS:
			}
			b.pointTo(host, "127.0.0.1")
			all, want = append(all, front), append(want, host+" IPv4 127.0.0.1 Current")
			endpoints = append(endpoints, map[string]any{"host": host, "port": front.Port, "protocol": string(p)})
		}
		b.certificate("protocols", []string{"*.protocols.example.com"}, "probe", map[string]any{"endpoints": endpoints})
		arn := b.ready("protocols").ACMARN
		for _, front := range all {
			front.Use(arn)
		}
		b.servedAs("protocols", api.ConditionTrue, api.ReasonServed, want...)
	},
}

// onlyHTTP2 refuses clients that do not offer HTTP/2.
func onlyHTTP2(c *tls.Config) {
	c.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		if !slices.Contains(hello.SupportedProtos, "h2") {
			return nil, errors.New("the client does not offer HTTP/2")
		}
		return nil, nil
	}
}

// TestServed lets visitors get certificates from real TLS listeners, which pick up what is imported into ACM. The packaged
// function probes them.
func TestServed(t *testing.T) {
	t.Parallel()
	b := start(t, Options{Concurrency: 8, Probe: time.Second, Zones: []string{"example.com", balancers}})
	for sentence, check := range servings {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			check(b.on(t))
		})
	}
}

// TestServed_APrivateEndpointIsUnknown: a function that may probe public addresses only never connects to another one.
func TestServed_APrivateEndpointIsUnknown(t *testing.T) {
	t.Parallel()
	b := start(t, Options{Probe: time.Second, Env: []string{"CERTLOOP_PROBE=public"}})
	v := b.visit("private", "127.0.0.1")
	v.Use(v.arn)
	v.serves(api.ConditionUnknown, api.ReasonNotProbed, "IPv4 127.0.0.1 Unknown")
	if n, _ := v.Edge("127.0.0.1").Connections(); n > 0 {
		t.Errorf("the function connected %d times to a private address", n)
	}
	b.noticed("private", 0, 0)
}

// visitorsGet checks that a browser at that address gets the certificate that the CA issued last, and that it accepts it.
func (v *visited) visitorsGet(address string) {
	v.t.Helper()
	serials := v.CA.Serials("*." + v.name + ".example.com")
	leaf, err := fronts.Visit(v.t.Context(), address, v.Port, v.host, strings.Join(v.CA.IssuerRoots(), ""))
	if err != nil || leaf.SerialNumber.Text(16) != serials[len(serials)-1] {
		v.t.Errorf("a visitor gets %v (%v), the CA issued %v", leaf, err, serials)
	}
}

// probedAgain waits for one more probe, which finds nothing new.
func (v *visited) probedAgain() {
	v.t.Helper()
	var before time.Time
	v.eventually(v.name+" is probed again", func() string {
		s, err := v.Clients.Served(v.t.Context(), v.name)
		if err != nil {
			v.t.Fatal(err)
		}
		if before.IsZero() {
			before = s.CheckedAt
		}
		if s.CheckedAt.After(before) {
			return ""
		}
		if err := v.ProbeNow(v.t.Context(), v.name); err != nil {
			v.t.Fatal(err)
		}
		return fmt.Sprint("the last probe was at ", s.CheckedAt)
	})
}
