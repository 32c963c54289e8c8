package plan

import (
	"slices"
	"strings"
	"testing"
	"time"

	"certloop/reconciler/api"
)

// Each test here holds one guard of the rollout that no other test needs.

// bothWaves is a rollout whose certificate is at both targets, with a rollback of both if it is decided.
func bothWaves(options ...option) Input {
	second := nthTarget(1, func(t *Target) {
		t.Found = installed(otherARN, successor, t.Stored.Key)
		t.Found.ImportedAt = now.Add(-time.Hour)
	})
	return inWaves(slices.Concat([]option{second, alsoIssuing(replacedAt(place, tokyo))}, options)...)
}

// TestRollback_OneTargetDelaysNoOther: a target that pauses, backs off or is not proved to be ours is passed over.
func TestRollback_OneTargetDelaysNoOther(t *testing.T) {
	back := alsoIssuing(backAt(place, tokyo))
	kept := predecessorLeaf().Serial
	for sentence, delayed := range map[string]option{
		"it was tried a moment ago": status(func(s *api.CertificateStatus) {
			s.Attempts = map[string]api.Attempt{attemptKey(Import, place): {Count: 3, Last: now}}
		}),
		"it backs off": target(func(t *Target) {
			t.Stored.FailedSerial, t.Stored.NextAttemptAt, t.Stored.Failures = kept, now.Add(time.Hour), 1
		}),
		"it is not ours":    target(func(t *Target) { t.Found.Tags = nil }),
		"it has it already": target(holds(predecessorLeaf())),
	} {
		if p := Decide(bothWaves(back, delayed)); !p.PutBack || p.Target != tokyo {
			t.Errorf("%s: %s %s %q", sentence, p.Action, p.Target, p.Message)
		}
	}
	another := target(func(t *Target) {
		t.Stored.FailedSerial, t.Stored.NextAttemptAt, t.Stored.Failures = "b2", now.Add(time.Hour), 1
	})
	if p := Decide(inWaves(alsoIssuing(backAt(place)), another)); !p.PutBack {
		t.Errorf("the import of the new certificate failed before, and that delays the one before: %+v", p)
	}
}

// TestRollback_OfWhichTargets says which targets a decision is about.
func TestRollback_OfWhichTargets(t *testing.T) {
	fails := func(key string) option {
		return probed(aWhileAgo, func(e *api.ServedEndpoint) { e.State, e.Target = api.ServedUnreachable, key })
	}
	oneWave := seen(spec(func(c *api.Certificate) { c.Rollout.Waves = [][]string{{place, tokyo}} }))
	rollback := rollingOut(api.OnFailureRollback)
	for sentence, c := range map[string]struct {
		in   Input
		want []string
	}{
		"asked for, every target that has it":       {bothWaves(asksRollback), []string{place, tokyo}},
		"not one that has another certificate":      {bothWaves(asksRollback, nthTarget(1, func(t *Target) { t.Found = installed(otherARN, leaf("c3", now, ends), t.Stored.Key) })), []string{place}},
		"nor one that is not proved to be ours":     {bothWaves(asksRollback, nthTarget(1, func(t *Target) { t.Found.Tags = nil })), []string{place}},
		"nor one where it was not there before":     {bothWaves(asksRollback, alsoIssuing(replacedAt(place))), []string{place}},
		"nor one that left the record":              {bothWaves(asksRollback, nthTarget(1, dropped)), []string{place}},
		"of one wave, the target that fails":        {bothWaves(rollback, oneWave, fails(tokyo)), []string{tokyo}},
		"every target, if which one is not known":   {bothWaves(rollback, oneWave, fails("")), []string{place, tokyo}},
		"none while no wave failed":                 {bothWaves(rollback, oneWave), nil},
		"none where the record does not ask for it": {bothWaves(oneWave, fails(tokyo)), nil},
	} {
		back := rollbackTo(factsOf(c.in))
		if (back == nil) != (c.want == nil) || back != nil && !slices.Equal(back.Targets, c.want) {
			t.Errorf("%s: %+v, want %v", sentence, back, c.want)
		}
	}
}

// TestRollback_EndsForATargetThatGotTheNewOne: what the target had was of no use any more.
func TestRollback_EndsForATargetThatGotTheNewOne(t *testing.T) {
	in := inWaves(alsoIssuing(backAt(place, tokyo)), nthTarget(1, func(t *Target) { t.Found.NotAfter = now.Add(-time.Hour) }), target(holds(predecessorLeaf())))
	p := Decide(in)
	if p.Action != Import || p.Target != tokyo || p.PutBack {
		t.Fatalf("decided %+v", p)
	}
	if back := Settle(in, p, Outcome{ARN: otherARN}).Issuance.Rollback; back == nil || !slices.Equal(back.Targets, []string{place}) {
		t.Errorf("the rollback is about %+v", back)
	}
	if was := in.Issuance.Rollback.Targets; len(was) != 2 {
		t.Errorf("the input was changed: %v", was)
	}
}

// TestKept_IsErasedWhenItIsOfNoUse: with it a decision to put it back.
func TestKept_IsErasedWhenItIsOfNoUse(t *testing.T) {
	back := alsoIssuing(backAt(place))
	for sentence, c := range map[string]struct {
		in   Input
		kept bool
	}{
		"the rollout was removed": {inWaves(back, seen(spec(func(c *api.Certificate) { c.Rollout = nil }))), false},
		"it ended":                {inWaves(back, nothingIsDue, at(ends)), false},
		"it cannot be read":       {inWaves(back, alsoIssuing(func(i *api.Issuance) { i.Kept = &api.KeptCertificate{SealedKey: []byte("s"), Chain: "-----BEGIN"} })), false},
		"there is none":           {inWaves(back, alsoIssuing(func(i *api.Issuance) { i.Kept = nil })), false},
		"the next one is ordered": {inWaves(issuing(ordered, keeps, backAt(place), replacedAt(place))), true},
	} {
		f := factsOf(c.in)
		if (f.iss.Kept != nil) != c.kept || f.iss.Rollback != nil || f.iss.Replaced != nil {
			t.Errorf("%s: %+v, %+v, %v", sentence, f.iss.Kept, f.iss.Rollback, f.iss.Replaced)
		}
	}
}

// TestKept_NotesWhereItWas: a rollback brings it to no other target.
func TestKept_NotesWhereItWas(t *testing.T) {
	goesTo := func(in Input) []string {
		return Intend(in, Plan{Action: Import, Target: tokyo, ARN: otherARN}, now).Issuance.Replaced
	}
	if got := goesTo(inWaves()); !slices.Equal(got, []string{place, tokyo}) {
		t.Errorf("it was at both: %v", got)
	}
	if got := goesTo(inWaves(alsoIssuing(replacedAt(place, tokyo)))); len(got) != 2 {
		t.Errorf("it is noted twice: %v", got)
	}
	other := nthTarget(1, func(t *Target) { t.Found = installed(otherARN, leaf("c3", began, ends), t.Stored.Key) })
	if got := goesTo(inWaves(other)); !slices.Equal(got, []string{place}) {
		t.Errorf("another certificate was at the second: %v", got)
	}
}

// TestRollout_WhatEndsAWave has the guards of the judgement.
func TestRollout_WhatEndsAWave(t *testing.T) {
	imported := func(ago time.Duration) option { return target(func(t *Target) { t.Found.ImportedAt = now.Add(-ago) }) }
	probedAgo := func(ago time.Duration) option { return func(in *Input) { in.Served.CheckedAt = now.Add(-ago) } }
	untrusted := func(e *api.ServedEndpoint) { e.Untrusted = true }
	for sentence, c := range map[string]struct {
		in   Input
		want waveState
		says string
	}{
		"a target that cannot be read":                        {inWaves(target(blind)), waveImporting, ""},
		"a target that can never take it delays nobody":       {inWaves(target(ofAnotherKey), nthTarget(1, asIs)), waveImporting, "into " + tokyo},
		"an endpoint that is late, seen so once":              {inWaves(imported(4*time.Hour), probed(now.Add(-time.Minute), inState(api.ServedPrevious))), waveAwaited, ""},
		"an endpoint that is late, seen so twice":             {inWaves(imported(4*time.Hour), probed(now.Add(-3*time.Hour), inState(api.ServedPrevious))), waveFailed, ""},
		"a late endpoint without a probe since the import":    {inWaves(imported(4*time.Hour), probed(now.Add(-6*time.Hour), inState(api.ServedPrevious)), probedAgo(5*time.Hour)), waveAwaited, ""},
		"an untrusted chain without a probe since the import": {inWaves(imported(4*time.Hour), probed(now.Add(-6*time.Hour), untrusted), probedAgo(5*time.Hour)), waveAwaited, ""},
		"a chain that is trusted no more, seen twice":         {inWaves(probed(aWhileAgo, untrusted)), waveFailed, "no public root"},
		"a target that is not proved to be ours":              {inWaves(target(func(t *Target) { t.Found.Tags = nil })), waveImporting, ""},
		"a proof of a probe before the import":                {inWaves(imported(4*time.Hour), probed(now.Add(-6*time.Hour), func(*api.ServedEndpoint) {}), probedAgo(5*time.Hour)), waveAwaited, "none of its endpoints can be seen"},
		"the same serial is another's Current":                {inWaves(imported(4*time.Hour), probed(now.Add(-3*time.Hour), func(e *api.ServedEndpoint) { e.Serial = "a1" })), waveFailed, ""},
	} {
		if w := rolloutOf(factsOf(c.in)); w.state != c.want || !strings.Contains(w.message, c.says) {
			t.Errorf("%s: state %d, %q", sentence, w.state, w.message)
		}
	}
}

// TestRollout_TheFirstCertificateWaitsForNoProof: nothing could be put back, and nobody waits.
func TestRollout_TheFirstCertificateWaitsForNoProof(t *testing.T) {
	if p := Decide(bothWaves(alsoIssuing(func(i *api.Issuance) { i.Kept, i.Replaced = nil, nil }))); p.Action != DropIssuance || !p.Success {
		t.Errorf("decided %+v", p)
	}
}

// TestProbe_AChainThatIsTrustedNoMoreBeginsAnew: one probe is not enough to call a wave failed, also where the certificate was current
// at every probe.
func TestProbe_AChainThatIsTrustedNoMoreBeginsAnew(t *testing.T) {
	was := api.ServedEndpoint{Endpoint: api.Endpoint{Host: "one.example.net", Port: 443}, Family: api.IPv4, State: api.ServedCurrent, Since: longAgo, Seen: true, WasTrusted: true}
	is := api.ServedEndpoint{Endpoint: was.Endpoint, Family: api.IPv4, State: api.ServedCurrent, Untrusted: true}
	if remember(&is, []api.ServedEndpoint{was}, now); !is.Since.Equal(now) || !is.WasTrusted {
		t.Errorf("first %+v", is)
	}
	again := is
	if remember(&again, []api.ServedEndpoint{is}, now.Add(time.Minute)); !again.Since.Equal(now) {
		t.Errorf("then %+v", again)
	}
}
