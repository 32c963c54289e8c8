package route53_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"certloop/providers/route53"
	"certloop/providers/route53/fake"
	"certloop/reconciler/api"
)

func (w world) resolve(t *testing.T, domains ...string) []api.ChallengeZone {
	t.Helper()
	found, err := w.Resolve(t.Context(), own, domains, "")
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func (w world) wantRefused(t *testing.T, reason api.Reason, domain string, said ...string) {
	t.Helper()
	_, err := w.Resolve(t.Context(), own, []string{domain}, "")
	if api.KindOf(err) != api.Terminal || api.ReasonOf(err, "") != reason {
		t.Fatalf("kind %q, reason %q: %v", api.KindOf(err), api.ReasonOf(err, ""), err)
	}
	for _, part := range append(said, domain+": ") {
		if !strings.Contains(api.MessageOf(err), part) {
			t.Errorf("%q is not in: %s", part, api.MessageOf(err))
		}
	}
}

func (w world) wantTransient(t *testing.T, said string, domains ...string) {
	t.Helper()
	_, err := w.Resolve(t.Context(), own, domains, "")
	if api.KindOf(err) != api.Transient || api.ReasonOf(err, "") != api.ReasonDNSFailed || !strings.Contains(api.MessageOf(err), said) {
		t.Errorf("kind %q, reason %q: %v", api.KindOf(err), api.ReasonOf(err, ""), err)
	}
}

func TestAHundredDomainsOfOneZoneTakeTwoCalls(t *testing.T) {
	w := serve(t, fake.Config{})
	w.zone("example.com")
	var domains []string
	for i := range 100 {
		domains = append(domains, fmt.Sprintf("h%d.example.com", i))
	}
	for range 2 {
		if found := w.resolve(t, domains...); len(found) != 100 {
			t.Errorf("%d found", len(found))
		}
		if w.Calls("ListHostedZonesByName") != 1 || w.Calls("GetHostedZone") != 1 || w.Calls("") != 2 {
			t.Errorf("%d calls", w.Calls(""))
		}
	}
}

func TestZonesOnOnePageAreListedOnce(t *testing.T) {
	w := serve(t, fake.Config{})
	var domains []string
	for i := range 60 {
		domains = append(domains, fmt.Sprintf("z%d.example", 60-i))
		w.zone(domains[i])
	}
	w.resolve(t, domains...)
	if w.Calls("ListHostedZonesByName") != 1 || w.Calls("GetHostedZone") != 60 {
		t.Errorf("%d lists, %d zones read", w.Calls("ListHostedZonesByName"), w.Calls("GetHostedZone"))
	}
}

func TestTheNamedZoneIsReadAndNoneIsListed(t *testing.T) {
	w := serve(t, fake.Config{})
	zone := w.zone("example.com")
	if _, err := w.Resolve(t.Context(), own, []string{"a.example.com", "b.example.com"}, zone); err != nil || w.Calls("") != 1 {
		t.Errorf("%d calls: %v", w.Calls(""), err)
	}
}

func TestManyZonesOfOneNameAreSoughtPageByPage(t *testing.T) {
	w := serve(t, fake.Config{PageSize: 3})
	for range 7 {
		w.AddZone(fake.Zone{Name: "example.com"})
	}
	zone := w.zone("example.com")
	w.zone("sub.example.com")
	if found := w.resolve(t, "example.com"); found[0].Zone != zone {
		t.Errorf("found %v, want %s", found, zone)
	}
}

// A page ends between two zones of one name: the second one may be the right one.
func TestZonesOfOneNameOnTwoPagesAreBothSeen(t *testing.T) {
	w := serve(t, fake.Config{PageSize: 2})
	first := w.zone("a.example")
	w.AddZone(fake.Zone{Name: "b.example"})
	second := w.zone("b.example")
	if found := w.resolve(t, "a.example", "b.example"); found[0].Zone != first || found[1].Zone != second {
		t.Errorf("found %v, want %s and %s", found, first, second)
	}
}

// Zones with a reusable delegation set have the same name servers: these alone do not make a zone the right one.
func TestAZoneAboveIsNotTakenForTheOneBelowWithTheSameNameServers(t *testing.T) {
	w := serve(t, fake.Config{})
	outer := w.zone("example.com")
	inner := w.AddZone(fake.Zone{Name: "sub.example.com", NameServers: w.NameServers(outer)})
	w.delegate(inner, "sub.example.com")
	if found := w.resolve(t, "www.sub.example.com"); found[0].Zone != inner {
		t.Errorf("found %v", found)
	}
	_, err := w.Resolve(t.Context(), own, []string{"www.sub.example.com"}, outer)
	if api.ReasonOf(err, "") != api.ReasonZoneNotDelegated || !strings.Contains(api.MessageOf(err), "from the zone sub.example.com") {
		t.Errorf("it says: %v", err)
	}
}

func TestFewDomainsWithoutAZoneAreLookedFor(t *testing.T) {
	w := serve(t, fake.Config{})
	var domains []string
	for i := range 50 {
		domains = append(domains, fmt.Sprintf("n%d.example", i))
		w.dns.Delegate(domains[i], "ns.elsewhere.example")
	}
	_, err := w.Resolve(t.Context(), own, domains, "")
	if api.KindOf(err) != api.Terminal || !strings.Contains(api.MessageOf(err), " more domains") {
		t.Errorf("kind %s: %v", api.KindOf(err), err)
	}
	if n := w.Calls(""); n > 20 {
		t.Errorf("%d calls", n)
	}
}

func TestAZoneThatWasNotThereIsSeenOnceItIs(t *testing.T) {
	w := serve(t, fake.Config{})
	w.wantRefused(t, api.ReasonZoneNotFound, "www.example.com", "no public hosted zone")
	zone := w.AddZone(fake.Zone{Name: "example.com"})
	w.wantRefused(t, api.ReasonZoneNotDelegated, "www.example.com", "delegate example.com to "+w.NameServers(zone)[0])
	w.delegate(zone, "example.com")
	if found := w.resolve(t, "www.example.com"); found[0].Zone != zone {
		t.Errorf("found %v", found)
	}
}

func TestAZoneAtOtherNameServersIsNotDelegated(t *testing.T) {
	w := serve(t, fake.Config{})
	zone := w.AddZone(fake.Zone{Name: "example.com"})
	w.dns.Delegate("example.com", "ns1.registrar.example", "ns2.registrar.example")
	w.wantRefused(t, api.ReasonZoneNotDelegated, "example.com", zone, "ns1.registrar.example", w.NameServers(zone)[0])
}

// example.com is ours, and the name lies in a zone below it that others serve: a value in ours would never be seen.
func TestANameThatAnotherProviderServesIsNotOurs(t *testing.T) {
	w := serve(t, fake.Config{})
	w.zone("example.com")
	w.dns.Delegate("sub.example.com", "ns.elsewhere.example")
	w.wantRefused(t, api.ReasonZoneNotFound, "www.sub.example.com", "from the zone sub.example.com", "ns.elsewhere.example")
}

func TestAChallengeNameMayBeAZoneOfItsOwn(t *testing.T) {
	w := serve(t, fake.Config{})
	w.zone("example.com")
	zone := w.zone("_acme-challenge.www.example.com")
	if found := w.resolve(t, "www.example.com"); found[0].Zone != zone {
		t.Errorf("found %v", found)
	}
}

func TestAZoneUnderNameServersOfTheOwnersOwnIsDelegated(t *testing.T) {
	w := serve(t, fake.Config{})
	zone := w.AddZone(fake.Zone{Name: "example.com"})
	w.dns.Delegate("example.com", "ns1.brand.example", "ns2.brand.example")
	w.dns.Put("ns2.brand.example. 60 IN A 192.0.2.53")
	w.dns.Put(w.NameServers(zone)[3] + ". 60 IN A 192.0.2.53")
	if found := w.resolve(t, "example.com"); found[0].Zone != zone {
		t.Errorf("found %v", found)
	}
}

func TestOfTwoZonesTheOneThatMayBeReadIsTaken(t *testing.T) {
	var forbidden string
	w := serve(t, fake.Config{Fault: func(c fake.Call) *fake.Fault {
		if c.ID == forbidden && forbidden != "" {
			denied := fake.Denied("route53:GetHostedZone")
			return &denied
		}
		return nil
	}})
	forbidden = w.AddZone(fake.Zone{Name: "example.com"})
	zone := w.zone("example.com")
	if found := w.resolve(t, "example.com"); found[0].Zone != zone {
		t.Errorf("found %v", found)
	}
	forbidden = w.AddZone(fake.Zone{Name: "example.com"})
	w.delegate(forbidden, "example.com")
	w = world{Client: w.through(w.dns.Addr), Service: w.Service, dns: w.dns}
	_, err := w.Resolve(t.Context(), own, []string{"example.com"}, "")
	if api.ReasonOf(err, "") != api.ReasonDNSAccessDenied || !strings.Contains(api.MessageOf(err), forbidden) {
		t.Errorf("it says: %v", err)
	}
}

func TestAWildcardCNAMEIsFollowedOutOfAZoneOfOthers(t *testing.T) {
	w := serve(t, fake.Config{})
	zone := w.zone("example.com")
	w.dns.Delegate("theirs.example", "ns.elsewhere.example")
	w.dns.Put("*.theirs.example. 60 IN CNAME validation.example.com.")
	want := api.ChallengeZone{Domain: "www.theirs.example", FQDN: "validation.example.com", Zone: zone}
	if found := w.resolve(t, "www.theirs.example"); found[0] != want {
		t.Errorf("found %v", found)
	}
}

// What the DNS says of a name's name servers may be its CNAME's target's.
func TestNameServersOfAWildcardsTargetAreNotTheNames(t *testing.T) {
	w := serve(t, fake.Config{})
	zone := w.zone("example.com")
	w.zone("example.org")
	w.Put(zone, fake.Set{Name: "*.example.com", Type: "CNAME", TTL: fake.TTL(60), Values: []string{"example.org"}})
	if found := w.resolve(t, "www.example.com"); found[0].FQDN != "_acme-challenge.www.example.com" || found[0].Zone != zone {
		t.Errorf("found %v", found)
	}
}

// Beside a wildcard's target that nobody answers for, the name's own zone is all that matters.
func TestAWildcardCNAMEThatLeadsIntoSilenceDoesNotMatterInAZoneOfOurs(t *testing.T) {
	w := serve(t, fake.Config{})
	zone := w.zone("example.com")
	w.Put(zone, fake.Set{Name: "*.example.com", Type: "CNAME", TTL: fake.TTL(60), Values: []string{"balancer.example.org"}})
	w.dns.Fail("balancer.example.org", dns.RcodeServerFailure)
	if found := w.resolve(t, "www.example.com"); found[0].FQDN != "_acme-challenge.www.example.com" || found[0].Zone != zone {
		t.Errorf("found %v", found)
	}
}

func TestCNAMEsThatLeadNowhereAreToldAsTheyLead(t *testing.T) {
	w := serve(t, fake.Config{})
	zone := w.zone("example.com")
	cname := func(from, to string) {
		w.Put(zone, fake.Set{Name: from, Type: "CNAME", TTL: fake.TTL(60), Values: []string{to}})
	}
	cname("_acme-challenge.self.example.com", "_acme-challenge.self.example.com")
	w.wantRefused(t, api.ReasonZoneNotFound, "self.example.com", "loop")
	for i := range 10 {
		cname(fmt.Sprintf("c%d.example.com", i), fmt.Sprintf("c%d.example.com", i+1))
	}
	cname("_acme-challenge.long.example.com", "c0.example.com")
	w.wantRefused(t, api.ReasonZoneNotFound, "long.example.com", "c0.example.com → c1.example.com", "shorten")
	cname("_acme-challenge.just.example.com", "c3.example.com")
	if found := w.resolve(t, "just.example.com"); found[0].FQDN != "c10.example.com" {
		t.Errorf("found %v", found)
	}
	cname("_acme-challenge.odd.example.com", `a\032b.example.com`)
	w.wantRefused(t, api.ReasonZoneNotFound, "odd.example.com", "not a host name")
	cname("_acme-challenge.away.example.com", "acme.elsewhere.example")
	w.wantRefused(t, api.ReasonZoneNotFound, "away.example.com", "acme.elsewhere.example")
}

func TestADNSThatDoesNotAnswerIsNeverTakenForNo(t *testing.T) {
	for sentence, tc := range map[string]struct {
		name  string
		rcode int
	}{
		"SERVFAIL for the challenge":      {"_acme-challenge.www.example.com", dns.RcodeServerFailure},
		"REFUSED for the challenge":       {"_acme-challenge.www.example.com", dns.RcodeRefused},
		"SERVFAIL for the zone":           {"example.com", dns.RcodeServerFailure},
		"SERVFAIL for the CNAME's target": {"there.example.org", dns.RcodeServerFailure},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := serve(t, fake.Config{})
			zone := w.zone("example.com")
			if strings.HasPrefix(tc.name, "there") {
				w.Put(zone, fake.Set{Name: "_acme-challenge.www.example.com", Type: "CNAME", TTL: fake.TTL(60), Values: []string{tc.name}})
			}
			w.dns.Fail(tc.name, tc.rcode)
			w.wantTransient(t, tc.name, "www.example.com")
			w.wantTransient(t, tc.name, "no.zone.example", "www.example.com")
			w.dns.Fail(tc.name, dns.RcodeSuccess)
		})
	}
}

func TestADNSWithoutARootIsNoAnswer(t *testing.T) {
	w := serve(t, fake.Config{})
	w.dns.Delegate(".")
	w.wantTransient(t, "no name servers", "example.com")
}

func TestASilentResolverIsLeftWithTheContext(t *testing.T) {
	w := serve(t, fake.Config{})
	w.zone("example.com")
	w.dns.Fail("_acme-challenge.example.com", fake.Silent)
	for sentence, end := range map[string]func(context.Context) (context.Context, context.CancelFunc){
		"its deadline passes": func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, 50*time.Millisecond)
		},
		"it is cancelled": func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(50*time.Millisecond, cancel)
			return ctx, cancel
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			// The resolver's own limit is two seconds. A busy machine may add as much to one of a few attempts.
			var took time.Duration
			for try := 0; try == 0 || try < 5 && took > time.Second; try++ {
				ctx, cancel := end(t.Context())
				start := time.Now()
				_, err := w.Resolve(ctx, own, []string{"example.com"}, "")
				took = time.Since(start)
				cancel()
				if api.KindOf(err) != api.Transient {
					t.Errorf("after %v: %v", took, err)
				}
			}
			if took > time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

func TestAnotherResolverIsAskedWhereOneFails(t *testing.T) {
	w := serve(t, fake.Config{})
	zone := w.zone("example.com")
	dead, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = dead.Close() // its port now refuses
	broken := serve(t, fake.Config{})
	broken.dns.Fail("_acme-challenge.example.com", dns.RcodeServerFailure)
	broken.dns.Fail("example.com", dns.RcodeRefused)
	client := w.through(dead.LocalAddr().String(), broken.dns.Addr, w.dns.Addr)
	found, err := client.Resolve(t.Context(), own, []string{"example.com"}, "")
	if err != nil || found[0].Zone != zone {
		t.Errorf("found %v: %v", found, err)
	}
}

// through is a client of the same Route 53 with other resolvers.
func (w world) through(resolvers ...string) *route53.Client {
	return route53.New(route53.Config{AWS: w.config, Resolvers: resolvers})
}

func TestAnAnswerThatIsCutOffIsAskedForOverTCP(t *testing.T) {
	w := serve(t, fake.Config{})
	zone := w.zone("example.com")
	w.dns.OverTCP()
	if found := w.resolve(t, "www.example.com"); found[0].Zone != zone {
		t.Errorf("found %v", found)
	}
}

func TestAResolverThatLeavesTheAuthorityOutIsEnough(t *testing.T) {
	w := serve(t, fake.Config{})
	zone, inner := w.zone("example.com"), w.zone("sub.example.com")
	other := w.zone("example.org")
	w.Put(zone, fake.Set{Name: "_acme-challenge.example.com", Type: "CNAME", TTL: fake.TTL(60), Values: []string{"a.b.example.org"}})
	w.dns.WithoutAuthority()
	found := w.resolve(t, "a.b.c.example.com", "x.sub.example.com", "example.com")
	if found[0].Zone != zone || found[1].Zone != inner || found[2].Zone != other {
		t.Errorf("found %v", found)
	}
	w.wantRefused(t, api.ReasonZoneNotFound, "none.example.net", "from the zone . (")
}

func TestTheDNSIsAskedAboutManyDomainsAtOnce(t *testing.T) {
	w := serve(t, fake.Config{})
	w.zone("example.com")
	w.dns.Slow(5 * time.Millisecond)
	var domains []string
	for i := range 100 {
		domains = append(domains, fmt.Sprintf("h%d.example.com", i))
	}
	w.resolve(t, domains...)
	if n := w.dns.Busiest(); n < 5 || n > 20 {
		t.Errorf("%d questions at once", n)
	}
}

// A hundred domains take a few questions each, and those that they have in common once.
func TestQuestionsAreAskedOnce(t *testing.T) {
	w := serve(t, fake.Config{})
	w.zone("example.com")
	var domains []string
	for i := range 100 {
		domains = append(domains, fmt.Sprintf("h%d.example.com", i))
	}
	w.resolve(t, domains...)
	if n := w.dns.Queries(); n > 2*100+1 {
		t.Errorf("%d questions", n)
	}
}
