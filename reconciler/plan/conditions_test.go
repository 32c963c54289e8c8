package plan

import (
	"errors"
	"testing"
	"time"

	"certloop/reconciler/api"
)

// shown is a condition as it stands after the next step of a record.
type shown struct {
	in      Input
	status  api.ConditionStatus
	reason  api.Reason
	message string
}

// watch settles each record's next decision and checks the condition. An effect is taken to have succeeded, as far
// as that matters to conditions.
func watch(t *testing.T, of api.ConditionType, table map[string]shown) {
	t.Helper()
	for sentence, c := range table {
		t.Run(sentence, func(t *testing.T) {
			got, ok := api.GetCondition(Settle(c.in, waitInstead(Decide(c.in)), Outcome{}).Status.Conditions, of)
			if !ok || got.Status != c.status || got.Reason != c.reason || got.Message != c.message {
				t.Errorf("%s because of %s: %q, want %s because of %s: %q", got.Status, got.Reason, got.Message, c.status, c.reason, c.message)
			}
		})
	}
}

// waitInstead returns the plan, or, where it is an effect, a rest just before it.
func waitInstead(p Plan) Plan {
	if p.Passive() {
		return p
	}
	return Plan{Action: Wait, Reason: p.Reason}
}

func zoneRefused(r api.Reason) option {
	return func(in *Input) { in.ZoneErr = failing(api.Terminal, r, "no zone for www.example.com") }
}

func wasAccepted(s api.ConditionStatus, r api.Reason, generation int64) option {
	return status(func(st *api.CertificateStatus) {
		st.Conditions = api.SetCondition(st.Conditions, api.Condition{Type: api.ConditionAccepted, Status: s, Reason: r, Message: "as before", ObservedGeneration: generation}, began)
	})
}

func TestConditions_Accepted(t *testing.T) {
	watch(t, api.ConditionAccepted, map[string]shown{
		"a sound record":                           {fresh(), api.ConditionTrue, api.ReasonAccepted, ""},
		"one that is suspended":                    {kept(spec(suspend)), api.ConditionTrue, api.ReasonAccepted, ""},
		"an invalid one":                           {kept(invalid), api.ConditionFalse, api.ReasonInvalidSpec, "domains: none"},
		"one with a target that takes nothing":     {kept(another(both(unclaimed, amazons))), api.ConditionFalse, api.ReasonTargetNotImported, refusalOf(kept(another(both(unclaimed, amazons))), 1)},
		"one whose account is not there":           {kept(account(noAccount)), api.ConditionFalse, api.ReasonAccountNotFound, "there is no Account record"},
		"one whose account is not ready":           {kept(account(notReady)), api.ConditionTrue, api.ReasonAccepted, ""},
		"one without a zone":                       {fresh(zoneRefused(api.ReasonZoneNotFound)), api.ConditionFalse, api.ReasonZoneNotFound, "no zone for www.example.com"},
		"one whose zone is not delegated":          {fresh(zoneRefused(api.ReasonZoneNotDelegated)), api.ConditionFalse, api.ReasonZoneNotDelegated, "no zone for www.example.com"},
		"one whose zone may not be changed":        {fresh(zoneRefused(api.ReasonDNSAccessDenied)), api.ConditionFalse, api.ReasonDNSAccessDenied, "no zone for www.example.com"},
		"a DNS that does not answer is no refusal": {fresh(func(in *Input) { in.ZoneErr = failing(api.Transient, "", "no answer") }), api.ConditionTrue, api.ReasonAccepted, ""},
		"a refusal of the zone stays until it is asked again": {
			kept(wasAccepted(api.ConditionFalse, api.ReasonZoneNotFound, 1)), api.ConditionFalse, api.ReasonZoneNotFound, "as before",
		},
		"and goes when it is there": {
			kept(wasAccepted(api.ConditionFalse, api.ReasonZoneNotFound, 1), zones), api.ConditionTrue, api.ReasonAccepted, "",
		},
		"or the record changes": {
			kept(wasAccepted(api.ConditionFalse, api.ReasonZoneNotFound, 1), spec(func(c *api.Certificate) { c.Zone = "ZCOM" })), api.ConditionTrue, api.ReasonAccepted, "",
		},
		"any other refusal goes by itself": {
			kept(wasAccepted(api.ConditionFalse, api.ReasonAccountNotFound, 1)), api.ConditionTrue, api.ReasonAccepted, "",
		},
		"a target's refusal stays while it cannot be seen": {
			kept(wasAccepted(api.ConditionFalse, api.ReasonTargetNotImported, 1), target(blind)), api.ConditionFalse, api.ReasonTargetNotImported, "as before",
		},
		"and goes when it can be seen": {
			kept(wasAccepted(api.ConditionFalse, api.ReasonTargetNotImported, 1)), api.ConditionTrue, api.ReasonAccepted, "",
		},
	})
}

func refusalOf(in Input, i int) string { return newDraft(in).verdicts[i].message }

func TestConditions_Issuing(t *testing.T) {
	blocked := refusalOf(kept(target(named), target(amazons)), 0)
	if blocked == "" {
		t.Fatal("it is not blocked")
	}
	watch(t, api.ConditionIssuing, map[string]shown{
		"nothing is due":                     {kept(), api.ConditionFalse, api.ReasonNotNeeded, ""},
		"suspended":                          {kept(spec(suspend), at(renewAt)), api.ConditionFalse, api.ReasonSuspended, ""},
		"an invalid record":                  {fresh(invalid), api.ConditionFalse, api.ReasonBlocked, blockedBy(api.ReasonInvalidSpec)},
		"a target that takes nothing":        {fresh(target(unclaimed)), api.ConditionFalse, api.ReasonBlocked, blockedBy(api.ReasonTargetNotFound)},
		"there is none yet":                  {fresh(), api.ConditionTrue, api.ReasonMakingKey, ""},
		"a renewal is due":                   {kept(at(renewAt)), api.ConditionTrue, api.ReasonMakingKey, ""},
		"the account is not there":           {fresh(account(noAccount)), api.ConditionFalse, api.ReasonAccountNotFound, "there is no Account record"},
		"the account is not ready":           {fresh(account(notReady)), api.ConditionFalse, api.ReasonAccountNotReady, "not registered yet"},
		"DNS is waited for":                  {fresh(issuing(ordered, published), order(api.OrderPending)), api.ConditionTrue, api.ReasonWaitingForDNS, "Route 53 copies the TXT records to its name servers"},
		"the CA is looking":                  {fresh(issuing(ordered, txt("ZCOM", "txt")), order(api.OrderPending, challengeIs("processing"))), api.ConditionTrue, api.ReasonValidating, "the CA reads the TXT records"},
		"the CA signs the certificate":       {fresh(issuing(ordered), order(api.OrderProcessing)), api.ConditionTrue, api.ReasonProcessing, "the CA signs the certificate"},
		"after a failure":                    {fresh(failed(func(s *api.CertificateStatus) { s.FailureBackoffUntil = now.Add(time.Hour) })), api.ConditionFalse, api.ReasonValidationFailed, "no TXT record"},
		"a failure that no longer matters":   {kept(failed(func(s *api.CertificateStatus) { s.FailureBackoffUntil = now.Add(time.Hour) })), api.ConditionFalse, api.ReasonNotNeeded, ""},
		"the chain waits for its time":       {fresh(issuing(held(leaf("b2", now.Add(time.Minute), now.Add(life))))), api.ConditionTrue, api.ReasonNotYetValid, "the certificate is valid from 2026-03-01T09:01:00Z"},
		"the chain waits for a target":       {kept(target(refusing(now.Add(time.Hour))), issuing(held(successor))), api.ConditionTrue, api.ReasonQuotaExceeded, "the quota is used up"},
		"no target can take the chain":       {stuck(), api.ConditionFalse, api.ReasonUsagesIncompatible, Decide(stuck()).Message},
		"a target that cannot be seen waits": {fresh(target(blind)), api.ConditionFalse, api.ReasonNotNeeded, ""},
	})
}

func blockedBy(r api.Reason) string {
	return "nothing is issued or renewed while the record is not accepted (" + string(r) + "): read the condition Accepted"
}

func stuck() Input {
	return kept(stuckOption, target(holds(rsa(leaf("a1", began, ends)))), stuckOn(successor))
}

func TestConditions_ProgressIsToldInFewWords(t *testing.T) {
	for want, c := range map[api.Reason]struct {
		in     Input
		action Action
		out    Outcome
	}{
		api.ReasonOrdering:   {fresh(), MakeKey, Outcome{Sealed: []byte("sealed")}},
		api.ReasonValidating: {fresh(issuing(), zones), NewOrder, Outcome{Order: &api.Order{URL: orderURL}}},
		api.ReasonImporting:  {kept(another(asIs), issuing(held(successor))), Import, Outcome{ARN: ownARN}},
	} {
		got, _ := api.GetCondition(next(t, c.in, c.action, c.out).Status.Conditions, api.ConditionIssuing)
		if got.Status != api.ConditionTrue || got.Reason != want || got.Message != "" {
			t.Errorf("after %s: %+v, want %s", c.action, got, want)
		}
	}
}

func wasReady(s api.ConditionStatus) option {
	return status(func(st *api.CertificateStatus) {
		st.Conditions = api.SetCondition(st.Conditions, api.Condition{Type: api.ConditionReady, Status: s, Reason: api.ReasonReady, Message: "as before"}, began)
	})
}

func TestConditions_Ready(t *testing.T) {
	watch(t, api.ConditionReady, map[string]shown{
		"the certificate is in place":             {kept(), api.ConditionTrue, api.ReasonReady, ""},
		"also where its renewal is due":           {kept(at(renewAt)), api.ConditionTrue, api.ReasonReady, ""},
		"there is none":                           {fresh(), api.ConditionFalse, api.ReasonNotIssued, "no certificate yet"},
		"one of two is missing":                   {kept(another(missing)), api.ConditionFalse, api.ReasonMissing, "the certificate was deleted from ACM in ap-northeast-1"},
		"it has expired":                          {kept(at(ends)), api.ConditionFalse, api.ReasonExpired, "the certificate expired at 2026-04-30T09:00:00Z"},
		"an import is refused, which matters":     {fresh(target(refusing(now.Add(time.Hour))), issuing(held(successor))), api.ConditionFalse, api.ReasonQuotaExceeded, "the quota is used up"},
		"it may not be seen":                      {kept(target(blind)), api.ConditionFalse, api.ReasonTargetAccessDenied, "access denied"},
		"ACM does not answer":                     {kept(target(func(t *Target) { t.Found, t.Err = nil, failing(api.Transient, "", "no answer") })), api.ConditionUnknown, api.ReasonTargetUnknown, "no answer"},
		"what is missing is worse than unseen":    {kept(another(missing), target(func(t *Target) { t.Found, t.Err = nil, failing(api.Transient, "", "no answer") })), api.ConditionFalse, api.ReasonMissing, "the certificate was deleted from ACM in ap-northeast-1"},
		"a target that takes nothing is reported": {kept(another(both(unclaimed, amazons))), api.ConditionFalse, api.ReasonTargetNotImported, refusalOf(kept(another(both(unclaimed, amazons))), 1)},
		"one that left the record does not count": {kept(another(both(dropped, func(t *Target) { t.Found.InUseBy = []string{"listener"} }))), api.ConditionTrue, api.ReasonReady, ""},
		"of an invalid record, what was known":    {kept(invalid, wasReady(api.ConditionTrue)), api.ConditionTrue, api.ReasonReady, "as before"},
		"for as long as the certificate lasts":    {kept(invalid, wasReady(api.ConditionTrue), at(ends)), api.ConditionFalse, api.ReasonExpired, "the certificate expired at 2026-04-30T09:00:00Z"},
		"or that nothing was":                     {fresh(invalid), api.ConditionFalse, api.ReasonInvalidSpec, "the record is not accepted"},
	})
}

func TestConditions_AConditionSpeaksOfTheGenerationThatWasSeen(t *testing.T) {
	in := kept(spec(func(c *api.Certificate) { c.Tags = map[string]string{"team": "web"} }), target(tagged(map[string]string{"team": "web"})))
	got := Settle(in, Decide(in), Outcome{}).Status
	if got.Generation != 2 || got.ObservedGeneration != 2 || got.SpecDigest != in.SpecDigest {
		t.Errorf("generation %d, observed %d", got.Generation, got.ObservedGeneration)
	}
	for _, c := range got.Conditions {
		if c.ObservedGeneration != 2 || !c.LastTransitionTime.Equal(in.Stored.Conditions[0].LastTransitionTime) {
			t.Errorf("%+v", c)
		}
	}
	gone := Settle(kept(recordGone(api.Retain)), *wait(now.Add(time.Hour), api.ReasonDeleting, ""), Outcome{}).Status
	if gone.Generation != 1 || len(gone.Conditions) != 3 {
		t.Errorf("of a record that is gone: generation %d, %d conditions", gone.Generation, len(gone.Conditions))
	}
}

func TestConditions_WhatPeopleAreToldOf(t *testing.T) {
	for sentence, c := range map[string]struct {
		in   Input
		want []string
	}{
		"nothing where nothing changes":       {kept(), nil},
		"nothing of a new record":             {fresh(), nil},
		"that a record is not accepted":       {fresh(invalid), []string{api.NoticeFailed}},
		"and not again":                       {kept(invalid, wasAccepted(api.ConditionFalse, api.ReasonInvalidSpec, 1)), nil},
		"nothing when it is accepted again":   {kept(wasAccepted(api.ConditionFalse, api.ReasonInvalidSpec, 1)), nil},
		"that its zone is not ours, once":     {fresh(issuing(), zoneRefused(api.ReasonZoneNotFound)), []string{api.NoticeFailed}},
		"that the certificate is missing":     {kept(target(missing)), []string{api.NoticeNotReady}},
		"that it is back":                     {kept(wasReady(api.ConditionFalse)), []string{api.NoticeReady}},
		"nothing of what nobody knows":        {kept(target(unanswered)), nil},
		"nothing when that is over":           {kept(wasUnknownAfter(api.ConditionTrue)), nil},
		"but what came of it meanwhile":       {kept(target(missing), wasUnknownAfter(api.ConditionTrue)), []string{api.NoticeNotReady}},
		"what was reported before, not again": {kept(target(missing), wasUnknownAfter(api.ConditionFalse)), nil},
		"that it is back, though unseen":      {kept(wasUnknownAfter(api.ConditionFalse)), []string{api.NoticeReady}},
		"that one never seen is ready":        {kept(wasUnknownAfter("")), []string{api.NoticeReady}},
	} {
		t.Run(sentence, func(t *testing.T) {
			var got []string
			for _, n := range Settle(c.in, waitInstead(Decide(c.in)), Outcome{}).Status.Outbox {
				got = append(got, n.Type)
			}
			if len(got) != len(c.want) || (len(got) == 1 && got[0] != c.want[0]) {
				t.Errorf("sent %v, want %v", got, c.want)
			}
		})
	}
}

// TestConditions_WhatWasKnownOutlastsTheUnknown: for as long as nobody can look, what was known last is kept, and no longer.
func TestConditions_WhatWasKnownOutlastsTheUnknown(t *testing.T) {
	for sentence, c := range map[string]struct {
		in   Input
		want api.ConditionStatus
	}{
		"nothing while it is known":       {kept(), ""},
		"what was known":                  {kept(target(unanswered)), api.ConditionTrue},
		"for as long as it lasts":         {kept(target(unanswered), wasUnknownAfter(api.ConditionFalse)), api.ConditionFalse},
		"nothing once it is known again":  {kept(wasUnknownAfter(api.ConditionFalse)), ""},
		"nothing of what was never known": {fresh(target(unanswered)), ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := Settle(c.in, waitInstead(Decide(c.in)), Outcome{}).Status.LastKnownReady; got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func unanswered(t *Target) { t.Found, t.Err = nil, errors.New("no answer") }

// wasUnknownAfter is a Ready that could not be observed, after it was known to be that.
func wasUnknownAfter(known api.ConditionStatus) option {
	unknown := wasReady(api.ConditionUnknown)
	return func(in *Input) {
		unknown(in)
		in.Stored.LastKnownReady = known
	}
}

// What failed by itself keeps its error while the record waits for an operator, until it is tried again: the count and the
// error belong together.
func TestSettle_AFailureThatIsCountedKeepsItsError(t *testing.T) {
	blocked := Plan{Action: Wait, Reason: api.ReasonUsagesIncompatible, Message: "the new chain lacks a usage"}
	for sentence, c := range map[string]struct {
		counted func(*api.CertificateStatus)
		want    string
	}{
		"nothing failed":             {func(*api.CertificateStatus) {}, blocked.Message},
		"an issuance failed":         {func(s *api.CertificateStatus) { s.Failures = 1 }, "before"},
		"a transient error":          {func(s *api.CertificateStatus) { s.TransientErrors = 1 }, "before"},
		"an import into one target ": {func(s *api.CertificateStatus) { s.Targets[0].Failures = 1 }, "before"},
	} {
		t.Run(sentence, func(t *testing.T) {
			in := kept(status(func(s *api.CertificateStatus) { s.LastReason, s.LastError = api.ReasonImportFailed, "before" }), status(c.counted))
			if s := Settle(in, blocked, Outcome{}).Status; s.LastError != c.want {
				t.Errorf("last_error is %q, want %q", s.LastError, c.want)
			}
		})
	}
}
