package plan

import (
	"errors"
	"strings"
	"testing"
	"time"

	"certloop/reconciler/api"
	"pgregory.net/rapid"
)

// answering returns the finding of ns<n> of example.com.
func answering(n string, state api.ServerState) api.ServerFinding {
	f := api.ServerFinding{Zone: "example.com", Server: "ns" + n + ".example.net", Address: "192.0.2." + n, Name: wwwZone.FQDN, State: state}
	if state != api.ServerServes {
		f.Message = "it returned REFUSED"
	}
	return f
}

func servers(findings ...api.ServerFinding) option {
	return func(in *Input) { in.Servers = append([]api.ServerFinding{}, findings...) }
}

func TestJudgeServers(t *testing.T) {
	elsewhere := answering("9", api.ServerLacks)
	elsewhere.Zone = "challenges.test"
	for sentence, c := range map[string]struct {
		findings []api.ServerFinding
		want     ServersState
		says     string
	}{
		"all serve":                      {[]api.ServerFinding{answering("1", api.ServerServes), answering("2", api.ServerServes)}, ServersAgree, ""},
		"nothing was asked":              {nil, ServersUnknown, ""},
		"there is no way to any":         {[]api.ServerFinding{answering("1", api.ServerUnreachable), answering("2", api.ServerUnreachable)}, ServersUnknown, ""},
		"there is no way to one":         {[]api.ServerFinding{answering("1", api.ServerServes), answering("2", api.ServerUnreachable)}, ServersAgree, ""},
		"none responds":                  {[]api.ServerFinding{answering("1", api.ServerSilent), answering("2", api.ServerSilent)}, ServersUnknown, "ns1.example.net (192.0.2.1) of example.com does not respond"},
		"one does not respond":           {[]api.ServerFinding{answering("1", api.ServerServes), answering("2", api.ServerSilent)}, ServersPartly, "ns2.example.net (192.0.2.2) of example.com does not respond"},
		"one refuses":                    {[]api.ServerFinding{answering("1", api.ServerServes), answering("2", api.ServerLame)}, ServersPartly, "ns2.example.net (192.0.2.2) of example.com does not answer for the zone: it returned REFUSED"},
		"all refuse":                     {[]api.ServerFinding{answering("1", api.ServerLame), answering("2", api.ServerLame)}, ServersLame, "ns1"},
		"one is stale":                   {[]api.ServerFinding{answering("1", api.ServerServes), answering("2", api.ServerLacks)}, ServersDiffer, "ns2.example.net (192.0.2.2) of example.com does not have the record at _acme-challenge.www.example.com"},
		"one has wrong signatures":       {[]api.ServerFinding{answering("1", api.ServerServes), answering("2", api.ServerBogus)}, ServersDiffer, "ns2.example.net (192.0.2.2) of example.com fails DNSSEC validation"},
		"all have wrong signatures":      {[]api.ServerFinding{answering("1", api.ServerBogus), answering("2", api.ServerBogus)}, ServersLack, "ns1"},
		"one is stale, the other lame":   {[]api.ServerFinding{answering("1", api.ServerLacks), answering("2", api.ServerLame)}, ServersLack, "ns1"},
		"no server has it":               {[]api.ServerFinding{answering("1", api.ServerLacks), answering("2", api.ServerLacks)}, ServersLack, "ns1"},
		"the worst zone counts":          {[]api.ServerFinding{elsewhere, answering("1", api.ServerServes)}, ServersLack, "ns9.example.net (192.0.2.9) of challenges.test"},
		"a zone that is fine hides none": {[]api.ServerFinding{answering("1", api.ServerServes), elsewhere}, ServersLack, "ns9"},
		"few are named": {[]api.ServerFinding{answering("1", api.ServerLame), answering("2", api.ServerLame), answering("3", api.ServerLame), answering("4", api.ServerLame), answering("5", api.ServerLacks)},
			ServersLack, "; 2 more"},
	} {
		t.Run(sentence, func(t *testing.T) {
			state, message := JudgeServers(c.findings)
			if state != c.want || !strings.Contains(message, c.says) || (c.says == "") != (message == "") {
				t.Errorf("%s %q; want %s %q", state, message, c.want, c.says)
			}
		})
	}
}

// beforeAccept is an order whose challenges would be accepted now, but for the name servers.
func beforeAccept(options ...option) Input {
	return fresh(append([]option{issuing(ordered, txt("ZCOM", "txt")), order(api.OrderPending)}, options...)...)
}

// differing is since when they do not agree.
func differing(d time.Duration) option {
	return func(in *Input) {
		iss := *in.Issuance
		iss.ServersSince = now.Add(-d)
		in.Issuance = &iss
	}
}

// wrongFor is when one of them last answered without the value.
func wrongFor(d time.Duration) option {
	return func(in *Input) {
		iss := *in.Issuance
		iss.ServersWrongAt = now.Add(-d)
		in.Issuance = &iss
	}
}

func TestDecide_NameServers(t *testing.T) {
	one, stale, lame := answering("1", api.ServerServes), answering("2", api.ServerLacks), answering("2", api.ServerLame)
	accept := Plan{Action: Accept, Reason: api.ReasonValidating, URLs: []string{orderURL + "/chall"}}
	waits := func(after time.Duration, message string) Plan {
		return Plan{Action: Wait, Reason: api.ReasonWaitingForDNS, At: now.Add(after), Message: message}
	}
	fails := func(reason api.Reason) Plan {
		return Plan{Action: Wait, Reason: reason, At: now.Add(5 * time.Minute), Message: "ns1", Failure: failing(api.Terminal, reason, "ns1")}
	}
	unread := func(reason api.Reason) option {
		return func(in *Input) { in.ServersErr = failing(api.Transient, reason, "ns1 cannot be resolved") }
	}
	none := servers(answering("1", api.ServerLacks), stale)
	for sentence, c := range map[string]expected{
		"all have the value":                       {beforeAccept(servers(one)), accept},
		"none could be asked":                      {beforeAccept(servers()), accept},
		"one is stale":                             {beforeAccept(servers(one, stale)), waits(15*time.Second, "ns2.example.net (192.0.2.2)")},
		"less often with time":                     {beforeAccept(servers(one, stale), differing(20*time.Minute)), waits(5*time.Minute, "ns2")},
		"not past the end":                         {beforeAccept(servers(one, stale), differing(58*time.Minute)), waits(2*time.Minute, "ns2")},
		"a CA may ask the other after an hour":     {beforeAccept(servers(one, stale), differing(time.Hour)), accept},
		"one is lame":                              {beforeAccept(servers(one, lame)), waits(15*time.Second, "ns2")},
		"a CA passes over it":                      {beforeAccept(servers(one, lame), differing(2*time.Minute)), accept},
		"all are lame":                             {beforeAccept(servers(lame), differing(59*time.Minute)), waits(time.Minute, "ns2")},
		"but a CA may see others":                  {beforeAccept(servers(lame), differing(time.Hour)), accept},
		"none has the value":                       {beforeAccept(none), waits(15*time.Second, "ns1")},
		"so that a CA cannot find it":              {beforeAccept(none, differing(time.Hour)), fails(api.ReasonNameServersDiffer)},
		"however long that lasts":                  {beforeAccept(none, differing(5*day)), fails(api.ReasonNameServersDiffer)},
		"all have wrong signatures":                {beforeAccept(servers(answering("1", api.ServerBogus)), differing(time.Hour)), fails(api.ReasonDNSSECBogus)},
		"resolvers refuse the signatures":          {beforeAccept(unread(api.ReasonDNSSECBogus)), waits(15*time.Second, "ns1 cannot be resolved")},
		"and go on doing so":                       {beforeAccept(unread(api.ReasonDNSSECBogus), differing(time.Hour)), fails(api.ReasonDNSSECBogus)},
		"resolvers do not answer":                  {beforeAccept(unread(api.ReasonDNSFailed)), waits(15*time.Second, "ns1 cannot be resolved")},
		"which need not be so at the CA":           {beforeAccept(unread(api.ReasonDNSFailed), differing(2*time.Minute)), accept},
		"what was wrong is not right unread":       {beforeAccept(unread(api.ReasonDNSFailed), differing(5*day), wrongFor(59*time.Minute)), waits(time.Minute, "ns1 cannot be resolved")},
		"nor where none responds":                  {beforeAccept(servers(answering("1", api.ServerSilent)), differing(5*day), wrongFor(50*time.Minute)), waits(5*time.Minute, "ns1")},
		"nor where all are lame":                   {beforeAccept(servers(lame), differing(5*day), wrongFor(50*time.Minute)), waits(5*time.Minute, "ns2")},
		"nor after a pause, at the first question": {beforeAccept(unread(api.ReasonDNSFailed), differing(5*day), wrongFor(2*time.Hour)), waits(15*time.Second, "ns1 cannot be resolved")},
		"but not for ever":                         {beforeAccept(unread(api.ReasonDNSFailed), differing(2*time.Minute), wrongFor(2*time.Hour)), accept},
		"and one that answers now is right":        {beforeAccept(servers(one, lame), differing(5*day), wrongFor(time.Minute)), accept},
		"a time that lies ahead is not believed":   {beforeAccept(servers(one, stale), differing(-time.Minute)), waits(15*time.Second, "ns2")},
		"nothing is asked where all were accepted": {fresh(issuing(ordered, txt("ZCOM", "txt"), acceptedFor(time.Second)), order(api.OrderPending), servers(stale)), polls(time.Second)},
	} {
		t.Run(sentence, func(t *testing.T) { comparePlans(t, Decide(c.in), c.want) })
	}
}

func TestNeedsServers(t *testing.T) {
	for sentence, c := range map[string]struct {
		in   Input
		want bool
	}{
		"a validation is next":    {beforeAccept(), true},
		"they were wrong before":  {beforeAccept(differing(time.Minute), wrongFor(time.Minute)), true},
		"they were asked":         {beforeAccept(servers()), false},
		"they could not be asked": {beforeAccept(func(in *Input) { in.ServersErr = errors.New("no") }), false},
		"not all is published":    {fresh(issuing(ordered), order(api.OrderPending)), false},
		"not all is served":       {fresh(issuing(ordered, published), order(api.OrderPending)), false},
		"the order is ready":      {fresh(issuing(ordered, txt("ZCOM", "txt")), order(api.OrderReady)), false},
		"nothing is due":          {kept(), false},
	} {
		if got := NeedsServers(c.in); got != c.want {
			t.Errorf("%s: %v", sentence, got)
		}
	}
	want := api.ServerQuestion{Domain: "www.example.com", FQDN: wwwZone.FQDN, Value: "txt"}
	if got := ServerQuestions(beforeAccept()); len(got) != 1 || got[0] != want {
		t.Errorf("asked is %+v", got)
	}
}

func TestSettle_RemembersSinceWhenNameServersDiffer(t *testing.T) {
	in := beforeAccept(servers(answering("1", api.ServerServes), answering("2", api.ServerLacks)))
	s := Settle(in, Decide(in), Outcome{})
	if s.Issuance == nil || !s.Issuance.ServersSince.Equal(now) || !s.At.Equal(now.Add(15*time.Second)) {
		t.Fatalf("%+v at %s", s.Issuance, s.At)
	}
	c, _ := api.GetCondition(s.Status.Conditions, api.ConditionIssuing)
	if c.Reason != api.ReasonWaitingForDNS || !strings.Contains(c.Message, "ns2.example.net (192.0.2.2)") {
		t.Errorf("condition %+v", c)
	}
	in.Issuance, in.Now = s.Issuance, now.Add(time.Minute)
	if s = Settle(in, Decide(in), Outcome{}); !s.Issuance.ServersSince.Equal(now) {
		t.Errorf("since %s", s.Issuance.ServersSince)
	}
	in.Servers = []api.ServerFinding{answering("1", api.ServerServes)}
	if s = Settle(in, Decide(in), Outcome{}); !s.Issuance.ServersSince.IsZero() {
		t.Errorf("since %s", s.Issuance.ServersSince)
	}
}

// TestSettle_NamesTheServerWithoutWhichItGoesOn: once, however often challenges are accepted.
func TestSettle_NamesTheServerWithoutWhichItGoesOn(t *testing.T) {
	in := beforeAccept(servers(answering("1", api.ServerServes), answering("2", api.ServerLame)), differing(time.Hour))
	for range 2 {
		s := Settle(in, Decide(in), Outcome{})
		named := 0
		for _, h := range s.Status.History {
			if h.Reason == api.ReasonNameServersDiffer && strings.Contains(h.Message, "ns2.example.net (192.0.2.2)") {
				named++
			}
		}
		if named != 1 {
			t.Errorf("history %+v", s.Status.History)
		}
		in.Stored, in.HasStatus = s.Status, true
	}
}

// TestDecide_WhatWasWrongIsNotRightUnread: while a server that was wrong cannot be read, however long ago that was, the validation
// begins only after the servers were asked in vain for some minutes; and it does begin then.
func TestDecide_WhatWasWrongIsNotRightUnread(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		age := func(label string) time.Duration {
			return time.Duration(rapid.IntRange(1, 6*60).Draw(t, label)) * time.Minute
		}
		unread := rapid.SampledFrom([]option{
			func(in *Input) { in.ServersErr = failing(api.Transient, api.ReasonDNSFailed, "ns1 cannot be resolved") },
			servers(answering("1", api.ServerSilent)), servers(answering("1", api.ServerLame)), servers(answering("1", api.ServerUnreachable)), servers(),
		}).Draw(t, "answer")
		in := beforeAccept(unread, differing(age("differ")), wrongFor(age("wrong")))
		for asked := time.Duration(0); asked <= 3*time.Hour; asked = in.Now.Sub(now) {
			p := Decide(in)
			if p.Action == Accept {
				if known := now.Sub(in.Issuance.ServersWrongAt) < agreeWithin; asked < lameWithin && (known || in.Issuance.ServersSince.Before(in.Issuance.ServersWrongAt)) {
					t.Fatalf("a validation is spent %s after the first answer was missing", asked)
				}
				return
			}
			s := Settle(in, p, Outcome{})
			in.Stored, in.HasStatus, in.Issuance, in.Now = s.Status, true, s.Issuance, p.At
		}
		t.Fatalf("it waits for ever: %+v", Decide(in))
	})
}

// TestDecide_NeverRefusesForEverWhatACAMayFind: whatever the servers answer, after an hour the validation begins if one of them has
// the value; it never begins where each answers without it.
func TestDecide_NeverRefusesForEverWhatACAMayFind(t *testing.T) {
	states := []api.ServerState{api.ServerServes, api.ServerLacks, api.ServerBogus, api.ServerLame, api.ServerSilent, api.ServerUnreachable}
	rapid.Check(t, func(t *rapid.T) {
		var findings []api.ServerFinding
		serves, wrong := false, false
		for _, n := range []string{"1", "2", "3"} {
			state := rapid.SampledFrom(states).Draw(t, "state")
			serves = serves || state == api.ServerServes
			wrong = wrong || state == api.ServerLacks || state == api.ServerBogus
			findings = append(findings, answering(n, state))
		}
		age := time.Duration(rapid.IntRange(0, 100).Draw(t, "minutes")) * time.Minute
		p := Decide(beforeAccept(servers(findings...), differing(age)))
		switch accepts := p.Action == Accept; {
		case age >= agreeWithin && accepts != (serves || !wrong):
			t.Fatalf("after %s: %+v", age, p)
		case accepts && wrong && age < agreeWithin:
			t.Fatalf("a validation is spent after %s: %v", age, findings)
		case !accepts && !p.At.After(now):
			t.Fatalf("it waits until %s", p.At)
		}
	})
}

// TestDecide_AnOrderThatExpiresMeanwhileSaysWhy: an hour is not the longest that name servers may differ.
func TestDecide_AnOrderThatExpiresMeanwhileSaysWhy(t *testing.T) {
	in := beforeAccept(wrongFor(time.Minute), func(in *Input) { in.Order.Status = api.OrderInvalid })
	p := Decide(in)
	if p.Action != DropIssuance || api.ReasonOf(p.Failure, "") != api.ReasonNameServersDiffer || !strings.Contains(api.MessageOf(p.Failure), "not every name server had the TXT records until the order ended: ") {
		t.Errorf("%+v", p)
	}
}

func TestPreflightQuestions(t *testing.T) {
	in := fresh(func(in *Input) {
		in.Zones = []api.ChallengeZone{wwwZone,
			{Domain: "api.example.com", FQDN: "_acme-challenge.api.example.com", Zone: "ZCOM"},
			{Domain: "cdn.example.com", FQDN: "cdn.challenges.test", Zone: "ZCHALLENGES"},
			{Domain: "img.example.com", FQDN: "img.challenges.test", Zone: "ZCHALLENGES"}}
	})
	var asked []string
	for _, q := range PreflightQuestions(in) {
		asked = append(asked, q.Domain)
		if q.Value != "" {
			t.Errorf("%+v", q)
		}
	}
	if got := strings.Join(asked, " "); got != "www.example.com cdn.example.com img.example.com" {
		t.Errorf("asked is %s", got)
	}
	in.Zones = nil
	for i := range 30 {
		in.Zones = append(in.Zones, api.ChallengeZone{Domain: strings.Repeat("a", i+1), FQDN: challengeName(strings.Repeat("a", i+1)), Zone: strings.Repeat("Z", i+1)})
	}
	if n := len(PreflightQuestions(in)); n != mostPreflight {
		t.Errorf("%d questions", n)
	}
}

func TestCheckCertificate_NameServers(t *testing.T) {
	one := answering("1", api.ServerServes)
	for sentence, c := range map[string]struct {
		option option
		want   string
	}{
		"all answer":                      {servers(one), "NameServers Fine every name server answers"},
		"one is lame":                     {servers(one, answering("2", api.ServerLame)), "NameServers Warning NameServersDiffer: name server ns2.example.net (192.0.2.2) of example.com does not answer for the zone"},
		"one has another CNAME":           {servers(one, answering("2", api.ServerLacks)), "NameServers Warning NameServersDiffer: name server ns2"},
		"all are lame":                    {servers(answering("2", api.ServerLame)), "NameServers Failed NameServersDiffer: name server ns2"},
		"all have wrong signatures":       {servers(answering("2", api.ServerBogus)), "NameServers Failed DNSSECBogus: name server ns2"},
		"none could be asked":             {servers(answering("2", api.ServerSilent)), "NameServers Unknown no name server could be asked; name server ns2"},
		"resolvers refuse the signatures": {func(in *Input) { in.ServersErr = failing(api.Transient, api.ReasonDNSSECBogus, "no") }, "NameServers Failed DNSSECBogus"},
		"resolvers do not answer":         {func(in *Input) { in.ServersErr = failing(api.Transient, api.ReasonDNSFailed, "no") }, "NameServers Unknown DNSFailed"},
	} {
		t.Run(sentence, func(t *testing.T) {
			expectChecks(t, CheckCertificate(kept(zones, c.option)), []string{"Certificate Fine", "Zone Fine", c.want, "Target Fine"})
		})
	}
	if w := OrderWarnings(kept(zones, servers(one, answering("2", api.ServerLame)))); len(w) != 1 || !strings.Contains(w[0], "ns2.example.net") {
		t.Errorf("warnings: %q", w)
	}
}
