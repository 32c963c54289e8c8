package plan

import (
	"slices"
	"strings"
	"testing"
	"time"

	"certloop/reconciler/api"
)

// conditionOf returns the condition of that type, as it is settled.
func conditionOf(s Settled, of api.ConditionType) api.Condition {
	c, _ := api.GetCondition(s.Status.Conditions, of)
	return c
}

// restOf decides a wait and settles it.
func restOf(t *testing.T, in Input) Settled {
	t.Helper()
	p := Decide(in)
	if p.Action != Wait {
		t.Fatalf("decided %+v", p)
	}
	return Settle(in, p, Outcome{})
}

func TestAdmission_ADenialIsToldOnceAndAgainBeforeTheEnd(t *testing.T) {
	in := kept(policies(allowsDomains()))
	s := restOf(t, in)
	accepted, issuing, ready := conditionOf(s, api.ConditionAccepted), conditionOf(s, api.ConditionIssuing), conditionOf(s, api.ConditionReady)
	if accepted.Status != api.ConditionFalse || accepted.Reason != api.ReasonPolicyDenied || !strings.Contains(accepted.Message, `domains "www.example.com"`) {
		t.Errorf("accepted: %+v", accepted)
	}
	if issuing.Status != api.ConditionFalse || issuing.Reason != api.ReasonBlocked || ready.Status != api.ConditionTrue {
		t.Errorf("issuing: %+v, ready: %+v", issuing, ready)
	}
	if s.Status.LastReason != api.ReasonPolicyDenied || len(s.Status.Outbox) != 1 || s.Status.Outbox[0].Reason != api.ReasonPolicyDenied || s.Status.Outbox[0].Type != api.NoticeFailed {
		t.Errorf("sent: %+v", s.Status.Outbox)
	}
	sent := 0
	for moment := in.Now; moment.Before(ends); moment = moment.Add(6 * time.Hour) {
		in = seenAgain(in, s)
		in.Now, in.Stored.Outbox = moment, nil
		s = restOf(t, in)
		sent += len(s.Status.Outbox)
	}
	if sent != expiryStages {
		t.Errorf("sent %d times before the end", sent)
	}
}

func TestAdmission_ADenialEndsWithThePolicy(t *testing.T) {
	in := kept(policies(allowsDomains()))
	in = seenAgain(in, restOf(t, in))
	in.Stored.Outbox = nil
	in.Policies = api.PolicySet{Version: 9}
	s := restOf(t, in)
	if c := conditionOf(s, api.ConditionAccepted); c.Status != api.ConditionTrue || s.Status.LastError != "" || s.Status.PolicyDigest != "" {
		t.Errorf("%+v, %q, %q", c, s.Status.LastError, s.Status.PolicyDigest)
	}
}

func TestAdmission_TheAdmittingPolicyIsOnRecord(t *testing.T) {
	in := kept(policies(allowsDomains(), allowsAll, allowsAll))
	s := restOf(t, in)
	if s.Status.Policy != "b" || s.Status.PolicyDigest != policiesDigest(in.Policies, "www") || s.Status.PolicyCounted != "" {
		t.Errorf("%q %q %q", s.Status.Policy, s.Status.PolicyDigest, s.Status.PolicyCounted)
	}
	// It stays where it is as long as that policy allows it.
	in.Stored.Policy = "c"
	if s := restOf(t, in); s.Status.Policy != "c" {
		t.Errorf("it went to %q", s.Status.Policy)
	}
}

func TestAdmission_APlaceIsTakenOnceAndGivenBack(t *testing.T) {
	in := kept(policies(admits(1)))
	in = seenAgain(in, next(t, in, Admit, Outcome{Policy: "a"}))
	if in.Stored.Policy != "a" || in.Stored.PolicyCounted == "" || !api.IsTrue(in.Stored.Conditions, api.ConditionAccepted) {
		t.Fatalf("%q %q %+v", in.Stored.Policy, in.Stored.PolicyCounted, in.Stored.Conditions)
	}
	restOf(t, in)
	policies(allowsDomains(), allowsAll)(&in)
	in.Policies.Policies = in.Policies.Policies[1:]
	in.Policies.Policies[0].Policy.Domains = []string{}
	in = seenAgain(in, next(t, in, Dismiss, Outcome{}))
	if s := restOf(t, in); s.Status.Policy != "b" || s.Status.PolicyCounted != "" {
		t.Errorf("then %q %q", s.Status.Policy, s.Status.PolicyCounted)
	}
}

func TestAdmission_APlaceThatCouldNotBeGivenBackIsKeptInMind(t *testing.T) {
	in := kept(status(func(s *api.CertificateStatus) { s.Policy, s.PolicyCounted = "a", "digest" }))
	s := next(t, in, Dismiss, Outcome{Err: failing(api.Transient, "", "no answer")})
	if s.Status.Policy != "a" || s.Status.PolicyCounted != "digest" {
		t.Errorf("%q %q", s.Status.Policy, s.Status.PolicyCounted)
	}
}

func TestAdmission_AFullPolicyDeniesForAnHour(t *testing.T) {
	in := kept(policies(admits(1)))
	in = seenAgain(in, next(t, in, Admit, Outcome{}))
	if c, _ := api.GetCondition(in.Stored.Conditions, api.ConditionAccepted); c.Reason != api.ReasonPolicyDenied || !strings.Contains(c.Message, "max_certificates 1") {
		t.Errorf("%+v", c)
	}
	in.Stored.Outbox = nil
	if s := restOf(t, in); !s.At.Equal(now.Add(time.Hour)) {
		t.Errorf("again at %s", s.At)
	}
	in.Now = now.Add(time.Hour)
	if p := Decide(in); p.Action != Admit {
		t.Errorf("an hour later: %+v", p)
	}
}

func TestAdmission_ATransientErrorOfAdmitIsNoRefusal(t *testing.T) {
	in := kept(policies(admits(1)))
	s := next(t, in, Admit, Outcome{Err: failing(api.Transient, "", "no answer")})
	if c := conditionOf(s, api.ConditionAccepted); c.Reason == api.ReasonPolicyDenied || s.Status.Policy != "" || !s.Status.PolicyFullAt.IsZero() {
		t.Errorf("%+v %q %s", c, s.Status.Policy, s.Status.PolicyFullAt)
	}
	if p := Decide(seenAgain(in, s)); !p.Passive() || p.At.Before(now.Add(10*time.Second)) {
		t.Errorf("then %+v", p)
	}
}

func TestAdmission_ZonesAreResolvedForChangedPoliciesThatRestrictThem(t *testing.T) {
	for sentence, c := range map[string]struct {
		in   Input
		want bool
	}{
		"a new policy":                        {kept(policies(allowsZones("ZNET"))), true},
		"one that is known":                   {kept(policies(allowsZones("ZNET")), inPolicy("a", false)), false},
		"one that does not restrict them":     {kept(policies(allowsAll)), false},
		"one that denies the record anyway":   {kept(policies(func(p *api.Policy) { p.Zones, p.Domains = []string{}, []string{} })), false},
		"one that denied it before":           {kept(policies(allowsZones("ZNET")), deniedOnRecord), true},
		"a record that names its zone itself": {kept(policies(allowsZones("ZCOM")), seen(spec(func(c *api.Certificate) { c.Zone = "ZCOM" }))), false},
	} {
		if got := NeedsZones(c.in); got != c.want {
			t.Errorf("%s: %v", sentence, got)
		}
	}
}

// A policy that is denied for the zone of its order drops the order; without the order the zone is not known any more.
func TestAdmission_ADenialByAZoneHoldsAfterTheOrderIsDropped(t *testing.T) {
	in := fresh(issuing(ordered), policies(allowsZones("ZNET")), inPolicy("", false))
	s := next(t, in, DropIssuance, Outcome{})
	if c := conditionOf(s, api.ConditionAccepted); c.Reason != api.ReasonPolicyDenied {
		t.Fatalf("%+v", c)
	}
	in = seenAgain(in, s)
	if p := Decide(in); in.Zones == nil || p.Action != Wait && p.Action != Notify {
		t.Errorf("then %+v, with zones %v", p, in.Zones)
	}
}

func TestAdmission_AnAccountThatNoPolicyAllowsWaits(t *testing.T) {
	denying := func(in *AccountInput) {
		in.Policies = api.PolicySet{Policies: []api.PolicyEntry{{Name: "a", Policy: &api.Policy{Name: "a", Records: []string{"*"}, Directories: []string{}}}}}
	}
	for sentence, in := range map[string]AccountInput{"a new one": newAccount(denying), "one that is registered": registered(denying)} {
		t.Run(sentence, func(t *testing.T) {
			p := DecideAccount(in)
			if p.Action != Wait || p.Reason != api.ReasonPolicyDenied || !strings.Contains(p.Message, `policy a does not allow directories "`+dir+`"`) {
				t.Fatalf("%+v", p)
			}
			s, at := SettleAccount(in, p, AccountOutcome{})
			accepted, _ := api.GetCondition(s.Conditions, api.ConditionAccepted)
			if accepted.Status != api.ConditionFalse || accepted.Reason != api.ReasonPolicyDenied || s.IsReady() || !AccountFailed(&s) {
				t.Errorf("%+v", s.Conditions)
			}
			if len(s.Outbox) != 1 || s.Outbox[0].Reason != api.ReasonPolicyDenied || at.IsZero() {
				t.Errorf("sent %+v, at %s", s.Outbox, at)
			}
			in.HasStatus, in.Stored, in.Stored.Outbox = true, s, nil
			if s, _ := SettleAccount(in, DecideAccount(in), AccountOutcome{}); len(s.Outbox) != 0 {
				t.Errorf("sent again: %+v", s.Outbox)
			}
		})
	}
	// Once a policy allows it, its certificates are woken.
	in := registered(denying)
	in.Stored, _ = SettleAccount(in, DecideAccount(in), AccountOutcome{})
	in.Stored.Outbox, in.Policies = nil, api.PolicySet{}
	s, _ := SettleAccount(in, DecideAccount(in), AccountOutcome{})
	if !s.WakePending || !s.IsReady() || !slices.ContainsFunc(s.Outbox, func(o api.OutboxEntry) bool { return o.Type == api.NoticeAccountReady }) {
		t.Errorf("%+v", s)
	}
}

// A record may ask for the deletion of its certificate only as long as a policy allows that.
func TestAdmission_ADeletionThatNoPolicyAllows(t *testing.T) {
	retaining := func(p *api.Policy) { p.DeletionPolicies = []api.DeletionPolicy{api.Retain} }
	wantsDeletion := spec(func(c *api.Certificate) { c.DeletionPolicy = api.Delete })
	asked := func(options ...option) Input {
		in := kept(append([]option{wantsDeletion}, options...)...)
		return seenAgain(in, restOf(t, in))
	}
	for sentence, c := range map[string]struct {
		in     Input
		delete bool
	}{
		"asked for while it was denied":           {kept(recordGone(asked(policies(retaining)).Stored.DeletionPolicy)), false},
		"asked for while it was allowed":          {kept(recordGone(asked(policies(allowsAll)).Stored.DeletionPolicy)), true},
		"forbidden since":                         {kept(policies(retaining), recordGone(api.Delete)), false},
		"forbidden by one policy of two":          {kept(policies(retaining, allowsAll), recordGone(api.Delete)), true},
		"denied since for something else":         {kept(policies(allowsDomains()), recordGone(api.Delete)), true},
		"under no policy any more":                {kept(policies(func(p *api.Policy) { p.Records = []string{"other"} }), recordGone(api.Delete)), true},
		"forbidden by one that is not its policy": {kept(policies(func(p *api.Policy) { p.Records = []string{"x"}; retaining(p) }), recordGone(api.Delete)), true},
	} {
		if got := Decide(c.in); (got.Action == DeleteCertificate) != c.delete {
			t.Errorf("%s: %+v", sentence, got)
		}
	}
}
