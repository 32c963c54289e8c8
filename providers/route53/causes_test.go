package route53_test

import (
	"strings"
	"testing"

	"github.com/miekg/dns"

	"certloop/providers/route53/fake"
	"certloop/reconciler/api"
)

// says resolves a domain, which fails, and compares the message.
func (w world) says(t *testing.T, kind api.ErrorKind, reason api.Reason, domain, zone string, parts ...string) {
	t.Helper()
	_, err := w.Resolve(t.Context(), own, []string{domain}, zone)
	message := api.MessageOf(err)
	if api.KindOf(err) != kind || api.ReasonOf(err, "") != reason {
		t.Fatalf("kind %q, reason %q: %s", api.KindOf(err), api.ReasonOf(err, ""), message)
	}
	for _, part := range parts {
		if unwanted, ok := strings.CutPrefix(part, "not "); ok == strings.Contains(message, strings.TrimPrefix(part, "not ")) && (ok || unwanted != "") {
			t.Errorf("%q: %s", part, message)
		}
	}
}

func TestAServerFailureIsNamed(t *testing.T) {
	w := serve(t, fake.Config{})
	w.zone("example.com")
	w.dns.Fail("_acme-challenge.www.example.com", dns.RcodeServerFailure)
	w.says(t, api.Transient, api.ReasonDNSFailed, "www.example.com", "", "SERVFAIL for _acme-challenge.www.example.com", "not DNSSEC")
}

func TestADNSSECFailureIsNamed(t *testing.T) {
	w := serve(t, fake.Config{})
	w.zone("example.com")
	w.dns.Bogus("_acme-challenge.www.example.com")
	w.says(t, api.Transient, api.ReasonDNSSECBogus, "www.example.com", "", "DNSSEC validation failed for _acme-challenge.www.example.com", "DS record",
		"extended error of the resolver: 6 (DNSSEC Bogus)")
}

// Inside a VPC the resolver shows the private zone of the same name; users were sent to the registrar.
func TestAPrivateZoneThatTheResolverShowsIsNamed(t *testing.T) {
	w := serve(t, fake.Config{})
	zone := w.AddZone(fake.Zone{Name: "example.com"})
	w.dns.Delegate("example.com", "ns-0.awsdns-00.com", "ns-512.awsdns-00.net", "ns-1024.awsdns-00.org", "ns-1536.awsdns-00.co.uk")
	for _, named := range []string{"", zone} {
		w.says(t, api.Terminal, api.ReasonPrivateZoneSeen, "www.example.com", named, "www.example.com: ", "CERTLOOP_RESOLVERS", "private hosted zone", "not registrar")
	}
}

func TestACNAMEIntoSomebodyElsesZoneIsNamed(t *testing.T) {
	w := serve(t, fake.Config{})
	zone := w.zone("example.com")
	w.dns.Delegate("cdn.example", "ns.cdn.example")
	w.Put(zone, fake.Set{Name: "_acme-challenge.www.example.com", Type: "CNAME", TTL: fake.TTL(60), Values: []string{"www.validate.cdn.example"}})
	w.says(t, api.Terminal, api.ReasonZoneNotFound, "www.example.com", "", "_acme-challenge.www.example.com is a CNAME to www.validate.cdn.example",
		"cdn.example", "remove the CNAME record")
}

func TestNoZoneAtAllIsSaid(t *testing.T) {
	w := serve(t, fake.Config{})
	w.says(t, api.Terminal, api.ReasonZoneNotFound, "www.example.com", "", "no hosted zone for www.example.com")
}

// Name servers at two providers at once are a warning, not an error.
func TestNameServersAtTwoProvidersAreAWarning(t *testing.T) {
	w := serve(t, fake.Config{})
	zone := w.AddZone(fake.Zone{Name: "example.com"})
	servers := w.NameServers(zone)
	w.dns.Delegate("example.com", append(servers[:2:2], "ns1.other.example", "ns2.other.example")...)
	found := w.resolve(t, "www.example.com")
	if found[0].Zone != zone || !strings.Contains(found[0].Warning, "ns1.other.example, ns2.other.example") {
		t.Errorf("found %+v", found)
	}
	w.dns.Put("ns1.other.example. 60 IN A 192.0.2.53")
	w.dns.Put(servers[3] + ". 60 IN A 192.0.2.53")
	if found := w.resolve(t, "api.example.com"); found[0].Warning != "" {
		t.Errorf("names of the owner's own count: %+v", found)
	}
}

// A zone may show any number of name servers: few are compared, and fewer are named.
func TestManyNameServersAreBounded(t *testing.T) {
	w := serve(t, fake.Config{})
	var servers []string
	for i := range 400 {
		servers = append(servers, strings.Repeat("a", i%50+1)+strings.Repeat("b", i/50)+".ns.example")
	}
	w.dns.Delegate("example.com", servers...)
	w.AddZone(fake.Zone{Name: "example.com"})
	before := w.dns.Queries()
	w.says(t, api.Terminal, api.ReasonZoneNotDelegated, "www.example.com", "", "and 26 more")
	if n := w.dns.Queries() - before; n > 50 {
		t.Errorf("%d questions", n)
	}
}
