package plan

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"certloop/reconciler/api"
	"pgregory.net/rapid"
)

func zoneError(kind api.ErrorKind, reason api.Reason) option {
	return func(in *Input) {
		in.ZoneErr = &api.Error{Kind: kind, Reason: reason, Message: "no public zone for www.example.com"}
	}
}

func TestCheckCertificate(t *testing.T) {
	warned := wwwZone
	warned.Warning = "two providers answer"
	for sentence, c := range map[string]struct {
		in   Input
		want []string
	}{
		"all is well": {kept(zones), []string{"Certificate Fine valid", "Zone Fine found and delegated for 1 names", "Target Fine readable"}},
		"a target that lacks a certificate is no finding": {fresh(zones), []string{"Certificate Fine valid", "Zone Fine found", "Target Fine readable"}},
		"no record": {Input{Name: "www"}, []string{"Certificate Failed there is no such Certificate record"}},
		"a record that is not valid": {Input{Name: "www", HasRecord: true, SpecErr: &api.Error{Kind: api.Terminal, Reason: api.ReasonInvalidSpec, Message: "domains: is missing"}},
			[]string{"Certificate Failed InvalidSpec: domains: is missing"}},
		"no account":                {kept(account(noAccount)), []string{"Certificate Failed AccountNotFound: there is no Account record", "Target Fine"}},
		"suspended":                 {kept(spec(func(c *api.Certificate) { c.Suspend = true })), []string{"Certificate Warning Suspended", "Target Fine"}},
		"a failure":                 {kept(status(func(s *api.CertificateStatus) { s.LastReason, s.LastError = api.ReasonRateLimited, "too many" })), []string{"Certificate Warning RateLimited: too many", "Target Fine"}},
		"a zone without delegation": {kept(zoneError(api.Terminal, api.ReasonZoneNotDelegated)), []string{"Certificate Fine", "Zone Failed ZoneNotDelegated: no public zone", "Target Fine"}},
		"a DNS that does not reply": {kept(zoneError(api.Transient, api.ReasonDNSFailed)), []string{"Certificate Fine", "Zone Unknown DNSFailed", "Target Fine"}},
		"a split delegation":        {kept(func(in *Input) { in.Zones = []api.ChallengeZone{warned, warned} }), []string{"Certificate Fine", "Zone Fine", "Zone Warning SplitDelegation: two providers answer", "Target Fine"}},
		"CAA that forbids":          {kept(zones, caa("issue other.test")), []string{"Certificate Fine", "Zone Fine", `CAA Failed CAAForbids: www.example.com: the CAA records at example.com do not allow ca.test to issue: create the record example.com. CAA 0 issue "ca.test"`, "Target Fine"}},
		"CAA that allows":           {kept(zones, caa("issue ca.test")), []string{"Certificate Fine", "Zone Fine", "CAA Fine the CA may issue", "Target Fine"}},
		"CAA of a CA without names": {kept(zones, caa("issue ca.test"), func(in *Input) { in.Account.CAAIdentities = nil }),
			[]string{"Certificate Fine", "Zone Fine", "CAA Unknown www.example.com: the CAA records at example.com were not compared", "Target Fine"}},
		"CAA for another account": {kept(zones, caa("issue ca.test; accounturi=https://ca.test/acct/7")), []string{"Certificate Fine", "Zone Fine",
			"CAA Warning CAAForbids: www.example.com: the CAA records at example.com allow ca.test only for another account", "Target Fine"}},
		"CAA that cannot be read": {kept(zones, func(in *Input) { in.CAAErr = failing(api.Transient, "", "no answer") }),
			[]string{"Certificate Fine", "Zone Fine", "CAA Unknown DNSFailed: www.example.com: ", "Target Fine"}},
		"a role that is refused": {kept(target(blind)), []string{"Certificate Fine", "Target Failed TargetAccessDenied: access denied"}},
		"an ARN that does not exist": {fresh(target(func(t *Target) { t.ACMARN, t.Stored.Key = ownARN, ownARN })),
			[]string{"Certificate Fine", "Target Failed TargetNotFound: acm_arn " + ownARN}},
	} {
		t.Run(sentence, func(t *testing.T) { expectChecks(t, CheckCertificate(c.in), c.want) })
	}
}

// expectChecks compares areas, states and the beginnings of messages; what is not fine has a remedy where its reason has one.
func expectChecks(t *testing.T, got []Check, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got %+v\nwant %q", got, want)
	}
	for i, c := range got {
		line := fmt.Sprintf("%s %s %s", c.Area, c.State, c.Message)
		if !strings.HasPrefix(line, want[i]) {
			t.Errorf("got %s\nwant %s", line, want[i])
		}
		if (c.State == CheckFine) != (c.Remedy == "") {
			t.Errorf("%s has the remedy %q", line, c.Remedy)
		}
	}
}

func TestCheckAccount(t *testing.T) {
	spec := &api.Account{Name: "default", Directory: dir}
	in := func(change func(*AccountInput)) AccountInput {
		in := AccountInput{Now: now, Name: "default", HasRecord: true, Spec: spec, HasStatus: true, Config: times,
			Stored: api.AccountStatus{Directory: dir, URI: "https://ca.test/acct/1", KeyCreated: true}}
		change(&in)
		return in
	}
	unreachable := &api.Error{Kind: api.Transient, Reason: api.ReasonCAUnavailable, Message: "ca.test did not respond"}
	for sentence, c := range map[string]struct {
		in        AccountInput
		directory error
		want      []string
	}{
		"registered":             {in(func(*AccountInput) {}), nil, []string{"Account Fine registered"}},
		"no record":              {in(func(in *AccountInput) { in.HasRecord, in.Spec = false, nil }), nil, []string{"Account Failed AccountNotFound"}},
		"not valid":              {in(func(in *AccountInput) { in.Spec, in.SpecErr = nil, errBug }), nil, []string{"Account Failed"}},
		"not registered yet":     {in(func(in *AccountInput) { in.Stored.URI = "" }), nil, []string{"Account Warning not registered yet"}},
		"a directory that moved": {in(func(in *AccountInput) { in.Stored.Directory = "https://ca.test/other" }), nil, []string{"Account Warning not registered yet"}},
		"a registration that is refused": {in(func(in *AccountInput) {
			in.Stored.URI = ""
			in.Stored.Conditions = []api.Condition{{Type: api.ConditionReady, Status: api.ConditionFalse, Reason: api.ReasonEABRequired, Message: "a credential"}}
		}), nil, []string{"Account Failed EABRequired: a credential"}},
		"a key that is lost": {in(func(in *AccountInput) { in.KeyErr = failing(api.NotFound, "", "no secret") }), nil, []string{"Account Failed AccountKeyLost"}},
		"a directory that does not answer": {in(func(*AccountInput) {}), unreachable,
			[]string{"Account Fine registered", "Account Failed CAUnavailable: ca.test did not respond"}},
	} {
		t.Run(sentence, func(t *testing.T) { expectChecks(t, CheckAccount(c.in, c.directory), c.want) })
	}
}

func TestChecks_OfTableKeyAndPolicies(t *testing.T) {
	refused := &api.Error{Kind: api.Transient, Reason: api.ReasonKeyUnavailable, Message: "the KMS key is disabled"}
	var unknown Unknown
	unknown.Add(api.Key{Kind: "Certficate", Name: "www"})
	denied := &api.PolicyStatus{Conditions: []api.Condition{{Type: api.ConditionAccepted, Status: api.ConditionFalse, Reason: api.ReasonPolicyTooLarge, Message: "too large"}}}
	expectChecks(t, CheckTable(3, Unknown{}, nil), []string{"Table Fine read 3 records"})
	expectChecks(t, CheckTable(3, unknown, nil), []string{"Table Fine", `Table Warning UnknownKind: 1 items of unknown kinds: "www" of kind "Certficate", meant as Certificate?`})
	expectChecks(t, CheckTable(0, unknown, errors.New("boom")), []string{"Table Failed"})
	expectChecks(t, []Check{CheckKey(nil), CheckKey(refused)}, []string{"KMSKey Fine", "KMSKey Failed KeyUnavailable: the KMS key is disabled"})
	expectChecks(t, CheckPolicySet(api.UnreadablePolicySet(), nil), []string{"Policy Failed the stored set cannot be read"})
	expectChecks(t, CheckPolicySet(api.PolicySet{}, nil), nil)
	expectChecks(t, []Check{CheckPolicy("a", nil, nil), CheckPolicy("b", denied, nil), CheckPolicy("c", nil, refused)},
		[]string{"Policy Fine valid", "Policy Failed PolicyTooLarge: too large", "Policy Unknown KeyUnavailable"})
}

func TestSummarize_ListsWhatIsNotFine(t *testing.T) {
	var checks []Check
	for i := range 20 {
		checks = append(checks, fine(AreaZone, fmt.Sprintf("www-%02d", i), "found"))
	}
	checks = append(checks, fine(AreaAccount, "default", "registered"),
		finding(AreaZone, "b", CheckUnknown, api.ReasonDNSFailed, ""), finding(AreaZone, "a", CheckFailed, api.ReasonZoneNotFound, ""))
	expectChecks(t, Summarize(checks), []string{"Account Fine registered", "Zone Failed ZoneNotFound", "Zone Unknown DNSFailed", "Zone Fine 20 checks found nothing"})
}

// TestSummarize_IsBounded: whatever was found, the answer has at most MostChecks lines, and no failure is left out for
// something better.
func TestSummarize_IsBounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var checks []Check
		for range rapid.SampledFrom([]int{0, 1, 10, 299, 301, 1000}).Draw(t, "n") {
			checks = append(checks, Check{Area: one(t, "area", CheckAreas...), State: one(t, "state", CheckStates...),
				Subject: one(t, "subject", "a", "b"), Message: strings.Repeat("x", 100), Remedy: "Do it."})
		}
		lines := Summarize(checks)
		failed, listed := 0, 0
		for _, c := range checks {
			if c.State == CheckFailed {
				failed++
			}
		}
		for _, c := range lines {
			if c.State == CheckFailed {
				listed++
			}
		}
		if len(lines) > MostChecks || listed < min(failed, MostChecks-1-len(CheckAreas)) {
			t.Fatalf("%d lines, with %d of %d failures", len(lines), listed, failed)
		}
		if len(lines) == 0 && len(checks) > 0 {
			t.Fatal("no line is left")
		}
	})
}
