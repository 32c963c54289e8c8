package plan

import (
	"slices"
	"strings"
	"testing"
	"time"

	"certloop/reconciler/api"
)

// What a denied record leaves in its status must not be acted on once no pass judges the record any more: when it is
// deleted, when the target leaves it, or when it is allowed again.

// deniedFor is a record of team A that was allowed, has a certificate, and asks for more than it may.
func deniedFor(t *testing.T, more map[string]any) Input {
	t.Helper()
	allowed := ofTeamA(t, nil)
	allowed = seenAgain(allowed, Settle(allowed, Plan{Action: Wait}, Outcome{}))
	in := ofTeamA(t, more)
	in.HasStatus, in.Stored, in.SpecDigest = true, allowed.Stored, in.SpecDigest+"+"
	in.Stored.Outbox = nil
	for i := range in.Targets {
		if ts := (&facts{next: in.Stored}).targetStatus(in.Targets[i].Stored.Key); ts != nil {
			in.Targets[i].Stored = *ts
		}
	}
	return in
}

// TestAttack_ATargetThatWasNeverAllowed: what left a record, or a record that is deleted, is observed through the
// roles of its status. A role that no policy lets the record use does not get there.
func TestAttack_ATargetThatWasNeverAllowed(t *testing.T) {
	ofB := map[string]any{"region": "us-east-1", "role_arn": roleOfB, "external_id": "of-b"}
	for sentence, in := range map[string]Input{
		"in a new record":      ofTeamA(t, map[string]any{"targets": list(ofB)}),
		"added to an old one":  deniedFor(t, map[string]any{"targets": list(map[string]any{"region": "us-east-1"}, ofB)}),
		"beside another fault": deniedFor(t, map[string]any{"targets": list(ofB), "domains": list("shop.example.net")}),
	} {
		for i := range in.Targets {
			in.Targets[i].Err = CheckTarget(in.Policies, in.Name, in.Targets[i].Target, false)
		}
		for _, ts := range restOf(t, in).Status.Targets {
			if ts.RoleARN == roleOfB {
				t.Errorf("%s: the status has %+v", sentence, ts.Location)
			}
		}
	}
}

// TestAttack_AnotherExternalIDForAKnownTarget: the same with an own role and an external ID that the policy does not fix.
func TestAttack_AnotherExternalIDForAKnownTarget(t *testing.T) {
	at := func(id string) map[string]any {
		return map[string]any{"targets": list(map[string]any{"region": "us-east-1", "role_arn": roleOfA, "external_id": id})}
	}
	in := ofTeamA(t, at("of-a"))
	s := Settle(in, Plan{Action: Wait}, Outcome{})
	in = ofTeamA(t, at("of-b"))
	in.HasStatus, in.Stored = true, s.Status
	in.Targets[0].Stored = s.Status.Targets[0]
	if got := restOf(t, in).Status.Targets; len(got) != 1 || got[0].ExternalID != "of-a" {
		t.Errorf("the status has %+v", got)
	}
}

// TestAttack_DeleteSwitchedOnBeforeTheDeletion: deletion_policies is asked for a record that is deleted right after.
func TestAttack_DeleteSwitchedOnBeforeTheDeletion(t *testing.T) {
	in := deniedFor(t, map[string]any{"deletion_policy": "Delete"})
	if s := restOf(t, in); s.Status.DeletionPolicy != api.Retain {
		t.Errorf("the status says %s", s.Status.DeletionPolicy)
	}
	// The other way round is what its writer wants, and does no harm.
	in = kept(policies(allowsDomains()), status(func(s *api.CertificateStatus) { s.DeletionPolicy = api.Delete }))
	if s := restOf(t, in); s.Status.DeletionPolicy != api.Retain {
		t.Errorf("the record says Retain, its status %s", s.Status.DeletionPolicy)
	}
}

func removed(in *Input) {
	in.HasRecord, in.Spec, in.SpecDigest, in.Account = false, nil, "", Account{}
	in.Targets[0].Wanted, in.Targets[0].ClaimedBy = false, in.Name
}

// TestAttack_DeletedAfterThePolicyForbade: a policy that no longer allows Delete holds for the record's deletion.
func TestAttack_DeletedAfterThePolicyForbade(t *testing.T) {
	retains := func(p *api.Policy) { p.DeletionPolicies = []api.DeletionPolicy{api.Retain} }
	others := func(p *api.Policy) { p.Records = []string{"team-b.*"} }
	deletes := status(func(s *api.CertificateStatus) { s.DeletionPolicy = api.Delete })
	for sentence, c := range map[string]struct {
		options []option
		deletes bool
	}{
		"without policies":                        {nil, true},
		"a policy that allows it":                 {[]option{policies(allowsDomains())}, true},
		"one that does not":                       {[]option{policies(retains)}, false},
		"one of two does":                         {[]option{policies(retains, allowsAll)}, true},
		"the one that admitted it does not":       {[]option{policies(retains, allowsAll), inPolicy("a", false)}, false},
		"the one that admitted it is not there":   {[]option{policies(retains, allowsAll), inPolicy("z", false)}, true},
		"only one that is not valid":              {[]option{invalidPolicy("a")}, false},
		"the one that admitted it is not valid":   {[]option{policies(allowsAll), invalidPolicy("z"), inPolicy("z", false)}, false},
		"one that does not apply, and no other":   {[]option{policies(others)}, true},
		"one that does not apply does not matter": {[]option{policies(retains, others)}, false},
	} {
		in := kept(append(c.options, deletes, removed)...)
		if p := Decide(in); (p.Action == DeleteCertificate) != c.deletes {
			t.Errorf("%s: %+v", sentence, p)
		}
	}
}

// TestAttack_ATokenOfADeniedRecord: a token that comes while no policy allows the record, or while it is not valid, is
// taken when one does, and then asks min_force_interval.
func TestAttack_ATokenOfADeniedRecord(t *testing.T) {
	invalid := func(in *Input) {
		in.Spec, in.SpecErr = nil, &api.Error{Kind: api.Terminal, Reason: api.ReasonInvalidSpec, Message: "domains: is missing"}
	}
	elsewhere := spec(func(c *api.Certificate) { c.Domains = []string{"shop.example.net"} })
	once := func(p *api.Policy) { p.Domains, p.MinForceInterval = []string{"www.example.com"}, day }
	for sentence, c := range map[string]struct {
		token, during option
	}{
		"renew_token":                         {renewToken("new"), elsewhere},
		"a direct invocation":                 {func(in *Input) { in.Force = "new" }, elsewhere},
		"a direct invocation while not valid": {func(in *Input) { in.Force = "new" }, invalid},
	} {
		allowed := kept(forcedAgo(time.Hour, once))
		in := allowed.with(c.token, c.during)
		s := restOf(t, in)
		if s.Status.Force != "old" || s.Status.RenewToken != "old" {
			t.Errorf("%s: force %q, token %q are on record", sentence, s.Status.Force, s.Status.RenewToken)
		}
		in = seenAgain(allowed, s)
		in.Stored.Outbox = nil
		if p := Decide(in); p.Action != Wait {
			t.Errorf("%s: when it is allowed again: %+v", sentence, p)
		}
	}
	// Without policies nothing holds it up.
	in := kept(forcedAgo(time.Hour, once), func(in *Input) { in.Policies = api.PolicySet{} }, invalid, func(in *Input) { in.Force = "new" })
	if s := restOf(t, in); s.Status.Force != "new" {
		t.Errorf("without policies: force %q", s.Status.Force)
	}
}

// TestAttack_ATokenTakenUnderAnotherPolicy: a team with two policies has its token taken under the one without a bound, and
// changes the record back.
func TestAttack_ATokenTakenUnderAnotherPolicy(t *testing.T) {
	bounded := func(p *api.Policy) { p.Domains, p.MinForceInterval = []string{"www.example.com"}, day }
	free := allowsDomains("test.example.com")
	allowed := kept(forcedAgo(time.Hour, bounded, free))
	in := allowed.with(renewToken("new"), spec(func(c *api.Certificate) { c.Domains = []string{"test.example.com"} }))
	if p := Decide(in); p.Action != MakeKey {
		t.Fatalf("under the other policy: %+v", p)
	}
	in = seenAgain(allowed.with(renewToken("new")), Settle(in, Plan{Action: Wait}, Outcome{}))
	in.Stored.Outbox = nil
	p := Decide(in)
	if p.Action != Wait || p.Reason != api.ReasonMinimumInterval || !p.At.Equal(now.Add(23*time.Hour)) || !strings.Contains(p.Message, "min_force_interval") {
		t.Errorf("changed back: %+v", p)
	}
	in.Now = ends.Add(-day)
	in.Stored.Issued.LastForcedAt, in.Stored.Issued.At = in.Now.Add(-time.Hour), began
	if p := Decide(in); p.Action != MakeKey {
		t.Errorf("where its renewal is due: %+v", p)
	}
	in.Now = now.Add(23 * time.Hour)
	in.Stored.Issued.LastForcedAt = now.Add(-time.Hour)
	if p := Decide(in); p.Action != MakeKey {
		t.Errorf("when the time is over: %+v", p)
	}
}

// TestAttack_ForcedAfterTheStatusIsGone: a record that is deleted and created again, and one whose status is lost, do not
// begin anew: the certificate in place says when it was obtained.
func TestAttack_ForcedAfterTheStatusIsGone(t *testing.T) {
	made := func(ago time.Duration) option {
		return target(func(t *Target) { t.Found.NotBefore, t.Found.ImportedAt = now.Add(-ago), now.Add(-ago) })
	}
	lost := func(in *Input) {
		in.HasStatus, in.Stored = false, api.CertificateStatus{}
		in.Targets[0].Stored = api.TargetStatus{Key: place}
		in.Force = "new"
	}
	if why := ForceRefused(kept(policies(onceADay), made(time.Hour), lost)); !strings.Contains(why, "min_force_interval") {
		t.Errorf("an hour after the certificate was obtained: %q", why)
	}
	if why := ForceRefused(kept(policies(onceADay), made(25*time.Hour), lost)); why != "" {
		t.Errorf("a day after: %q", why)
	}
	if why := ForceRefused(fresh(policies(onceADay), func(in *Input) { in.Force = "new" })); why != "" {
		t.Errorf("without a certificate: %q", why)
	}
}

// TestAttack_TheZoneOfTheOrderUnderWay: its values go there, wherever the names lead by now.
func TestAttack_TheZoneOfTheOrderUnderWay(t *testing.T) {
	elsewhere := func(in *Input) {
		in.Zones = []api.ChallengeZone{{Domain: "www.example.com", FQDN: "_acme-challenge.www.example.com", Zone: "ZNET"}}
	}
	in := fresh(issuing(ordered), policies(allowsZones("ZNET")), elsewhere)
	if p := Decide(in); p.Action != DropIssuance {
		t.Errorf("decided %+v", p)
	}
}

// TestDenial_WhatADenialSaysOfOthers: the names, domains and secrets of other teams are not in it.
func TestDenial_WhatADenialSaysOfOthers(t *testing.T) {
	in := ofTeamA(t, nil)
	in.Policies.Policies = in.Policies.Policies[1:]
	if p := Decide(in); p.Reason != api.ReasonPolicyDenied || strings.Contains(p.Message, "team-b") {
		t.Errorf("no policy applies: %q", p.Message)
	}
	in = ofTeamA(t, nil)
	in.Account.Refusal = "no policy allows the record: policy team-b does not allow eab_secrets " + secretOfB
	if p := Decide(in); p.Reason != api.ReasonPolicyDenied || strings.Contains(p.Message, "secret") || !strings.Contains(p.Message, "read its status") {
		t.Errorf("the account is denied: %q", p.Message)
	}
}

// TestAttack_LookingAtAnotherTeamsCertificate: what acm_arn names is not even read, so that no status says what it is.
func TestAttack_LookingAtAnotherTeamsCertificate(t *testing.T) {
	of := func(role, arn string) api.Target {
		return api.Target{Location: api.Location{Region: "us-east-1", Role: api.Role{RoleARN: role}}, ACMARN: arn}
	}
	for sentence, c := range map[string]struct {
		target  api.Target
		claimed bool
		denied  bool
	}{
		"by its ARN":                          {of("", arnOfB), false, true},
		"through a role":                      {of(roleOfB, ""), false, true},
		"of its own":                          {of("", ""), false, false},
		"that it adopted before":              {of("", arnOfB), true, false},
		"that it adopted, through a new role": {of(roleOfB, arnOfB), true, true},
	} {
		err := CheckTarget(twoTeams(), "team-a.www", c.target, c.claimed)
		if denied := api.ReasonOf(err, "") == api.ReasonPolicyDenied; denied != c.denied || denied != (err != nil) {
			t.Errorf("%s: %v", sentence, err)
		}
	}
	open := api.PolicySet{Policies: slices.Concat(twoTeams().Policies, []api.PolicyEntry{{Name: "z", Policy: &api.Policy{Name: "z", Records: []string{"*"}}}})}
	for _, set := range []api.PolicySet{{}, open} {
		if err := CheckTarget(set, "team-a.www", of(roleOfB, arnOfB), false); err != nil {
			t.Error(err)
		}
	}
}
