package plan

import (
	"fmt"
	"testing"
	"time"

	"certloop/reconciler/api"
	"pgregory.net/rapid"
)

const interval = 12 * time.Hour

// paced is a world with a minimum interval, in which a certificate was obtained that long ago.
func paced(ago time.Duration, changes ...func(*api.IssuedStatus)) option {
	return func(in *Input) {
		in.Config.MinInterval = interval
		issued := api.IssuedStatus{At: in.Now.Add(-ago), Digest: in.Stored.IssuanceDigest, Force: in.Stored.IssuanceForce}
		for _, c := range changes {
			c(&issued)
		}
		status(func(s *api.CertificateStatus) { s.Issued = &issued })(in)
	}
}

func intervalUntil(at time.Time) Plan {
	return Plan{Action: Wait, Reason: api.ReasonMinimumInterval, Message: "less than 12h0m0s ago", At: at}
}

func otherNames(c *api.Certificate) { c.Domains = []string{"api.example.com"} }

// spentAt has all exemptions spent that long before the last certificate.
func spentAt(ago time.Duration) func(*api.IssuedStatus) {
	return func(i *api.IssuedStatus) {
		before := i.At.Add(-ago)
		i.SpecChangedAt, i.RepairedAt, i.ForcedAt = before, before, before
	}
}

func rejectedBefore(n int, ago time.Duration) func(*api.IssuedStatus) {
	return func(i *api.IssuedStatus) { i.Rejected, i.RejectedAt = n, now.Add(-ago) }
}

var minimumIntervalCases = map[string]expected{
	"before a renewal": {kept(at(renewAt), paced(time.Hour)), intervalUntil(renewAt.Add(11 * time.Hour))},
	"before a second repair": {
		kept(target(missing), paced(time.Hour, func(i *api.IssuedStatus) { i.RepairedAt = i.At })), intervalUntil(now.Add(11 * time.Hour))},
	"before a second change": {
		kept(paced(time.Hour, func(i *api.IssuedStatus) { i.SpecChangedAt = i.At }), spec(otherNames)), intervalUntil(now.Add(11 * time.Hour))},
	"before a second token": {
		kept(paced(time.Hour, func(i *api.IssuedStatus) { i.ForcedAt = i.At }), func(in *Input) { in.Force = "now" }), intervalUntil(now.Add(11 * time.Hour))},
	"an exemption is there again after an interval of its own": {
		kept(target(missing), paced(time.Hour, spentAt(8*time.Hour))), intervalUntil(now.Add(3 * time.Hour))},
	"after four rejected ones, whatever the record says": {
		kept(paced(30*day, rejectedBefore(4, time.Hour)), spec(otherNames)), intervalUntil(now.Add(11 * time.Hour))},
	"where the status was lost, by what was imported": {
		fresh(func(in *Input) { in.Config.MinInterval = interval }, target(both(holds(leaf("d4", now.Add(-85*day), now.Add(5*day))), known)),
			target(func(t *Target) { t.Found.ImportedAt, t.ClaimedBy = now.Add(-time.Hour), "www" }), func(in *Input) { in.Stored.Targets = nil }),
		intervalUntil(now.Add(11 * time.Hour))},
}

func TestMinimumInterval_WhatTheMinimumIntervalLetsThrough(t *testing.T) {
	for sentence, in := range map[string]Input{
		"a first certificate":          fresh(func(in *Input) { in.Config.MinInterval = interval }),
		"a renewal":                    kept(at(renewAt), paced(interval)),
		"a repair":                     kept(target(missing), paced(time.Minute)),
		"a change":                     kept(paced(time.Minute), spec(otherNames)),
		"a token":                      kept(paced(time.Minute), func(in *Input) { in.Force = "now" }),
		"a token after a change":       kept(paced(time.Minute, func(i *api.IssuedStatus) { i.SpecChangedAt = i.At }), spec(otherNames), func(in *Input) { in.Force = "now" }),
		"a repair after its interval":  kept(target(missing), paced(time.Hour, spentAt(11*time.Hour))),
		"after three rejected ones":    kept(paced(30*day, rejectedBefore(3, time.Minute)), spec(otherNames)),
		"an interval after four":       kept(paced(30*day, rejectedBefore(4, interval)), spec(otherNames)),
		"a time to come, of another's": kept(at(renewAt), paced(-time.Hour)),
		"a clean status, later":        kept(at(renewAt), func(in *Input) { in.Config.MinInterval = interval }),
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := Decide(in); got.Action != MakeKey {
				t.Errorf("decided %+v", got)
			}
		})
	}
}

func TestMinimumInterval_TheNextAttemptIsTheEndOfTheInterval(t *testing.T) {
	in := kept(at(renewAt), paced(time.Hour))
	until := renewAt.Add(11 * time.Hour)
	got := Settle(in, Decide(in), Outcome{}).Status
	c, _ := api.GetCondition(got.Conditions, api.ConditionIssuing)
	if !got.NextAttemptAt.Equal(until) || c.Status != api.ConditionFalse || c.Reason != api.ReasonMinimumInterval || !api.IsTrue(got.Conditions, api.ConditionReady) {
		t.Errorf("next attempt at %s, want %s; %+v", got.NextAttemptAt, until, c)
	}
	in = stored(in, Settled{Status: got}).with(func(in *Input) { in.Force = "now" })
	if p := Decide(in); p.Action != MakeKey {
		t.Errorf("what is shown holds up a token: %+v", p)
	}
	in = in.with(func(in *Input) { in.Force = "" }, at(until))
	if p := Decide(in); p.Action != MakeKey {
		t.Errorf("it is over, and decided is %+v", p)
	}
}

// TestMinimumInterval_ABackOffIsNoInterval: what a failure wrote stays.
func TestMinimumInterval_ABackOffIsNoInterval(t *testing.T) {
	in := kept(at(renewAt), paced(time.Hour), failed(func(s *api.CertificateStatus) {
		s.Failures, s.FailedDigest, s.FailureBackoffUntil = 1, current, renewAt.Add(5*time.Minute)
	}))
	if got := Settle(in, Decide(in), Outcome{}).Status; !got.NextAttemptAt.Equal(renewAt.Add(5 * time.Minute)) {
		t.Errorf("next attempt at %s", got.NextAttemptAt)
	}
}

func TestMinimumInterval_AnOrderThatIsGivenUpAfterItsFinalizationCounts(t *testing.T) {
	for sentence, c := range map[string]struct {
		in     Input
		counts bool
	}{
		"the CA had its request":     {kept(issuing(ordered, otherDigest, finalizedFor(time.Minute)), order(api.OrderProcessing)), true},
		"it never had":               {kept(issuing(ordered, otherDigest), order(api.OrderPending)), false},
		"the CA ended it":            {kept(issuing(ordered, finalizedFor(time.Minute)), order(api.OrderInvalid)), false},
		"the certificate is counted": {kept(issuing(finalizedFor(time.Minute), held(successor), otherDigest)), false},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := next(t, c.in, DropIssuance, Outcome{}).Status.Issued; (got != nil) != c.counts {
				t.Errorf("on record is %+v", got)
			}
		})
	}
}

func TestMinimumInterval_ALifetimeThatNoSuccessorFitsIntoIsRejected(t *testing.T) {
	s := newDraft(fresh(func(in *Input) { in.Config.MinInterval = interval }))
	for sentence, c := range map[string]struct {
		from, to time.Duration
		long     bool
	}{
		"a day":                             {-time.Hour, 23 * time.Hour, true},
		"thirteen hours":                    {0, 13 * time.Hour, true},
		"a second less":                     {0, 13*time.Hour - time.Second, false},
		"most of it over":                   {-89 * day, time.Hour, false},
		"it begins later":                   {time.Hour, 13 * time.Hour, false},
		"it begins later and lasts as long": {time.Hour, 14 * time.Hour, true},
	} {
		t.Run(sentence, func(t *testing.T) {
			err := longEnough(&s.facts, leaf("a1", now.Add(c.from), now.Add(c.to)))
			if (err == nil) != c.long || (err != nil && (api.ReasonOf(err, "") != api.ReasonLifetimeTooShort || api.KindOf(err) != api.Terminal)) {
				t.Errorf("%v", err)
			}
		})
	}
}

// TestMinimumInterval_NoRecordGetsMoreThanFourCertificatesPerInterval, whatever happens to it and whenever: each step is a certificate
// that is obtained as soon as the interval lets it through.
func TestMinimumInterval_NoRecordGetsMoreThanFourCertificatesPerInterval(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := kept(paced(30 * day))
		in.Config.MinInterval = interval
		var obtained []time.Time
		for n := range rapid.IntRange(1, 60).Draw(t, "events") {
			in.Now = in.Now.Add(time.Duration(rapid.Int64Range(1, 7200).Draw(t, "seconds")) * time.Second)
			in.Force = ""
			in.Targets[0].Found = installed(ownARN, leaf("a1", in.Now.Add(-80*day), in.Now.Add(10*day)), place) // its renewal is due
			switch one(t, "event", "change", "repair", "force", "renewal") {
			case "change":
				in = in.with(spec(func(c *api.Certificate) { c.Domains = []string{fmt.Sprintf("n%d.example.com", n)} }))
			case "repair":
				in.Targets[0].Found = nil
			case "force":
				in.Force = fmt.Sprint("token ", n)
			}
			if Decide(in).Action != MakeKey {
				in = stored(in, Settle(in, Decide(in), Outcome{}))
				continue
			}
			in = stored(in, Settle(in, Decide(in), Outcome{Sealed: []byte("sealed")}))
			s := newDraft(in)
			s.noteIssued()
			s.next.IssuanceDigest, s.next.IssuanceForce = s.digest, s.next.Force
			in.Stored, in.Issuance = s.next, nil
			in.HasStatus = true
			obtained = append(obtained, in.Now)
		}
		for i := range obtained {
			if j := i + 4; j < len(obtained) && obtained[j].Sub(obtained[i]) < interval {
				t.Fatalf("five within %s, from %s", obtained[j].Sub(obtained[i]), obtained[i])
			}
		}
	})
}

// TestMinimumInterval_TheIntervalHoldsUpNothingThatHasBegun.
func TestMinimumInterval_TheIntervalHoldsUpNothingThatHasBegun(t *testing.T) {
	in := kept(at(renewAt), paced(time.Hour), issuing(func(i *api.Issuance) { i.RenewalOf = "a1" }), zones)
	if got := Decide(in); got.Action != NewOrder {
		t.Errorf("decided %+v", got)
	}
}

func TestMinimumInterval_AnObtainedCertificateIsOnRecord(t *testing.T) {
	for exemption, at := range map[api.Reason]func(*api.IssuedStatus) time.Time{
		"":                    func(i *api.IssuedStatus) time.Time { return i.At },
		api.ReasonSpecChanged: func(i *api.IssuedStatus) time.Time { return i.SpecChangedAt },
		api.ReasonRepair:      func(i *api.IssuedStatus) time.Time { return i.RepairedAt },
		api.ReasonForced:      func(i *api.IssuedStatus) time.Time { return i.ForcedAt },
	} {
		s := newDraft(kept(issuing(func(i *api.Issuance) { i.Exemption, i.Force = exemption, "now" })))
		s.noteIssued()
		got := s.next.Issued
		spent := 0
		for _, t := range []time.Time{got.SpecChangedAt, got.RepairedAt, got.ForcedAt} {
			if !t.IsZero() {
				spent++
			}
		}
		if !got.At.Equal(now) || !at(got).Equal(now) || (exemption == "") != (spent == 0) || spent > 1 || got.Digest != s.iss.Digest || got.Force != "now" {
			t.Errorf("%q: %+v", exemption, got)
		}
	}
}

func TestMinimumInterval_RejectionsAreCountedUntilAnIntervalWithoutOne(t *testing.T) {
	s := newDraft(kept(paced(30 * day)))
	for n := range 3 {
		s.noteRejected()
		if got := s.next.Issued; got.Rejected != n+1 || !got.RejectedAt.Equal(s.Now) || got.At.IsZero() {
			t.Errorf("%+v", got)
		}
		s.Now = s.Now.Add(interval - time.Second)
	}
	s.Now = s.Now.Add(time.Second)
	if s.noteRejected(); s.next.Issued.Rejected != 1 {
		t.Errorf("after an interval: %+v", s.next.Issued)
	}
}

// TestMinimumInterval_WhatALostStatusLeavesOfTheInterval: certificates with our tag tell it, and no others.
func TestMinimumInterval_WhatALostStatusLeavesOfTheInterval(t *testing.T) {
	young := leaf("d4", now.Add(-2*time.Hour), now.Add(day))
	old := leaf("d4", now.Add(-85*day), now.Add(5*day))
	imported := func(t *Target) { t.Found.ImportedAt = now.Add(-time.Hour) }
	for sentence, c := range map[string]struct {
		change func(*Target)
		want   time.Time
	}{
		"its import":                     {both(holds(old), imported), now.Add(-time.Hour)},
		"its start":                      {both(holds(young), func(t *Target) { t.Found.ImportedAt = now.Add(-3 * time.Hour) }), now.Add(-2 * time.Hour)},
		"of an adopted one its start":    {both(both(holds(old), imported), func(t *Target) { t.Found.Tags[api.TagAdopted] = "true" }), old.NotBefore},
		"of a named one too":             {both(both(holds(old), imported), func(t *Target) { t.ACMARN = ownARN }), old.NotBefore},
		"of another's nothing":           {both(both(holds(old), imported), func(t *Target) { t.Found.Tags[api.TagOwner] = table + "/api" }), time.Time{}},
		"of a placeholder nothing":       {both(both(holds(old), imported), func(t *Target) { t.Found.Tags[api.TagPlaceholder] = "true" }), time.Time{}},
		"where there is nothing nothing": {func(*Target) {}, time.Time{}},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := lastIssued(&newDraft(fresh(target(c.change))).facts); !got.Equal(c.want) {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

// TestMinimumInterval_AChainThatWasObtainedAMomentAgoIsInstalled although its renewal is due already: no better one can be had.
func TestMinimumInterval_AChainThatWasObtainedAMomentAgoIsInstalled(t *testing.T) {
	due := leaf("b2", now.Add(-80*day), now.Add(10*day))
	in := fresh(issuing(held(due)), func(in *Input) { in.Config.MinInterval = interval })
	obtained := func(ago time.Duration) option {
		return status(func(s *api.CertificateStatus) { s.Issued = &api.IssuedStatus{At: now.Add(-ago)} })
	}
	if got := Decide(in.with(obtained(time.Minute))); got.Action != Import {
		t.Errorf("decided %+v", got)
	}
	if got := Decide(in.with(obtained(interval))); got.Action != DropIssuance {
		t.Errorf("after the interval: decided %+v", got)
	}
	ended := fresh(issuing(held(leaf("b2", now.Add(-80*day), now))), func(in *Input) { in.Config.MinInterval = interval }, obtained(time.Minute))
	if got := Decide(ended); got.Action != DropIssuance {
		t.Errorf("at its end: decided %+v", got)
	}
}

// TestMinimumInterval_ACertificateWithTheSameStart: the import tells which of the two is the newer one.
func TestMinimumInterval_ACertificateWithTheSameStart(t *testing.T) {
	next := leaf("b2", began, ends)
	for sentence, c := range map[string]struct {
		imported time.Time
		lacks    bool
	}{
		"it was imported before the order": {now.Add(-time.Hour), true},
		"and meanwhile":                    {now.Add(-time.Second), false},
	} {
		t.Run(sentence, func(t *testing.T) {
			in := kept(issuing(held(next)), target(func(t *Target) { t.Found.ImportedAt = c.imported }))
			if got := newDraft(in).lacksHeld(0); got != c.lacks {
				t.Errorf("it lacks it: %v", got)
			}
		})
	}
}
