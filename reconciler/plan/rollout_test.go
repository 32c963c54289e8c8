package plan

import (
	"slices"
	"strings"
	"testing"
	"time"

	"certloop/internal/testca"
	"certloop/reconciler/api"

	"pgregory.net/rapid"
)

// predecessor is a real certificate that was in place before successor: its chain must be readable.
var predecessor = authorities.Issue(testca.Leaf{Names: []string{"www.example.com"}, NotBefore: began, NotAfter: ends})

func predecessorLeaf() api.Leaf {
	leaf, err := api.ParseLeaf(predecessor.Certificate)
	if err != nil {
		panic(err)
	}
	return leaf
}

// inWaves is a record of two waves, whose first one has the new certificate since an hour.
func inWaves(options ...option) Input {
	return kept(slices.Concat([]option{
		another(asIs),
		rollingOut(api.OnFailureStop),
		target(holds(predecessorLeaf())), nthTarget(1, func(t *Target) { t.Found = installed(otherARN, predecessorLeaf(), t.Stored.Key) }),
		target(func(t *Target) { holds(successor)(t); t.Found.ImportedAt = now.Add(-time.Hour) }),
		issuing(held(successor), keeps, replacedAt(place)),
	}, options)...)
}

func rollingOut(onFailure api.OnFailure) option {
	return seen(spec(func(c *api.Certificate) {
		c.Targets = append(c.Targets[:1:1], api.Target{Location: api.Location{Region: tokyo}})
		c.Rollout = &api.Rollout{Waves: [][]string{{place}, {tokyo}}, Soak: 6 * time.Hour, Timeout: 3 * time.Hour, OnFailure: onFailure}
	}))
}

func keeps(i *api.Issuance) {
	i.Kept = &api.KeptCertificate{SealedKey: []byte("sealed before"), PublicKeySHA256: asked(predecessor).PublicKeySHA256,
		Chain: predecessor.Leaf + predecessor.Chain}
}

func replacedAt(keys ...string) func(*api.Issuance) {
	return func(i *api.Issuance) { i.Replaced = keys }
}

func backAt(keys ...string) func(*api.Issuance) {
	return func(i *api.Issuance) {
		i.Rollback = &api.Rollback{RolledBackAt: now.Add(-time.Minute), Targets: keys, Message: "wave 1 of 2 failed"}
	}
}

// alsoIssuing changes the issuance in flight.
func alsoIssuing(changes ...func(*api.Issuance)) option {
	return func(in *Input) {
		iss := *in.Issuance
		for _, c := range changes {
			c(&iss)
		}
		in.Issuance = &iss
	}
}

// probed returns what the endpoint of the first wave served, since then and at the last probe a minute ago.
func probed(since time.Time, change func(*api.ServedEndpoint)) option {
	return func(in *Input) {
		e := api.ServedEndpoint{Endpoint: api.Endpoint{Host: "one.example.net", Port: 443, SNI: "www.example.com", Target: place}, Family: api.IPv4,
			State: api.ServedCurrent, Serial: successor.Serial, Since: since, Seen: true, WasTrusted: true}
		change(&e)
		in.Served = &api.ServedStatus{FingerprintSHA256: successor.FingerprintSHA256, CheckedAt: now.Add(-time.Minute), Endpoints: []api.ServedEndpoint{e}}
	}
}

func inState(s api.ServedState) func(*api.ServedEndpoint) {
	return func(e *api.ServedEndpoint) { e.State = s }
}

var (
	aWhileAgo = now.Add(-50 * time.Minute)
	longAgo   = now.Add(-10 * day)
)

func putBack() Plan {
	return Plan{Action: Import, Reason: api.ReasonRollingBack, Target: place, ARN: ownARN, PutBack: true}
}

var rollBackCases = map[string]expected{
	"an endpoint of the wave broke, and the record asks for a rollback": {
		inWaves(rollingOut(api.OnFailureRollback), probed(aWhileAgo, inState(api.ServedUnreachable))),
		Plan{Action: RollBack, Reason: api.ReasonRollingBack, Message: "wave 1 of 2 failed: one.example.net:443 over IPv4 does not answer"},
	},
	"a direct invocation asks for one": {
		inWaves(func(in *Input) { in.RollBack = true }), Plan{Action: RollBack, Reason: api.ReasonRollingBack, Message: "a rollback was asked for"},
	},
	"it is decided":        {inWaves(alsoIssuing(backAt(place))), putBack()},
	"after a pause of its": {inWaves(alsoIssuing(backAt(place)), target(func(t *Target) { t.Stored.NextAttemptAt = now.Add(-time.Second) })), putBack()},
	"it is undone": {
		inWaves(alsoIssuing(backAt(place)), func(in *Input) { in.RollOutAgain = true }),
		Plan{Action: RollOutAgain, Reason: api.ReasonRollingOut, Message: "the rollback is undone"},
	},
}

// TestRollout_TheNextWaveBegins says when the second target gets the certificate.
func TestRollout_TheNextWaveBegins(t *testing.T) {
	for sentence, c := range map[string]struct {
		in     Input
		begins bool
		says   string
	}{
		"when the endpoints of the first one serve it":     {inWaves(probed(aWhileAgo, func(*api.ServedEndpoint) {})), true, ""},
		"not while one serves the certificate before":      {inWaves(probed(aWhileAgo, inState(api.ServedPrevious))), false, "waiting until it is served"},
		"nor while one does not answer":                    {inWaves(probed(aWhileAgo, inState(api.ServedUnreachable))), false, "does not answer"},
		"which counts from the second probe on":            {inWaves(probed(now.Add(-time.Minute), inState(api.ServedUnreachable))), false, "waiting until it is served"},
		"nor where the chain is not trusted any more":      {inWaves(probed(aWhileAgo, func(e *api.ServedEndpoint) { e.Untrusted = true })), false, "no public root"},
		"though where it never was":                        {inWaves(probed(aWhileAgo, func(e *api.ServedEndpoint) { e.Untrusted, e.WasTrusted = true, false })), true, ""},
		"an endpoint that never served us says nothing":    {inWaves(probed(aWhileAgo, func(e *api.ServedEndpoint) { e.State, e.Seen = api.ServedOther, false })), false, "none of its endpoints can be seen"},
		"nor one that was down before the import":          {inWaves(probed(longAgo, inState(api.ServedUnreachable))), false, "none of its endpoints can be seen"},
		"nor one of another wave":                          {inWaves(probed(aWhileAgo, func(e *api.ServedEndpoint) { e.Target = tokyo })), false, "none of its endpoints can be seen"},
		"nor one of which the target is not known":         {inWaves(probed(aWhileAgo, func(e *api.ServedEndpoint) { e.Target = "" })), false, "none of its endpoints can be seen"},
		"one that can suddenly not be seen proves nothing": {inWaves(target(func(t *Target) { t.Found.ImportedAt = now.Add(-7 * time.Hour) }), probed(aWhileAgo, inState(api.ServedUnknown))), false, "cannot be seen now"},
		"until that has lasted":                            {inWaves(target(func(t *Target) { t.Found.ImportedAt = now.Add(-9 * time.Hour) }), probed(now.Add(-7*time.Hour), inState(api.ServedUnknown))), true, ""},
		"without probes it has to soak":                    {inWaves(), false, "none of its endpoints can be seen"},
		"until that is over":                               {inWaves(target(func(t *Target) { t.Found.ImportedAt = now.Add(-6 * time.Hour) })), true, ""},
		"a probe before the import shows nothing":          {inWaves(probed(aWhileAgo, func(*api.ServedEndpoint) {}), func(in *Input) { in.Served.CheckedAt = now.Add(-2 * time.Hour) }), false, "waiting for a probe"},
		"somebody else's newer certificate proves nothing": {inWaves(target(func(t *Target) { holds(leaf("c3", now, ends))(t); t.Found.ImportedAt = now })), false, "a newer certificate"},
		"what has nothing to lose does not wait":           {inWaves(nthTarget(1, missing)), true, ""},
		"nor what is about to end":                         {inWaves(nthTarget(1, func(t *Target) { t.Found.NotAfter = now.Add(2 * day) })), true, ""},
		"after a rollback nothing is installed":            {inWaves(alsoIssuing(backAt()), probed(aWhileAgo, func(*api.ServedEndpoint) {})), false, "kept and not installed"},
	} {
		p := Decide(c.in)
		if begins := p.Action == Import && p.Target == tokyo && !p.PutBack; begins != c.begins {
			t.Errorf("%s: %s %s %q", sentence, p.Action, p.Target, p.Message)
		}
		if !c.begins && !strings.Contains(p.Message, c.says) {
			t.Errorf("%s: it says %q, want %q", sentence, p.Message, c.says)
		}
	}
}

func TestRollout_AWaveThatFailsIsReportedOnce(t *testing.T) {
	in := inWaves(probed(aWhileAgo, inState(api.ServedUnreachable)))
	got := Settle(in, Decide(in), Outcome{})
	if c, _ := api.GetCondition(got.Status.Conditions, api.ConditionIssuing); c.Status != api.ConditionFalse || c.Reason != api.ReasonRolloutStopped {
		t.Errorf("Issuing is %+v", c)
	}
	if n := len(got.Status.Outbox); n != 1 || got.Status.Outbox[0].Reason != api.ReasonRolloutStopped {
		t.Errorf("notices: %+v", got.Status.Outbox)
	}
	if r := got.Status.Rollout; r == nil || r.State != api.RolloutStopped || r.Wave != 1 || r.Waves != 2 || !r.CanRollBack {
		t.Errorf("rollout: %+v", r)
	}
	in.Stored = got.Status
	if again := Settle(in, Plan{Action: Wait, Reason: api.ReasonRolloutStopped, Message: Decide(in).Message, At: now.Add(day)}, Outcome{}); len(again.Status.Outbox) != 1 {
		t.Errorf("notices after another pass: %+v", again.Status.Outbox)
	}
}

// TestRollback_TouchesOnlyWhatFailed: where the new certificate is served, or another one lies, nothing is put back.
func TestRollback_TouchesOnlyWhatFailed(t *testing.T) {
	newer := func(t *Target) { holds(leaf("c3", now, ends))(t) }
	for sentence, in := range map[string]Input{
		"somebody installed a newer certificate":     inWaves(target(newer), alsoIssuing(backAt(place))),
		"the target is another one":                  inWaves(alsoIssuing(backAt(tokyo))),
		"nothing was replaced there":                 inWaves(alsoIssuing(backAt(place), replacedAt(tokyo))),
		"the certificate is not proved to be ours":   inWaves(alsoIssuing(backAt(place)), target(func(t *Target) { t.Found.Tags = nil })),
		"the certificate before has another key":     inWaves(alsoIssuing(backAt(place), func(i *api.Issuance) { i.KeyType = api.EC384 })),
		"ACM would refuse it":                        inWaves(alsoIssuing(backAt(place), func(i *api.Issuance) { i.KeyUsages = append(i.KeyUsages, "KEY_AGREEMENT") })),
		"the certificate before ends within an hour": inWaves(alsoIssuing(backAt(place)), at(ends.Add(-time.Minute))),
	} {
		if p := Decide(in); p.PutBack {
			t.Errorf("%s: %+v", sentence, p)
		}
	}
}

func TestRollback_ALostKeyEndsIt(t *testing.T) {
	in := inWaves(alsoIssuing(backAt(place)))
	got := Settle(in, Decide(in), Outcome{NotTried: true, Err: failing(api.Terminal, api.ReasonKeyLost, "the sealed key cannot be decrypted")})
	if got.Issuance.Kept != nil || got.Issuance.Rollback != nil || got.Issuance.Chain == "" {
		t.Errorf("what is kept: %+v", got.Issuance)
	}
}

func TestKept_IsWhatIsInPlaceEverywhere(t *testing.T) {
	done := inWaves(nthTarget(1, func(t *Target) {
		t.Found = installed(otherARN, successor, t.Stored.Key)
		t.Found.ImportedAt = now.Add(-7 * time.Hour)
	}),
		target(func(t *Target) { t.Found.ImportedAt = now.Add(-14 * time.Hour) }))
	p := Decide(done)
	if p.Action != DropIssuance || !p.Success {
		t.Fatalf("after the last wave: %+v", p)
	}
	after := Settle(done, p, Outcome{}).Issuance
	if after.Kept == nil || after.Kept.Chain != "chain of b2" || string(after.Kept.SealedKey) != "sealed" || after.Chain != "" || after.IsEmpty() {
		t.Errorf("it keeps %+v", after)
	}
	without := done.with(spec(func(c *api.Certificate) { c.Rollout = nil }))
	if after := Settle(without, Decide(without), Outcome{}).Issuance; after.Kept != nil {
		t.Errorf("without a rollout it keeps %+v", after.Kept)
	}
}

// TestRenewal_IsEarlierByTheRollout: with a lead a renewal is never later, never in the first third of the lifetime because of it, and
// early enough where the lifetime allows it.
func TestRenewal_IsEarlierByTheRollout(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := leaf("a1", began, began.Add(time.Duration(rapid.IntRange(1, 400).Draw(t, "days"))*day))
		lead := time.Duration(rapid.IntRange(0, 2000).Draw(t, "lead")) * time.Hour
		before := time.Duration(rapid.IntRange(0, 100).Draw(t, "before")) * day
		plain, _ := renewal("www", l, nil, before, 0)
		at, _ := renewal("www", l, nil, before, lead)
		third := part(l.NotBefore, l.NotAfter, 1, 3)
		switch {
		case at.After(plain):
			t.Errorf("with a lead of %s it is at %s, without at %s", lead, at, plain)
		case at.Before(plain) && at.Before(third):
			t.Errorf("it is at %s, before a third of the lifetime is over: %s", at, third)
		case at.After(third) && plain.Sub(at) < lead.Truncate(time.Second):
			t.Errorf("it is %s earlier, want %s", plain.Sub(at), lead)
		}
	})
}
