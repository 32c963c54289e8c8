package plan

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"certloop/reconciler/api"

	"pgregory.net/rapid"
)

func probeInput(changes ...func(*ProbeInput)) ProbeInput {
	in := kept()
	p := ProbeInput{Now: now, Name: "www", HasRecord: true, Spec: in.Spec, Status: &in.Stored}
	for _, c := range changes {
		c(&p)
	}
	return p
}

func sighted(address, fingerprint string) api.Sighting {
	return api.Sighting{Family: api.IPv4, Address: address, State: api.SightingAnswered, Trusted: true,
		Leaf: api.Leaf{FingerprintSHA256: fingerprint, Serial: "0" + fingerprint, Issuer: "Some CA", Domains: []string{"other.example.org"}}}
}

func TestEndpoints(t *testing.T) {
	at := func(host string) api.Endpoint {
		return api.Endpoint{Host: host, Port: 443, SNI: host, Protocol: api.ProtocolTLS}
	}
	mail := api.Endpoint{Host: "mx.example.com", Port: 587, SNI: "www.example.com", Protocol: api.ProtocolSMTP}
	for sentence, c := range map[string]struct {
		spec api.Certificate
		want []api.Endpoint
	}{
		"every name":      {api.Certificate{Domains: []string{"a.example.com", "b.example.com"}}, []api.Endpoint{at("a.example.com"), at("b.example.com")}},
		"but no wildcard": {api.Certificate{Domains: []string{"*.example.com", "example.com"}}, []api.Endpoint{at("example.com")}},
		"names for wildcards and added endpoints, each once": {
			api.Certificate{Domains: []string{"example.com", "*.example.com"}, Probe: api.Probe{
				NamesForWildcards: []string{"a.example.com"}, Endpoints: []api.Endpoint{mail, at("a.example.com")}}},
			[]api.Endpoint{at("example.com"), at("a.example.com"), mail}},
		"none where it is off": {api.Certificate{Domains: []string{"a.example.com"}, Probe: api.Probe{Off: true}}, nil},
	} {
		if got := Endpoints(&c.spec); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", sentence, got, c.want)
		}
	}
	if got := Endpoints(nil); got != nil {
		t.Errorf("without a record: %v", got)
	}
}

// TestSettleProbe_States compares what is served with the certificate in place, whose fingerprint is known of the status.
func TestSettleProbe_States(t *testing.T) {
	before := func(p *ProbeInput) { p.Served.FingerprintSHA256 = "fingerprint of a0" }
	for sentence, c := range map[string]struct {
		seen []api.Sighting
		want api.ServedState
		at   string
	}{
		"the present certificate":       {[]api.Sighting{sighted("1", "fingerprint of a1")}, api.ServedCurrent, "1"},
		"the one before":                {[]api.Sighting{sighted("1", "fingerprint of a0")}, api.ServedPrevious, "1"},
		"another one":                   {[]api.Sighting{sighted("1", "fingerprint of z9")}, api.ServedOther, "1"},
		"one edge lags behind":          {[]api.Sighting{sighted("1", "fingerprint of a1"), sighted("2", "fingerprint of a0")}, api.ServedPrevious, "2"},
		"one address does not answer":   {[]api.Sighting{{Family: api.IPv4, Address: "1", State: api.SightingUnreachable}, sighted("2", "fingerprint of a1")}, api.ServedUnreachable, "1"},
		"a private address is unknown":  {[]api.Sighting{{Family: api.IPv4, State: api.SightingPrivate}}, api.ServedUnknown, ""},
		"an address that was not asked": {[]api.Sighting{{Family: api.IPv4, State: api.SightingUnknown}, sighted("2", "fingerprint of a1")}, api.ServedCurrent, "2"},
	} {
		got := SettleProbe(probeInput(before), [][]api.Sighting{c.seen})
		if len(got.Endpoints) != 1 || got.Endpoints[0].State != c.want || got.Endpoints[0].Address != c.at {
			t.Errorf("%s: %+v", sentence, got.Endpoints)
		}
	}
	both := []api.Sighting{sighted("1", "fingerprint of a1"), {Family: api.IPv6, Address: "::1", State: api.SightingUnreachable}}
	if got := SettleProbe(probeInput(), [][]api.Sighting{both}); len(got.Endpoints) != 2 || got.Endpoints[1].Family != api.IPv6 {
		t.Errorf("the address families are not apart: %+v", got.Endpoints)
	}
}

func TestSettleProbe_RemembersSinceWhenAndWhatWasSeen(t *testing.T) {
	first := SettleProbe(probeInput(), [][]api.Sighting{{sighted("1", "fingerprint of a1")}})
	later := probeInput(func(p *ProbeInput) { p.Now, p.Served = now.Add(time.Hour), first })
	second := SettleProbe(later, [][]api.Sighting{{sighted("2", "fingerprint of a1")}})
	if e := second.Endpoints[0]; !e.Since.Equal(now) || !e.Seen {
		t.Errorf("the same state: %+v", e)
	}
	third := SettleProbe(later, [][]api.Sighting{{sighted("2", "fingerprint of z9")}})
	if e := third.Endpoints[0]; !e.Since.Equal(later.Now) || !e.Seen {
		t.Errorf("another state: %+v", e)
	}
	if e := SettleProbe(probeInput(), [][]api.Sighting{{sighted("2", "fingerprint of z9")}}).Endpoints[0]; e.Seen {
		t.Errorf("it never served ours: %+v", e)
	}
}

// TestSettleProbe_When holds that endpoints are probed 1, 5, 15 and 60 minutes after an import until all serve it, and at a fixed
// time of each interval otherwise.
func TestSettleProbe_When(t *testing.T) {
	imported := now.Add(-30 * time.Second)
	in := func(after time.Duration) ProbeInput {
		return probeInput(func(p *ProbeInput) {
			s := cloneStatus(*p.Status)
			s.Targets[0].ImportedAt = imported
			p.Status, p.Now = &s, imported.Add(after)
			day := *p.Spec
			day.Probe.Interval = 24 * time.Hour
			p.Spec = &day
		})
	}
	regular := NextProbe("www", in(0).Spec, imported.Add(2*time.Hour))
	for after, want := range map[time.Duration]time.Duration{0: time.Minute, 61 * time.Second: 5 * time.Minute, 5 * time.Minute: 15 * time.Minute, 16 * time.Minute: time.Hour} {
		if got := SettleProbe(in(after), [][]api.Sighting{{sighted("1", "fingerprint of z9")}}).DueAt; got != imported.Add(want).Unix() {
			t.Errorf("after %s: %s, want %s after the import", after, time.Unix(got, 0).UTC(), want)
		}
	}
	if got := SettleProbe(in(61*time.Minute), [][]api.Sighting{{sighted("1", "fingerprint of z9")}}).DueAt; got != imported.Add(121*time.Minute).Unix() {
		t.Errorf("after an hour: %s, want an hour later", time.Unix(got, 0).UTC())
	}
	if got := SettleProbe(in(time.Minute), [][]api.Sighting{{sighted("1", "fingerprint of a1")}}).DueAt; got != regular.Unix() {
		t.Errorf("once it is served: %s, want %s", time.Unix(got, 0).UTC(), regular)
	}
}

func TestNextProbe_AnyName(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := &api.Certificate{Name: rapid.StringMatching(`[a-z]{1,20}`).Draw(t, "name"),
			Probe: api.Probe{Interval: time.Duration(rapid.IntRange(0, 168).Draw(t, "hours")) * time.Hour}}
		at := now.Add(time.Duration(rapid.Int64Range(0, int64(400*day)).Draw(t, "after")))
		next := NextProbe(c.Name, c, at)
		if !next.After(at) || next.Sub(at) > probeInterval(c) {
			t.Fatalf("%s after %s", next, at)
		}
		if again := NextProbe(c.Name, c, next); again.Sub(next) != probeInterval(c) {
			t.Fatalf("then %s later", again.Sub(next))
		}
	})
}

func TestNextProbe_IsSpread(t *testing.T) {
	minutes := map[time.Duration]int{}
	for i := range 6000 {
		minutes[NextProbe(fmt.Sprintf("host-%d", i), nil, now).Sub(now).Truncate(time.Minute)]++
	}
	for minute, n := range minutes {
		if n > 200 {
			t.Errorf("%d of 6000 are probed in minute %s", n, minute)
		}
	}
}

func servedBy(since time.Time, endpoints ...api.ServedEndpoint) api.ServedStatus {
	return api.ServedStatus{FingerprintSHA256: "fingerprint of a1", ExpectedSince: since, CheckedAt: now, Endpoints: endpoints}
}

func state(s api.ServedState) api.ServedEndpoint {
	return api.ServedEndpoint{Endpoint: api.Endpoint{Host: "www.example.com", Port: 443}, Family: api.IPv4, State: s, Seen: true}
}

func TestServed(t *testing.T) {
	recent, old := now.Add(-time.Minute), now.Add(-2*time.Hour)
	for sentence, c := range map[string]struct {
		in     api.ServedStatus
		status api.ConditionStatus
		reason api.Reason
	}{
		"nothing was probed":                {servedBy(old), api.ConditionUnknown, api.ReasonNotProbed},
		"all serve it":                      {servedBy(old, state(api.ServedCurrent)), api.ConditionTrue, api.ReasonServed},
		"one of several does not answer":    {servedBy(old, state(api.ServedCurrent), state(api.ServedUnreachable)), api.ConditionTrue, api.ReasonServed},
		"one cannot be seen":                {servedBy(old, state(api.ServedCurrent), state(api.ServedUnknown)), api.ConditionTrue, api.ReasonServed},
		"none answers":                      {servedBy(old, state(api.ServedUnreachable)), api.ConditionUnknown, api.ReasonUnreachable},
		"a private endpoint is never False": {servedBy(old, state(api.ServedUnknown)), api.ConditionUnknown, api.ReasonNotProbed},
		"the one before, a short time":      {servedBy(recent, state(api.ServedCurrent), state(api.ServedPrevious)), api.ConditionFalse, api.ReasonPropagating},
		"the one before, for long":          {servedBy(old, state(api.ServedCurrent), state(api.ServedPrevious)), api.ConditionFalse, api.ReasonPreviousServed},
		"another one, a short time":         {servedBy(recent, state(api.ServedOther)), api.ConditionFalse, api.ReasonPropagating},
		"the one before, seen in time": {func() api.ServedStatus {
			s := servedBy(old, state(api.ServedPrevious))
			s.CheckedAt = old.Add(time.Hour)
			return s
		}(), api.ConditionFalse, api.ReasonPropagating},
		"another one weighs more than the previous": {servedBy(old, state(api.ServedPrevious), state(api.ServedOther)), api.ConditionFalse, api.ReasonAnotherServed},
	} {
		got := Served(c.in)
		if got.Status != c.status || got.Reason != c.reason {
			t.Errorf("%s: %+v", sentence, got)
		}
		if got.Status == api.ConditionFalse && got.Message == "" {
			t.Errorf("%s: the message names no endpoint", sentence)
		}
	}
}

func servedIs(s api.ServedStatus) option {
	return func(in *Input) { in.Served, in.Config.Probe = &s, true }
}

// TestSettle_ServedIsReportedWhereOursWasSeen: an endpoint that never served ours is not in use yet.
func TestSettle_ServedIsReportedWhereOursWasSeen(t *testing.T) {
	old := now.Add(-3 * time.Hour)
	never := state(api.ServedOther)
	never.Seen = false
	was := func(s api.ServedStatus) option {
		return func(in *Input) {
			in.Stored.Conditions = api.SetCondition(in.Stored.Conditions, Served(s), old)
		}
	}
	reported := func(in *Input) { in.Stored.NotServedSince = old }
	for sentence, c := range map[string]struct {
		in   Input
		want string
	}{
		"it went":            {kept(was(servedBy(old, state(api.ServedCurrent))), servedIs(servedBy(old, state(api.ServedOther)))), api.NoticeNotServed},
		"it is gone already": {kept(reported, was(servedBy(old, state(api.ServedOther))), servedIs(servedBy(old, state(api.ServedOther)))), ""},
		"it never was there": {kept(servedIs(servedBy(old, never))), ""},
		"it arrives late":    {kept(was(servedBy(old, never)), servedIs(servedBy(old, state(api.ServedCurrent)))), ""},
		"it went, and another never was there": {kept(was(servedBy(old, never, state(api.ServedCurrent))),
			servedIs(servedBy(old, never, state(api.ServedOther)))), api.NoticeNotServed},
		"it comes back, and another never was there": {kept(reported, was(servedBy(old, never, state(api.ServedOther))),
			servedIs(servedBy(old, never, state(api.ServedCurrent)))), api.NoticeServed},
		"it went, and does not answer now": {kept(reported, was(servedBy(old, state(api.ServedOther))), servedIs(servedBy(old, state(api.ServedUnreachable)))), ""},
		"it is on its way":                 {kept(servedIs(servedBy(now, state(api.ServedPrevious)))), ""},
		"it comes back":                    {kept(reported, was(servedBy(old, state(api.ServedPrevious))), servedIs(servedBy(old, state(api.ServedCurrent)))), api.NoticeServed},
		"it was there all time":            {kept(was(servedBy(old, state(api.ServedCurrent))), servedIs(servedBy(old, state(api.ServedCurrent)))), ""},
		"it comes in time":                 {kept(was(servedBy(now, state(api.ServedPrevious))), servedIs(servedBy(now, state(api.ServedCurrent)))), ""},
	} {
		s := Settle(c.in, Plan{Action: Wait, Reason: api.ReasonNotNeeded}, Outcome{}).Status
		got := ""
		if len(s.Outbox) > 0 {
			got = s.Outbox[len(s.Outbox)-1].Type
		}
		if got != c.want {
			t.Errorf("%s: notice %q, want %q", sentence, got, c.want)
		}
	}
}

// TestSettle_ServedSpeaksOfThePresentCertificate.
func TestSettle_ServedSpeaksOfThePresentCertificate(t *testing.T) {
	settled := func(in Input) (api.Condition, bool) {
		return api.GetCondition(Settle(in, Plan{Action: Wait, Reason: api.ReasonNotNeeded}, Outcome{}).Status.Conditions, api.ConditionServed)
	}
	current := servedBy(now.Add(-time.Hour), state(api.ServedCurrent))
	known := kept(func(in *Input) {
		in.Stored.Conditions = api.SetCondition(in.Stored.Conditions, Served(current), now)
	}, servedIs(current))
	if c, _ := settled(known); c.Status != api.ConditionTrue {
		t.Errorf("of the present one: %+v", c)
	}
	stale := current
	stale.FingerprintSHA256 = "fingerprint of a0"
	if c, _ := settled(known.with(servedIs(stale))); c.Status != api.ConditionUnknown || c.Reason != api.ReasonNotProbed {
		t.Errorf("of the one before: %+v", c)
	}
	if c, had := settled(kept(servedIs(stale))); had {
		t.Errorf("nothing is known, and there is %+v", c)
	}
	for sentence, o := range map[string]option{
		"without probes":      func(in *Input) { in.Config.Probe, in.Served = false, nil },
		"switched off":        spec(func(c *api.Certificate) { c.Probe.Off = true }),
		"with nothing to ask": spec(func(c *api.Certificate) { c.Domains = []string{"*.example.com"} }),
	} {
		if c, had := settled(known.with(o)); had {
			t.Errorf("%s there is %+v", sentence, c)
		}
	}
	for sentence, o := range map[string]option{
		"what was seen is lost": func(in *Input) { in.Served = nil },
		"the record is invalid": func(in *Input) { in.Spec, in.SpecErr = nil, errors.New("invalid") },
		"no policy allows it":   func(in *Input) { in.Policies = policySet(policyEntry("a", "other.*")) },
		"nothing uses its wildcard": func(in *Input) {
			in.Config.Frontends, in.Served = true, &api.ServedStatus{FingerprintSHA256: "fingerprint of a1", FrontendsAt: in.Now}
			c := *in.Spec
			c.Domains = []string{"*.example.com"}
			in.Spec = &c
		},
	} {
		if c, _ := settled(known.with(o)); c.Status != api.ConditionUnknown || c.Reason != api.ReasonNotProbed {
			t.Errorf("%s: %+v", sentence, c)
		}
	}
}

// TestSettle_TheEndOfATroubleIsReportedAcrossWhatIsNotKnown: between the notice that an endpoint does not serve the certificate and the
// one that all do lies a new import, or a time without probes.
func TestSettle_TheEndOfATroubleIsReportedAcrossWhatIsNotKnown(t *testing.T) {
	old := now.Add(-3 * time.Hour)
	wrong := Settle(kept(servedIs(servedBy(old, state(api.ServedOther)))), Plan{Action: Wait, Reason: api.ReasonNotNeeded}, Outcome{}).Status
	if wrong.NotServedSince.IsZero() || len(wrong.Outbox) != 1 {
		t.Fatalf("nothing was reported: %+v", wrong.Outbox)
	}
	wrong.Outbox = nil
	between := kept(servedIs(servedBy(now, state(api.ServedPrevious))), func(in *Input) { in.Stored = wrong })
	propagating := Settle(between, Plan{Action: Wait, Reason: api.ReasonNotNeeded}, Outcome{}).Status
	end := kept(servedIs(servedBy(now, state(api.ServedCurrent))), func(in *Input) { in.Stored = propagating })
	s := Settle(end, Plan{Action: Wait, Reason: api.ReasonNotNeeded}, Outcome{}).Status
	if len(propagating.Outbox) != 0 || len(s.Outbox) != 1 || s.Outbox[0].Type != api.NoticeServed || !s.NotServedSince.IsZero() {
		t.Errorf("in between %+v, then %+v", propagating.Outbox, s.Outbox)
	}
}

func TestBelieveServed_AnyForgery(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := api.ServedStatus{ExpectedSince: now.Add(time.Duration(rapid.Int64Range(-int64(day), int64(day)).Draw(t, "since")))}
		for range rapid.IntRange(0, 500).Draw(t, "endpoints") {
			s.Endpoints = append(s.Endpoints, api.ServedEndpoint{
				Endpoint: api.Endpoint{Host: rapid.SampledFrom([]string{"", "www.example.com"}).Draw(t, "host"), Protocol: api.Protocol(rapid.SampledFrom([]string{"tls", "gopher"}).Draw(t, "protocol"))},
				State:    api.ServedState(rapid.SampledFrom([]string{"Current", "Fine"}).Draw(t, "state")),
				Message:  rapid.StringN(0, 50, 5000).Draw(t, "message"), Since: s.ExpectedSince,
			})
		}
		got := BelieveServed(&s, now)
		if got.ExpectedSince.After(now) {
			t.Fatalf("expected since %s", got.ExpectedSince)
		}
		for _, e := range got.Endpoints {
			if e.State != api.ServedCurrent || e.Host == "" || e.Protocol != api.ProtocolTLS || e.Since.After(now) || len(e.Message) > 2048 {
				t.Fatalf("%+v", e)
			}
		}
	})
}
