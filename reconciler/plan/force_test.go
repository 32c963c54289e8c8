package plan

import (
	"strings"
	"testing"
	"time"

	"certloop/reconciler/api"
)

// forcedAgo is a record of which a token forced the last certificate that long ago, under a policy that allows one a day.
func forcedAgo(ago time.Duration, of ...func(*api.Policy)) option {
	return func(in *Input) {
		if len(of) == 0 {
			of = append(of, onceADay)
		}
		policies(of...)(in)
		inPolicy("a", false)(in)
		status(func(s *api.CertificateStatus) {
			s.Issued = &api.IssuedStatus{At: in.Now.Add(-ago), Digest: s.IssuanceDigest, Force: "old", LastForcedAt: in.Now.Add(-ago)}
			s.Force, s.IssuanceForce, s.RenewToken = "old", "old", "old"
		})(in)
		spec(func(c *api.Certificate) { c.RenewToken = "old" })(in)
		in.Stored.SpecDigest = in.SpecDigest
		in.Stored.IssuanceDigest = newDraft(*in).digest
	}
}

func onceADay(p *api.Policy) { p.MinForceInterval = day }

func renewToken(token string) option {
	return spec(func(c *api.Certificate) { c.RenewToken = token })
}

// forcing is an issuance that the token forces, of a record that has that token.
func forcing(token string, changes ...func(*api.Issuance)) option {
	return func(in *Input) {
		status(func(s *api.CertificateStatus) { s.Force = token })(in)
		issuing(append(changes, func(i *api.Issuance) { i.Force = token })...)(in)
	}
}

func TestForce_ARenewTokenThatComesTooEarlyWaits(t *testing.T) {
	in := kept(forcedAgo(time.Hour), renewToken("new"))
	until := now.Add(23 * time.Hour)
	s := restOf(t, in)
	if c := conditionOf(s, api.ConditionIssuing); c.Reason != api.ReasonPolicyDenied || !strings.Contains(c.Message, until.Format(time.RFC3339)) {
		t.Errorf("%+v", c)
	}
	if s.Status.Force != "old" || s.Status.RenewToken != "old" || !s.At.Equal(until) || !api.IsTrue(s.Status.Conditions, api.ConditionAccepted) {
		t.Errorf("force %q, token %q, again at %s", s.Status.Force, s.Status.RenewToken, s.At)
	}
	in = seenAgain(in, s)
	in.Now = until
	if p := Decide(in); p.Action != MakeKey {
		t.Errorf("when the time is over: %+v", p)
	}
}

func TestForce_WhoMayForceWhen(t *testing.T) {
	never := func(p *api.Policy) { p.Domains, p.MinForceInterval = []string{}, 0 }
	for sentence, c := range map[string]struct {
		in      Input
		refused bool
	}{
		"an hour after the last one":               {kept(forcedAgo(time.Hour)), true},
		"a day after it":                           {kept(forcedAgo(day)), false},
		"while the CA may have made a forced one":  {kept(forcedAgo(day), forcing("one", finalized)), true},
		"while one is ordered and not finalized":   {kept(forcedAgo(day), forcing("one", ordered)), false},
		"while a renewal is finalized":             {kept(forcedAgo(day), forcing("old", finalized)), false},
		"while one that was given up may be made":  {kept(forcedAgo(day), forcing("one", func(i *api.Issuance) { i.GivenUpOrder = orderURL })), true},
		"where none was forced before":             {kept(policies(onceADay), inPolicy("a", false)), false},
		"without a policy":                         {kept(forcedAgo(time.Hour, onceADay), func(in *Input) { in.Policies = api.PolicySet{Version: 9} }), false},
		"where another policy has no such bound":   {kept(forcedAgo(time.Hour, onceADay, allowsAll)), false},
		"where that other does not allow it":       {kept(forcedAgo(time.Hour, onceADay, never)), true},
		"where the other would need a place":       {kept(forcedAgo(time.Hour, onceADay, admits(1))), true},
		"where the other bounds it less":           {kept(forcedAgo(2*time.Hour, onceADay, func(p *api.Policy) { p.MinForceInterval = time.Hour })), false},
		"a time that lies ahead is not believed":   {kept(forcedAgo(-time.Hour)), false},
		"the token that forced the last one again": {kept(forcedAgo(time.Hour), func(in *Input) { in.Force = "old" }), false},
	} {
		if c.in.Force == "" {
			c.in.Force = "new"
		}
		why := ForceRefused(c.in)
		if (why != "") != c.refused {
			t.Errorf("%s: %q", sentence, why)
		}
		p := Decide(c.in)
		if forces := p.Action == MakeKey || p.Action == DropIssuance; forces == c.refused && c.in.Force == "new" {
			t.Errorf("%s: %+v", sentence, p)
		}
		if c.refused && !strings.HasPrefix(why, "PolicyDenied: force: the policies allow another forced certificate at 2026-03-02T") {
			t.Errorf("%s: %q", sentence, why)
		}
	}
}

func TestForce_OnlyACertificateThatATokenForcedCounts(t *testing.T) {
	for sentence, c := range map[string]struct {
		change func(*draft)
		want   time.Time
	}{
		"a forced one":                      {func(s *draft) { s.iss.Force = "new" }, now},
		"the next one, which renews it":     {func(s *draft) { s.iss.Force = "old" }, now.Add(-time.Hour)},
		"one without a token":               {func(s *draft) { s.iss.Force = "" }, now.Add(-time.Hour)},
		"a forced one after a lost status":  {func(s *draft) { s.iss.Force, s.next.Issued, s.next.IssuanceForce = "new", nil, "" }, now},
		"a renewal by a status of long ago": {func(s *draft) { s.iss.Force, s.next.Issued, s.next.IssuanceForce = "old", nil, "old" }, time.Time{}},
	} {
		s := newDraft(kept(forcedAgo(time.Hour)))
		c.change(s)
		if s.noteIssued(); !s.issued().LastForcedAt.Equal(c.want) {
			t.Errorf("%s: %s", sentence, s.issued().LastForcedAt)
		}
	}
}
