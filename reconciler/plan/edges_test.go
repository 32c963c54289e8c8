package plan

import (
	"strings"
	"testing"
	"time"

	"certloop/reconciler/api"
)

// Each of these holds one operand of a condition, which no other test misses.

func TestNeedsGivenUp_AsksOnlyWhereAnotherOrderMayFollow(t *testing.T) {
	givenUp := issuing(func(i *api.Issuance) { i.GivenUpOrder = orderURL })
	for name, c := range map[string]struct {
		in   Input
		want bool
	}{
		"before another order":            {fresh(givenUp), true},
		"none was given up":               {fresh(issuing()), false},
		"of a suspended record":           {fresh(givenUp, spec(func(c *api.Certificate) { c.Suspend = true })), false},
		"a chain is held":                 {fresh(issuing(held(successor), func(i *api.Issuance) { i.GivenUpOrder, i.OrderURL = orderURL, "" })), false},
		"for another digest":              {fresh(issuing(func(i *api.Issuance) { i.GivenUpOrder, i.Digest = orderURL, "another" })), false},
		"the account is not ready":        {fresh(givenUp, account(notReady)), false},
		"another order is pending":        {fresh(issuing(ordered, func(i *api.Issuance) { i.GivenUpOrder = orderURL + "0" }), order(api.OrderPending)), false},
		"another order is to be finished": {fresh(issuing(ordered, func(i *api.Issuance) { i.GivenUpOrder = orderURL + "0" }), order(api.OrderReady)), true},
	} {
		if got := NeedsGivenUp(c.in); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestSettleAccount_TheNextAttemptOfALostKeyIsItsNextCheck(t *testing.T) {
	for _, err := range []error{failing(api.NotFound, "", "gone"), failing(api.Transient, api.ReasonSecretUnavailable, "no answer")} {
		in := registered()
		in.KeyErr = err
		p := DecideAccount(in)
		if s, _ := SettleAccount(in, p, AccountOutcome{}); p.At.IsZero() || !s.NextAttemptAt.Equal(p.At) {
			t.Errorf("%v: the next attempt is at %s, not %s", err, s.NextAttemptAt, p.At)
		}
	}
}

func TestAuthorize_AValueOfTheLongestLengthStaysWhole(t *testing.T) {
	for length, cut := range map[int]bool{160: false, 161: true} {
		if got := shortValue(strings.Repeat("é", length)); strings.HasSuffix(got, "…") != cut {
			t.Errorf("%d characters: %q", length, got)
		}
	}
}

func TestPrefer_TheKnownOneOnEitherSide(t *testing.T) {
	older, newer := installed(ownARN, leaf("a1", began, ends), place), installed(otherARN, leaf("b2", began, ends), place)
	newer.ImportedAt = older.ImportedAt.Add(time.Hour)
	if in := kept(); !Prefer(in, ownARN, older, newer) || Prefer(in, ownARN, newer, older) || Prefer(in, "", older, newer) {
		t.Error("the certificate at the known ARN is not preferred to a newer one, or an unknown one is")
	}
}

func TestNotices_AnEmptyOutboxDoesNotPause(t *testing.T) {
	if outboxPauses(api.CertificateStatus{NextDeliveryAt: now.Add(time.Hour)}, now) {
		t.Error("it pauses")
	}
}

func TestSettle_ADeletedRecordIsNotOutdated(t *testing.T) {
	for name, c := range map[string]struct {
		in       Input
		outdated bool
	}{
		"an unknown digest keeps what was known": {kept(status(func(s *api.CertificateStatus) { s.Outdated = true }), account(noAccount)), true},
		"a deleted record asks for nothing":      {kept(status(func(s *api.CertificateStatus) { s.Outdated = true }), recordGone(api.Retain)), false},
		"the one in place is what is asked for":  {kept(status(func(s *api.CertificateStatus) { s.Outdated = true })), false},
	} {
		if got := Settle(c.in, Plan{Action: Wait, Reason: api.ReasonNotNeeded}, Outcome{}).Status.Outdated; got != c.outdated {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestExpiry_OnlyAKeptCertificateEnds(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*api.TargetStatus)
		want   bool
	}{
		"in place":      {func(*api.TargetStatus) {}, true},
		"without ARN":   {func(t *api.TargetStatus) { t.ARN = "" }, false},
		"dropped":       {func(t *api.TargetStatus) { t.DroppedSince = now }, false},
		"nobody's":      {func(t *api.TargetStatus) { t.Claimed, t.Imported = false, false }, false},
		"a placeholder": {func(t *api.TargetStatus) { t.Reason = api.ReasonPlaceholder }, false},
	} {
		f := factsOf(kept())
		ts := f.next.Targets[0]
		c.change(&ts)
		if got := hasCertificate(f, &ts); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// An old failure says nothing about a record that is not accepted any more.
func TestConditions_IssuingOfARecordThatIsNotAcceptedIsBlocked(t *testing.T) {
	failed := status(func(s *api.CertificateStatus) {
		s.LastReason, s.LastError, s.Failures = api.ReasonOrderFailed, "the CA rejected the order", 1
	})
	for name, in := range map[string]Input{
		"no policy allows it":                  fresh(failed, policies(allowsDomains())),
		"no target can accept the certificate": fresh(failed, target(unclaimed)),
		"it is not valid":                      fresh(failed, issuing(ordered), invalid),
	} {
		conditions := Settle(in, Plan{Action: Wait, Reason: api.ReasonNotNeeded}, Outcome{}).Status.Conditions
		if c, _ := api.GetCondition(conditions, api.ConditionIssuing); c.Reason != api.ReasonBlocked {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

// A status that was thrown away does not know which certificate was last in place. The order that exists tells what the
// record asks for, so that it is completed also where another certificate satisfies by then.
func TestDecide_AnOrderIsCompletedAfterTheStatusIsLost(t *testing.T) {
	for name, c := range map[string]struct {
		known string
		want  Action
	}{"the status is lost": {"", Publish}, "it is known to be in place": {current, DropIssuance}} {
		in := kept(issuing(ordered), order(api.OrderPending), status(func(s *api.CertificateStatus) { s.IssuanceDigest = c.known }))
		if p := Decide(in); p.Action != c.want {
			t.Errorf("%s: %+v, want %s", name, p, c.want)
		}
	}
}
