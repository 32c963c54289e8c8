package plan

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"certloop/reconciler/api"
)

// balancer is a load balancer that uses the certificate, as it is stored.
func balancer(name string, serves ...string) api.ServedFrontend {
	return api.ServedFrontend{ARN: "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/" + name + "/1", Certificate: ownARN,
		Host: name + ".elb.example", Ports: []int{443}, Serves: serves}
}

func describedAs(f api.ServedFrontend, names ...string) api.Frontend {
	return api.Frontend{ARN: f.ARN, State: api.FrontendFound, Host: f.Host, Ports: f.Ports, Names: names}
}

func TestAllEndpoints_OfWhatUsesTheCertificate(t *testing.T) {
	for sentence, c := range map[string]struct {
		domains, wildcards []string
		frontend           api.ServedFrontend
		want               []string
	}{
		"each name":                            {[]string{"a.example.com", "b.example.com"}, nil, balancer("lb"), []string{"a.example.com", "b.example.com"}},
		"only names that it serves":            {[]string{"a.example.com", "b.example.com"}, nil, balancer("lb", "b.example.com"), []string{"b.example.com"}},
		"names that its own wildcard serves":   {[]string{"a.example.com", "b.example.net"}, nil, balancer("lb", "*.example.com"), []string{"a.example.com"}},
		"a wildcard without a name":            {[]string{"*.example.com"}, nil, balancer("lb"), []string{"www.example.com"}},
		"a wildcard for which a name is given": {[]string{"*.example.com"}, []string{"shop.example.com"}, balancer("lb"), []string{"shop.example.com"}},
		"a wildcard of which it serves a name": {[]string{"*.example.com"}, nil, balancer("lb", "api.example.com"), []string{"api.example.com"}},
		"a wildcard that it serves as a whole": {[]string{"*.example.com"}, nil, balancer("lb", "*.example.com"), []string{"www.example.com"}},
	} {
		in := probeInput(ofSpec(func(s *api.Certificate) { s.Domains, s.Probe.NamesForWildcards = c.domains, c.wildcards }),
			func(p *ProbeInput) { p.ReadsFrontends, p.Served.Frontends = true, []api.ServedFrontend{c.frontend} })
		var got []string
		for _, e := range AllEndpoints(in) {
			if e.Host == c.frontend.Host {
				got = append(got, e.SNI)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", sentence, got, c.want)
		}
	}
	unread := probeInput(func(p *ProbeInput) { p.Served.Frontends = []api.ServedFrontend{balancer("lb")} })
	if got := AllEndpoints(unread); len(got) != 1 {
		t.Errorf("described before that was switched off: %v", got)
	}
	off := probeInput(ofSpec(func(c *api.Certificate) { c.Probe.Off = true }), func(p *ProbeInput) { p.Served.Frontends = []api.ServedFrontend{balancer("lb")} })
	if got := AllEndpoints(off); got != nil {
		t.Errorf("switched off: %v", got)
	}
}

// TestAllEndpoints_AreBounded, and each resource is asked with a name before one is asked with its second.
func TestAllEndpoints_AreBounded(t *testing.T) {
	var names []string
	for i := range api.MaxDomains {
		names = append(names, fmt.Sprintf("h%d.example.com", i))
	}
	var frontends []api.ServedFrontend
	for i := range api.MaxFrontends {
		frontends = append(frontends, balancer(fmt.Sprint("lb", i)))
	}
	all := AllEndpoints(probeInput(ofSpec(func(c *api.Certificate) { c.Domains = names }), func(p *ProbeInput) { p.ReadsFrontends, p.Served.Frontends = true, frontends }))
	if len(all) != api.MaxDomains+api.MaxFrontendEndpoints {
		t.Fatalf("%d endpoints", len(all))
	}
	for _, f := range frontends {
		if !slices.ContainsFunc(all, func(e api.Endpoint) bool { return e.Host == f.Host }) {
			t.Errorf("%s is not asked", f.Host)
		}
	}
}

func TestSettleFrontends(t *testing.T) {
	a, b, own := balancer("a"), balancer("b"), Installation{ARN: ownARN}
	unknown := func(f api.ServedFrontend, why string) api.Frontend {
		return api.Frontend{ARN: f.ARN, State: api.FrontendUnknown, Message: why}
	}
	for sentence, c := range map[string]struct {
		before, want []api.ServedFrontend
		read         FrontendsRead
		says         string
	}{
		"what was found":                    {nil, []api.ServedFrontend{a, b}, FrontendsRead{Installation: own, Found: []api.Frontend{describedAs(a), describedAs(b)}}, ""},
		"what is gone":                      {[]api.ServedFrontend{a, b}, []api.ServedFrontend{b}, FrontendsRead{Installation: own, Found: []api.Frontend{{ARN: a.ARN, State: api.FrontendDeleted}, describedAs(b)}}, ""},
		"what no longer uses it":            {[]api.ServedFrontend{a}, nil, FrontendsRead{Installation: own}, ""},
		"a missing right, said once":        {[]api.ServedFrontend{a}, []api.ServedFrontend{a}, FrontendsRead{Installation: own, Found: []api.Frontend{unknown(a, "no right"), unknown(b, "no right")}}, "no right"},
		"ACM does not answer":               {[]api.ServedFrontend{a}, []api.ServedFrontend{a}, FrontendsRead{Installation: own, Problem: "no answer"}, "no answer"},
		"another name than the certificate": {nil, nil, FrontendsRead{Installation: own, Found: []api.Frontend{describedAs(a, "www.example.net")}}, ""},
		"of its names those that count":     {nil, []api.ServedFrontend{balancer("a", "*.example.com")}, FrontendsRead{Installation: own, Found: []api.Frontend{describedAs(a, "www.example.net", "*.example.com")}}, ""},
	} {
		in := probeInput(func(p *ProbeInput) { p.Served.Frontends = c.before })
		got := SettleFrontends(in, []FrontendsRead{c.read})
		if fmt.Sprint(got.Frontends) != fmt.Sprint(c.want) || got.FrontendsMessage != c.says || !got.FrontendsAt.Equal(now) {
			t.Errorf("%s:\n got %v %q\nwant %v", sentence, got.Frontends, got.FrontendsMessage, c.want)
		}
	}
	many := FrontendsRead{Installation: own}
	for i := range 10 {
		many.Found = append(many.Found, unknown(balancer(fmt.Sprint(i)), fmt.Sprint("problem ", i)))
	}
	if got := SettleFrontends(probeInput(), []FrontendsRead{many}).FrontendsMessage; !strings.Contains(got, "and 7 more") {
		t.Errorf("of ten problems it says %q", got)
	}
}

// TestFrontendsDue_IsBounded counts how often the resources that use a certificate are described that is probed every minute.
func TestFrontendsDue_IsBounded(t *testing.T) {
	in := probeInput(func(p *ProbeInput) {
		s := cloneStatus(*p.Status)
		s.Targets[0].ImportedAt = now
		p.Status, p.ReadsFrontends = &s, true
	})
	days := []int{}
	for range 3 {
		count := 0
		for range 24 * 60 {
			in.Now = in.Now.Add(time.Minute)
			if FrontendsDue(in) {
				count++
				in.Served = SettleFrontends(in, nil)
			}
		}
		days = append(days, count)
	}
	if days[0] > 8 || days[0] < 4 || days[1] > 4 || days[2] > 4 || days[2] < 3 {
		t.Errorf("they are described %v times a day", days)
	}
	in.ReadsFrontends = false
	if FrontendsDue(in) {
		t.Error("they are described although that is switched off")
	}
}

func TestFrontendsDue_AfterAnImport(t *testing.T) {
	in := probeInput(func(p *ProbeInput) {
		s := cloneStatus(*p.Status)
		s.Targets[0].ImportedAt = now.Add(-time.Minute)
		p.Status, p.ReadsFrontends, p.Served.FrontendsAt = &s, true, now.Add(-2*time.Minute)
	})
	if !FrontendsDue(in) {
		t.Error("they are not described after the import")
	}
}

func TestInstallations_OfTheRecordThroughItsRoles(t *testing.T) {
	in := probeInput()
	if got := Installations(in); len(got) != 1 || got[0].ARN != ownARN || got[0].At.Region != place || got[0].Target != "" {
		t.Errorf("%+v", got)
	}
	several := probeInput(ofSpec(func(c *api.Certificate) {
		c.Targets = append(slices.Clone(c.Targets), api.Target{Location: api.Location{Region: tokyo}})
	}))
	if got := Installations(several); len(got) != 1 || got[0].Target != place {
		t.Errorf("of several targets: %+v", got)
	}
	for sentence, c := range map[string]ProbeInput{
		"a target that left the record": probeInput(ofSpec(func(c *api.Certificate) { c.Targets[0].Region = "eu-west-1" })),
		"a target without certificate":  probeInput(func(p *ProbeInput) { p.Status = &api.CertificateStatus{Targets: []api.TargetStatus{{Key: place}}} }),
	} {
		if got := Installations(c); len(got) != 0 {
			t.Errorf("%s: %+v", sentence, got)
		}
	}
}

func TestBelieveServed_AnyForgedFrontends(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := api.ServedStatus{FrontendsAt: now.Add(time.Duration(rapid.Int64Range(-int64(day), int64(day)).Draw(t, "at"))),
			FrontendsMessage: rapid.StringN(0, 50, 5000).Draw(t, "message")}
		for range rapid.IntRange(0, 60).Draw(t, "frontends") {
			s.Frontends = append(s.Frontends, api.ServedFrontend{ARN: rapid.SampledFrom([]string{"", "arn"}).Draw(t, "arn"),
				Host: rapid.SampledFrom([]string{"", "lb.example.net"}).Draw(t, "host"), Ports: rapid.SliceOfN(rapid.IntRange(-1, 70000), 0, 20).Draw(t, "ports")})
		}
		got := BelieveServed(&s, now)
		if got.FrontendsAt.After(now) || len(got.Frontends) > api.MaxFrontends || len(got.FrontendsMessage) > 2048 {
			t.Fatalf("%+v", got)
		}
		for _, f := range got.Frontends {
			if f.ARN == "" || f.Host == "" || len(f.Ports) > api.MaxFrontendPorts || slices.ContainsFunc(f.Ports, func(p int) bool { return p < 1 || p > 65535 }) {
				t.Fatalf("%+v", f)
			}
		}
	})
}
