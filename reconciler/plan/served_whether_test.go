package plan

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"certloop/reconciler/api"
)

func ofSpec(change func(*api.Certificate)) func(*ProbeInput) {
	return func(p *ProbeInput) {
		c := *p.Spec
		change(&c)
		p.Spec = &c
	}
}

var onlyWildcards = ofSpec(func(c *api.Certificate) { c.Domains = []string{"*.example.com"} })

func TestWhyUnprobed(t *testing.T) {
	const probed, postponed, forgotten = "probed", "postponed", "forgotten"
	described := func(p *ProbeInput) { p.ReadsFrontends, p.Served.FrontendsAt = true, p.Now }
	for sentence, c := range map[string]struct {
		in      ProbeInput
		want    string
		lasting bool
	}{
		"a certificate that is in place":             {probeInput(), probed, false},
		"one that is suspended":                      {probeInput(ofSpec(func(c *api.Certificate) { c.Suspend = true })), probed, false},
		"no certificate is in place":                 {probeInput(func(p *ProbeInput) { p.Status = &api.CertificateStatus{} }), postponed, false},
		"the status was deleted":                     {probeInput(func(p *ProbeInput) { p.Status = nil }), postponed, false},
		"the record is invalid":                      {probeInput(func(p *ProbeInput) { p.Spec = nil }), postponed, false},
		"no policy allows it":                        {probeInput(func(p *ProbeInput) { p.Policies = policySet(policyEntry("a", "other.*")) }), postponed, false},
		"a policy allows it":                         {probeInput(func(p *ProbeInput) { p.Policies = policySet(policyEntry("a", "*")) }), probed, false},
		"the record is deleted":                      {probeInput(func(p *ProbeInput) { p.HasRecord, p.Spec = false, nil }), forgotten, false},
		"it is switched off":                         {probeInput(ofSpec(func(c *api.Certificate) { c.Probe.Off = true })), forgotten, true},
		"every name is a wildcard":                   {probeInput(onlyWildcards), forgotten, true},
		"what uses the wildcards is not known yet":   {probeInput(onlyWildcards, func(p *ProbeInput) { p.ReadsFrontends = true }), probed, false},
		"nothing uses the wildcards":                 {probeInput(onlyWildcards, described), postponed, true},
		"a load balancer uses them":                  {probeInput(onlyWildcards, described, func(p *ProbeInput) { p.Served.Frontends = []api.ServedFrontend{balancer("lb")} }), probed, false},
		"every name is a wildcard, and none issued":  {probeInput(onlyWildcards, func(p *ProbeInput) { p.Status = nil }), forgotten, true},
		"the certificate goes with a deleted record": {probeInput(func(p *ProbeInput) { p.Status.DeletingSince = now }), postponed, false},
	} {
		why := WhyUnprobed(c.in)
		got := probed
		switch {
		case why.Forget:
			got = forgotten
		case why.Why != "":
			got = postponed
		}
		if got != c.want || (why.Why == "") != (got == probed) || (NeverServed(c.in) != "") != c.lasting {
			t.Errorf("%s: %s, want %s: %+v", sentence, got, c.want, why)
		}
	}
}

// TestLacksProbe_WhateverIsStored holds that a certificate in place that is to be probed has a next probe within its interval, whatever
// its item says, as soon as a pass or a resync reads it.
func TestLacksProbe_WhateverIsStored(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := probeInput(ofSpec(func(c *api.Certificate) {
			c.Probe.Interval = time.Duration(rapid.IntRange(0, 168).Draw(t, "hours")) * time.Hour
		}))
		in.Served.DueAt = rapid.Int64().Draw(t, "due at")
		planned := in.Served.DueAt != 0 && in.Served.DueAt <= now.Add(probeInterval(in.Spec)).Unix()
		if LacksProbe(in) == planned {
			t.Fatalf("due at %d of now %d, and a probe is lacking: %v", in.Served.DueAt, now.Unix(), LacksProbe(in))
		}
		in.Served.DueAt = NextProbe("www", in.Spec, now).Unix()
		if LacksProbe(in) {
			t.Fatalf("the probe that is planned then is too late")
		}
	})
}

func TestPostponed_KeepsWhatWasSeen(t *testing.T) {
	in := probeInput(func(p *ProbeInput) {
		p.Spec, p.Served = nil, servedBy(now.Add(-time.Hour), state(api.ServedCurrent))
		p.Served.Version, p.Served.DueAt = 3, 7
	})
	got := Postponed(in)
	if after := time.Unix(got.DueAt, 0).Sub(now); after <= 0 || after > time.Hour || got.Version != 3 || len(got.Endpoints) != 1 {
		t.Errorf("in %s: %+v", after, got)
	}
}

// TestSettleProbe_WhatTheTimeIsNotSufficientFor is unknown, keeps what is known of it, and is asked first by the next probe.
func TestSettleProbe_WhatTheTimeIsNotSufficientFor(t *testing.T) {
	names := ofSpec(func(c *api.Certificate) { c.Domains = []string{"a.example.com", "b.example.com", "c.example.com"} })
	answer := []api.Sighting{sighted("1", "fingerprint of a1")}
	first := SettleProbe(probeInput(names), [][]api.Sighting{answer, answer, nil})
	if e := first.Endpoints[2]; e.State != api.ServedUnknown || e.Message == "" || !e.CheckedAt.IsZero() {
		t.Errorf("the third: %+v", e)
	}
	if c := Served(first); c.Status == api.ConditionFalse {
		t.Errorf("the condition is %+v", c)
	}
	later := probeInput(names, func(p *ProbeInput) { p.Now, p.Served = now.Add(time.Hour), first })
	if order := ProbeOrder(later); !slices.Equal(order, []int{2, 0, 1}) {
		t.Errorf("the order is %v", order)
	}
	second := SettleProbe(later, [][]api.Sighting{nil, nil, answer})
	if e := second.Endpoints[0]; e.State != api.ServedUnknown || !e.Seen || e.Family != api.IPv4 || !e.CheckedAt.Equal(now) {
		t.Errorf("the first: %+v", e)
	}
	later.Served = second
	if order := ProbeOrder(later); !slices.Equal(order, []int{0, 1, 2}) {
		t.Errorf("then the order is %v", order)
	}
}

// TestProbeOrder_EveryEndpointIsAsked holds that each endpoint is asked within a bounded number of probes, however few each of them
// has the time for.
func TestProbeOrder_EveryEndpointIsAsked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var names []string
		for i := range rapid.IntRange(1, 100).Draw(t, "names") {
			names = append(names, string(rune('a'+i%26))+string(rune('a'+i/26))+".example.com")
		}
		each := rapid.IntRange(1, 10).Draw(t, "at a time")
		in := probeInput(ofSpec(func(c *api.Certificate) { c.Domains = names }))
		asked := map[int]bool{}
		for range (len(names) + each - 1) / each {
			seen := make([][]api.Sighting, len(names))
			for _, i := range ProbeOrder(in)[:min(each, len(names))] {
				asked[i], seen[i] = true, []api.Sighting{sighted("1", "fingerprint of a1")}
			}
			in.Served = SettleProbe(in, seen)
			in.Now = in.Now.Add(time.Hour)
		}
		if len(asked) != len(names) {
			t.Fatalf("%d of %d were asked", len(asked), len(names))
		}
	})
}

func TestSettleProbe_AFamilyThatComesBackIsStillKnown(t *testing.T) {
	first := SettleProbe(probeInput(), [][]api.Sighting{{sighted("1", "fingerprint of a1")}})
	gone := SettleProbe(probeInput(func(p *ProbeInput) { p.Served = first }), [][]api.Sighting{{{State: api.SightingUnreachable}}})
	back := SettleProbe(probeInput(func(p *ProbeInput) { p.Served = gone }), [][]api.Sighting{{sighted("1", "fingerprint of z9")}})
	if e := back.Endpoints[0]; e.State != api.ServedOther || !e.Seen {
		t.Errorf("it served ours before: %+v", e)
	}
}

func TestProbesForWait_IsBounded(t *testing.T) {
	for _, imported := range []time.Duration{0, time.Minute, time.Hour} {
		in := probeInput(func(p *ProbeInput) {
			s := cloneStatus(*p.Status)
			s.Targets[0].ImportedAt = now.Add(-imported)
			p.Status = &s
		})
		probes, last := 0, time.Time{}
		for second := range 600 {
			in.Now = now.Add(time.Duration(second) * time.Second)
			if ProbesForWait(in, last) {
				probes, last = probes+1, in.Now
			}
		}
		if probes < 9 || probes > 20 {
			t.Errorf("%s after the import there are %d probes in ten minutes", imported, probes)
		}
		in.Served.CheckedAt = in.Now.Add(-5 * time.Second)
		if ProbesForWait(in, time.Time{}) {
			t.Errorf("%s after the import it is probed 5 seconds after another invocation did", imported)
		}
	}
}

// TestSettleProbe_AnUnknownEndsNoState: what is not known in between neither begins a state anew nor ends a trouble.
func TestSettleProbe_AnUnknownEndsNoState(t *testing.T) {
	other, down := []api.Sighting{sighted("1", "fingerprint of z9")}, []api.Sighting{{Family: api.IPv4, Address: "1", State: api.SightingUnreachable}}
	for sentence, seen := range map[string][]api.Sighting{"another certificate": other, "no answer": down} {
		s := SettleProbe(probeInput(), [][]api.Sighting{seen})
		for hour := range 2 {
			s = SettleProbe(probeInput(func(p *ProbeInput) { p.Now, p.Served = now.Add(time.Duration(hour+1)*time.Hour), s }), nil)
			if c := Served(s); c.Status != api.ConditionUnknown {
				t.Errorf("%s: not known, the condition is %+v", sentence, c)
			}
		}
		s = SettleProbe(probeInput(func(p *ProbeInput) { p.Now, p.Served = now.Add(3*time.Hour), s }), [][]api.Sighting{seen})
		if e := s.Endpoints[0]; !e.Since.Equal(now) || e.KnownState != "" {
			t.Errorf("%s: %+v", sentence, e)
		}
	}
}
