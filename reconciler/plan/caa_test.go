package plan

import (
	"errors"
	"strings"
	"testing"
	"time"

	"certloop/reconciler/api"
	"pgregory.net/rapid"
)

const caaAccount = "https://ca.test/acct/1"

// caaRecords returns records from "issue value", "128 tag value": flags are 0 unless they are given.
func caaRecords(lines ...string) []api.CAARecord {
	var records []api.CAARecord
	for _, line := range lines {
		r := api.CAARecord{}
		if rest, critical := strings.CutPrefix(line, "128 "); critical {
			r.Flags, line = 128, rest
		}
		r.Tag, r.Value, _ = strings.Cut(line, " ")
		records = append(records, r)
	}
	return records
}

func TestJudgeCAA(t *testing.T) {
	create := func(tag, value string) string {
		return `create the record example.com. CAA 0 ` + tag + ` "` + value + `"`
	}
	mine := create("issue", "ca.test; accounturi="+caaAccount+"; validationmethods=dns-01")
	for sentence, c := range map[string]struct {
		domain  string
		records []string
		want    CAAState
		says    string
	}{
		"no records":                             {"www", nil, CAAAllowed, ""},
		"the CA":                                 {"www", []string{"issue ca.test"}, CAAAllowed, ""},
		"the CA in capitals, also the tag":       {"www", []string{"ISSUE CA.Test"}, CAAAllowed, ""},
		"its second name":                        {"www", []string{"issue ca2.test"}, CAAAllowed, ""},
		"another CA":                             {"www", []string{"issue other.test"}, CAAForbidden, create("issue", "ca.test")},
		"one of several":                         {"www", []string{"issue other.test", "issue ca.test"}, CAAAllowed, ""},
		"nobody":                                 {"www", []string{"issue ;"}, CAAForbidden, create("issue", "ca.test")},
		"an empty value is nobody":               {"www", []string{"issue "}, CAAForbidden, "do not allow ca.test"},
		"nobody beside the CA":                   {"www", []string{"issue ;", "issue ca.test"}, CAAAllowed, ""},
		"spaces around everything":               {"www", []string{"issue \t ca.test \t; \taccount \t=\t 230123 "}, CAAAllowed, ""},
		"parameters of the CA's own":             {"www", []string{"issue ca.test; account=230123; policy=ev"}, CAAAllowed, ""},
		"a semicolon and no parameter":           {"www", []string{"issue ca.test;"}, CAAAllowed, ""},
		"a malformed value is nobody":            {"www", []string{"issue %%%%%"}, CAAForbidden, "do not allow"},
		"a malformed domain":                     {"www", []string{"issue ca..test"}, CAAForbidden, "do not allow"},
		"a dot at the end is malformed":          {"www", []string{"issue ca.test."}, CAAForbidden, "do not allow"},
		"a parameter without a value":            {"www", []string{"issue ca.test; policy"}, CAAForbidden, "do not allow"},
		"an empty parameter is malformed":        {"www", []string{"issue ca.test; policy=ev;"}, CAAForbidden, "do not allow"},
		"a control character":                    {"www", []string{"issue ca.test; policy=\x01"}, CAAForbidden, "do not allow"},
		"only iodef":                             {"www", []string{"iodef mailto:security@example.com"}, CAAAllowed, ""},
		"a property that nobody knows":           {"www", []string{"issue ca.test", "tbs Unknown"}, CAAAllowed, ""},
		"one that is critical":                   {"www", []string{"issue ca.test", "128 tbs Unknown"}, CAAForbidden, `critical property "tbs"`},
		"a critical issue":                       {"www", []string{"128 issue ca.test"}, CAAAllowed, ""},
		"a critical iodef":                       {"www", []string{"issue ca.test", "128 iodef mailto:a@example.com"}, CAAWarned, `"iodef"`},
		"a wildcard under issue":                 {"*.www", []string{"issue ca.test"}, CAAAllowed, ""},
		"a wildcard under another's issue":       {"*.www", []string{"issue other.test"}, CAAForbidden, create("issue", "ca.test")},
		"issuewild counts for a wildcard":        {"*.www", []string{"issue other.test", "issuewild ca.test"}, CAAAllowed, ""},
		"issuewild replaces issue":               {"*.www", []string{"issue ca.test", "issuewild other.test"}, CAAForbidden, create("issuewild", "ca.test")},
		"no wildcards for anybody":               {"*.www", []string{"issue ca.test", "issuewild ;"}, CAAForbidden, "do not allow"},
		"issuewild does not concern a name":      {"www", []string{"issuewild other.test"}, CAAAllowed, ""},
		"the account":                            {"www", []string{"issue ca.test; accounturi=" + caaAccount}, CAAAllowed, ""},
		"another account":                        {"www", []string{"issue ca.test; accounturi=https://ca.test/acct/2"}, CAAWarned, mine},
		"the date":                               {"www", []string{"issue ca.test; accounturi=https://ca.test/acct/2"}, CAAWarned, "from 2027-03-15 on"},
		"another account in capitals":            {"www", []string{"issue ca.test; AccountURI=https://ca.test/acct/2"}, CAAWarned, mine},
		"two accounts in one record are nobody":  {"www", []string{"issue ca.test; accounturi=" + caaAccount + "; accounturi=https://ca.test/acct/2"}, CAAWarned, mine},
		"the account in a second record":         {"www", []string{"issue ca.test; accounturi=https://ca.test/acct/2", "issue ca.test; accounturi=" + caaAccount}, CAAAllowed, ""},
		"the method":                             {"www", []string{"issue ca.test; validationmethods=http-01,dns-01"}, CAAAllowed, ""},
		"another method":                         {"www", []string{"issue ca.test; validationmethods=http-01"}, CAAWarned, "another validation method"},
		"an empty list of methods":               {"www", []string{"issue ca.test; validationmethods="}, CAAWarned, "another validation method"},
		"the account, and another method":        {"www", []string{"issue ca.test; accounturi=" + caaAccount + "; validationmethods=http-01"}, CAAWarned, "another validation method"},
		"another account, and one without limit": {"www", []string{"issue ca.test; accounturi=https://ca.test/acct/2", "issue ca.test"}, CAAAllowed, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			got := JudgeCAA(CAAQuestion{Domain: c.domain + ".example.com", Identities: []string{"ca.test", "ca2.test"}, AccountURL: caaAccount, Now: now,
				Set: api.CAASet{Domain: "www.example.com", Name: "example.com", Owner: "example.com", Records: caaRecords(c.records...)}})
			if text := got.What + ": " + got.Remedy; got.State != c.want || !strings.Contains(text, c.says) {
				t.Errorf("%s %s; want %s %q", got.State, text, c.want, c.says)
			}
		})
	}
}

func TestJudgeCAA_AccountsAreEnforcedFromADateOn(t *testing.T) {
	set := api.CAASet{Domain: "www.example.com", Name: "example.com", Owner: "example.com",
		Records: caaRecords("issue ca.test; accounturi=https://ca.test/acct/2", "issue letsencrypt.org; accounturi=https://ca.test/acct/2")}
	for sentence, c := range map[string]struct {
		identity string
		at       time.Time
		want     CAAState
	}{
		"the second before":           {"ca.test", enforced8657.Add(-time.Second), CAAWarned},
		"from then on":                {"ca.test", enforced8657, CAAForbidden},
		"by Let's Encrypt before too": {"letsencrypt.org", now, CAAForbidden},
	} {
		if got := JudgeCAA(CAAQuestion{Domain: "www.example.com", Set: set, Identities: []string{c.identity}, AccountURL: caaAccount, Now: c.at}); got.State != c.want {
			t.Errorf("%s: %+v, want %s", sentence, got, c.want)
		}
	}
	if got := JudgeCAA(CAAQuestion{Domain: "www.example.com", Set: set, Identities: []string{"ca.test"}, Now: enforced8657}); got.State != CAAAllowed {
		t.Errorf("an account that is not registered: %+v", got)
	}
}

func TestJudgeCAA_WhatCannotBeJudged(t *testing.T) {
	broken := failing(api.Transient, api.ReasonDNSFailed, "no answer")
	for sentence, c := range map[string]struct {
		set        api.CAASet
		identities []string
		want       CAAState
		says       string
	}{
		"the DNS does not respond":  {api.CAASet{Name: "example.com", Err: broken}, []string{"ca.test"}, CAAUnknown, "no answer"},
		"SERVFAIL":                  {api.CAASet{Name: "example.com", Err: broken, ServFail: true}, []string{"ca.test"}, CAAWarned, "a CA refuses"},
		"a CA without identities":   {api.CAASet{Name: "example.com", Owner: "example.com", Records: caaRecords("issue other.test")}, nil, CAAUnknown, "caaIdentities"},
		"it, where nothing is said": {api.CAASet{}, nil, CAAAllowed, ""},
		"records behind a CNAME":    {api.CAASet{Name: "www.example.com", Owner: "edge.cdn.test", Records: caaRecords("issue cdn.test")}, []string{"ca.test"}, CAAForbidden, "edge.cdn.test, to which www.example.com is a CNAME"},
	} {
		got := JudgeCAA(CAAQuestion{Domain: "www.example.com", Set: c.set, Identities: c.identities, Now: now})
		if text := got.What + ": " + got.Remedy; got.State != c.want || !strings.Contains(text, c.says) {
			t.Errorf("%s: %s %s", sentence, got.State, text)
		}
	}
}

// TestJudgeCAA_TheRecordToWriteAllows: whatever is there, the record in the remedy makes the CA allowed, unless a property is
// critical.
func TestJudgeCAA_TheRecordToWriteAllows(t *testing.T) {
	values := []string{";", "ca.test", "other.test", "ca.test; accounturi=https://ca.test/acct/2", "ca.test; validationmethods=http-01",
		"ca.test; accounturi=" + caaAccount, "%%", "ca.test; x", "letsencrypt.org; validationmethods=tls-alpn-01"}
	rapid.Check(t, func(t *rapid.T) {
		q := CAAQuestion{
			Domain:     rapid.SampledFrom([]string{"www.example.com", "*.example.com"}).Draw(t, "domain"),
			Identities: rapid.SampledFrom([][]string{{"ca.test"}, {"letsencrypt.org", "ca.test"}}).Draw(t, "identities"),
			AccountURL: caaAccount, Now: rapid.SampledFrom([]time.Time{now, enforced8657}).Draw(t, "now"),
			Set: api.CAASet{Name: "example.com", Owner: "example.com"},
		}
		for range rapid.IntRange(0, 4).Draw(t, "records") {
			q.Set.Records = append(q.Set.Records, api.CAARecord{Tag: rapid.SampledFrom([]string{"issue", "issuewild", "iodef"}).Draw(t, "tag"),
				Value: rapid.SampledFrom(values).Draw(t, "value")})
		}
		got := JudgeCAA(q)
		if got.State == CAAAllowed {
			return
		}
		parts := strings.SplitN(strings.TrimPrefix(got.Remedy, "create the record example.com. CAA 0 "), " ", 2)
		q.Set.Records = append(q.Set.Records, api.CAARecord{Tag: parts[0], Value: strings.Trim(parts[1], `"`)})
		if after := JudgeCAA(q); after.State != CAAAllowed {
			t.Fatalf("after %s: %+v", got.Remedy, after)
		}
	})
}

func FuzzCAAIssuer(f *testing.F) {
	for _, value := range []string{"", ";", "ca.test", "ca.test; accounturi=https://ca.test/acct/1; validationmethods=dns-01,http-01", "ca.test;;", " \t;a=b", "%%%"} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		issuer, ok := parseCAAIssuer(value)
		if !ok {
			return
		}
		if issuer.domain != "" && !api.IsIssuerName(issuer.domain) {
			t.Errorf("domain %q", issuer.domain)
		}
		written := issuer.domain
		for i, p := range issuer.parameters {
			written += map[bool]string{true: "; ", false: " ; "}[i == 0] + p.tag + " = " + p.value
		}
		if again, ok := parseCAAIssuer(written); !ok || again.domain != issuer.domain || len(again.parameters) != len(issuer.parameters) {
			t.Errorf("%q is %+v, and written as %q is %+v, %v", value, issuer, written, again, ok)
		}
	})
}

// caa is the answer to NeedsCAA for www.example.com.
func caa(records ...string) option {
	return func(in *Input) {
		in.Account.CAAIdentities = []string{"ca.test"}
		in.CAA = []api.CAASet{{Domain: "www.example.com", Name: "example.com", Owner: "example.com", Records: caaRecords(records...)}}
	}
}

func TestNeedsCAA(t *testing.T) {
	known := func(in *Input) { in.Account.CAAIdentities = []string{"ca.test"} }
	for sentence, c := range map[string]struct {
		in   Input
		want bool
	}{
		"an order is next":                    {fresh(issuing(), zones, known), true},
		"its CA publishes no names":           {fresh(issuing(), zones), false},
		"they were read":                      {fresh(issuing(), zones, known, caa()), false},
		"they could not be read":              {fresh(issuing(), zones, known, func(in *Input) { in.CAAErr = errors.New("no") }), false},
		"the zones are not known":             {fresh(issuing(), known), false},
		"the key is next, and the order":      {fresh(zones, known), true},
		"the key is next, without zones":      {fresh(known), false},
		"nothing is due":                      {kept(zones, known), false},
		"there is an order":                   {fresh(issuing(ordered), zones, known, order(api.OrderPending)), false},
		"after a failure, during its pause":   {fresh(issuing(), zones, known, failed(func(s *api.CertificateStatus) { s.FailureBackoffUntil = now.Add(time.Hour) })), false},
		"the order that was given up is read": {fresh(issuing(gaveUp), zones, known, givenUp(api.OrderInvalid)), true},
	} {
		if got := NeedsCAA(c.in); got != c.want {
			t.Errorf("%s: %v", sentence, got)
		}
	}
}

func TestSettle_ARefusalByCAABacksOff(t *testing.T) {
	in := fresh(issuing(), zones, caa("issue other.test"))
	p := Decide(in)
	s := Settle(in, p, Outcome{})
	c, _ := api.GetCondition(s.Status.Conditions, api.ConditionIssuing)
	if c.Status != api.ConditionFalse || c.Reason != api.ReasonCAAForbids || !strings.Contains(c.Message, `example.com. CAA 0 issue "ca.test"`) {
		t.Errorf("condition %+v", c)
	}
	if !s.At.Equal(now.Add(5*time.Minute)) || s.Status.Failures != 1 || s.Issuance != nil && s.Issuance.OrderURL != "" {
		t.Errorf("next at %s, status %+v", s.At, s.Status)
	}
}

func TestOutlook_CAA(t *testing.T) {
	if o := OutlookOf(fresh(zones, caa("issue other.test"))); o.Orders != 0 || o.Reason != api.ReasonCAAForbids {
		t.Errorf("forbidden: %+v", o)
	}
	in := fresh(zones, caa("issue ca.test; accounturi=https://ca.test/acct/2"))
	if o := OutlookOf(in); o.Orders != 1 || o.Reason != api.ReasonNotNeeded {
		t.Errorf("warned: %+v", o)
	}
	if w := CAAWarnings(in); len(w) != 1 || !strings.HasPrefix(w[0], "www.example.com: the CAA records at example.com allow ca.test only for another account") {
		t.Errorf("warnings: %q", w)
	}
}

// TestCAAFindings_NamesWithOneAnswerShareIt: a hundred names of one zone are one line.
func TestCAAFindings_NamesWithOneAnswerShareIt(t *testing.T) {
	in := fresh(zones, caa("issue other.test"))
	spec := *in.Spec
	spec.Domains = nil
	for _, c := range "abcdefg" {
		spec.Domains = append(spec.Domains, string(c)+".example.com")
		in.CAA = append(in.CAA, api.CAASet{Domain: string(c) + ".example.com", Name: "example.com", Owner: "example.com", Records: caaRecords("issue other.test")})
	}
	in.Spec = &spec
	if got := caaFindings(factsOf(in)); len(got) != 1 || !strings.HasPrefix(got[0].What, "a.example.com, b.example.com, c.example.com, d.example.com, e.example.com and 2 more: ") {
		t.Errorf("%+v", got)
	}
}
