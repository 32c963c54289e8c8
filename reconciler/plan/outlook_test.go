package plan

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"certloop/reconciler/api"
	"pgregory.net/rapid"
)

func TestOutlookOf(t *testing.T) {
	refused := &api.Error{Kind: api.Terminal, Reason: api.ReasonZoneNotFound, Message: "no zone"}
	for sentence, c := range map[string]struct {
		in   Input
		want Outlook
	}{
		"a new record":                 {fresh(zones), Outlook{Orders: 1, Imports: 1, When: now, Reason: api.ReasonNotNeeded}},
		"a certificate in place":       {kept(), Outlook{When: kept().Stored.RenewAt, Reason: api.ReasonNotNeeded}},
		"a renewal that is due":        {kept(at(ends.Add(-20 * day))), Outlook{Orders: 1, Imports: 1, When: ends.Add(-20 * day), Reason: api.ReasonNotNeeded}},
		"one of two targets lacks":     {kept(another(missing)), Outlook{Orders: 1, Imports: 2, When: now, Reason: api.ReasonNotNeeded}},
		"a chain on hold":              {fresh(issuing(held(successor))), Outlook{Imports: 1, When: now, Reason: api.ReasonNotNeeded}},
		"an order that waits for DNS":  {fresh(issuing(ordered, published)), Outlook{Imports: 1, When: now.Add(6 * time.Second), Reason: api.ReasonNotNeeded}},
		"another key type":             {kept(spec(func(c *api.Certificate) { c.KeyType = api.RSA2048 })), Outlook{Orders: 1, Imports: 1, When: now, Reason: api.ReasonNotNeeded}},
		"an ARN to adopt":              {fresh(target(adoptable), zones), Outlook{Orders: 1, Imports: 1, Adoptions: 1, When: now, Reason: api.ReasonNotNeeded}},
		"a target that is not visible": {kept(target(blind)), Outlook{When: now.Add(5 * time.Minute), Reason: api.ReasonTargetAccessDenied, Message: "access denied"}},
		"no zone":                      {fresh(func(in *Input) { in.ZoneErr = refused }), Outlook{When: now, Reason: api.ReasonZoneNotFound, Message: "no zone"}},
		"no account":                   {fresh(account(noAccount)), Outlook{When: now.Add(time.Hour), Reason: api.ReasonAccountNotFound, Message: "there is no Account record"}},
		"an account to register":       {AssumeRegistered(fresh(account(notReady))), Outlook{Orders: 1, Imports: 1, When: now, Reason: api.ReasonNotNeeded}},
		"a record that is not valid": {fresh(func(in *Input) {
			in.Spec, in.SpecErr = nil, &api.Error{Kind: api.Terminal, Reason: api.ReasonInvalidSpec, Message: "domains: is missing"}
		}), Outlook{Reason: api.ReasonInvalidSpec, Message: "domains: is missing"}},
		"a deleted record with Delete": {kept(recordGone(api.Delete)), Outlook{Deletions: 1, When: now, Reason: api.ReasonDeleting}},
		"a lease of another": {kept(status(func(s *api.CertificateStatus) { s.ClaimID, s.LeaseUntil = "other", now.Add(time.Minute) })),
			Outlook{When: now.Add(time.Minute), Reason: api.ReasonLeased}},
	} {
		t.Run(sentence, func(t *testing.T) {
			got := OutlookOf(c.in)
			got.RenewAt, got.Wanted, got.Targets, got.guessedZones, got.steps = time.Time{}, nil, nil, false, 0
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

// adoptable is a target that names a certificate which somebody imported, and which has expired.
func adoptable(t *Target) {
	t.ACMARN, t.Stored.Key = ownARN, ownARN
	t.Found = installed(ownARN, leaf("a1", began.Add(-life), now.Add(-time.Hour)), "")
	t.Found.Tags = nil
}

func TestOutlookOf_Targets(t *testing.T) {
	o := OutlookOf(kept(another(missing)))
	want := []TargetOutlook{
		{Key: place, ARN: ownARN, Wanted: true, State: api.Satisfies, Serial: "a1", NotAfter: ends, Imports: 1},
		{Key: "ap-northeast-1", ARN: otherARN, Wanted: true, State: api.Lacks, Reason: api.ReasonMissing, Imports: 1},
	}
	for i := range o.Targets {
		o.Targets[i].Message = ""
	}
	if !reflect.DeepEqual(o.Targets, want) {
		t.Errorf("got  %+v\nwant %+v", o.Targets, want)
	}
	if o.Wanted == nil || o.Wanted.KeyType != api.EC256 || o.Wanted.Directory != dir || len(o.Wanted.Domains) != 1 || o.RenewAt.IsZero() {
		t.Errorf("wanted is %+v, and the renewal %s", o.Wanted, o.RenewAt)
	}
}

// TestOutlookOf_AnyWorld: the outlook leaves what it is given alone, has an end, and begins with the decision.
func TestOutlookOf_AnyWorld(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyWorld.Draw(t, "world").Input
		before := text(in)
		o, p := OutlookOf(in), Decide(in)
		if text(in) != before {
			t.Fatalf("OutlookOf changed\n%s to\n%s", before, text(in))
		}
		if again := OutlookOf(in); !reflect.DeepEqual(o, again) {
			t.Fatalf("%+v, and then %+v", o, again)
		}
		if o.steps >= mostSteps-1 {
			t.Fatalf("no end: %+v", o)
		}
		total := 0
		for _, target := range o.Targets {
			total += target.Imports
		}
		switch {
		case total != o.Imports:
			t.Fatalf("%d imports at the targets, and %d of all", total, o.Imports)
		case !p.Passive() && p.Action != Notify && !o.When.Equal(in.Now):
			t.Fatalf("%s is now, and the first step is at %s", p.Action, o.When)
		case p.Reason == api.ReasonNotNeeded && p.Passive() && o.Orders+o.Imports+o.Adoptions+o.Deletions > 0:
			t.Fatalf("nothing to do, and %+v", o)
		case o.Orders > 2:
			t.Fatalf("%d orders", o.Orders)
		case strings.Contains(o.Message, assumed):
			t.Fatalf("a message of an assumption: %s", o.Message)
		}
	})
}

func BenchmarkOutlookOf_20Targets(b *testing.B) {
	in := manyTargets(20)
	b.ReportAllocs()
	for b.Loop() {
		OutlookOf(in)
	}
}

func BenchmarkOutlookOf_100Names(b *testing.B) {
	in := manyNames(100)
	b.ReportAllocs()
	for b.Loop() {
		OutlookOf(in)
	}
}

func manyNames(n int) Input {
	return fresh(spec(func(c *api.Certificate) {
		c.Domains = nil
		for i := range n {
			c.Domains = append(c.Domains, strings.Repeat("x", i+1)[:i%60+1]+string(rune('a'+i%26))+string(rune('a'+i/26))+".example.com")
		}
	}))
}

func TestAccountOutlook(t *testing.T) {
	account := func(change func(*AccountInput)) AccountInput {
		in := AccountInput{Now: now, Name: "default", HasRecord: true, Spec: &api.Account{Name: "default", Directory: dir}, SpecDigest: "spec 1",
			HasStatus: true, Config: times, Stored: api.AccountStatus{SpecDigest: "spec 1", Directory: dir, KeyID: "id"}}
		change(&in)
		return in
	}
	for sentence, c := range map[string]struct {
		in               AccountInput
		registers, ready bool
	}{
		"new":                           {account(func(*AccountInput) {}), true, true},
		"without a key that was made":   {account(func(in *AccountInput) { in.Stored.KeyCreated, in.KeyErr = true, failing(api.NotFound, "", "no secret") }), false, false},
		"registered, and not ready yet": {account(func(in *AccountInput) { in.Stored.KeyCreated, in.Stored.URI = true, "uri" }), false, true},
		"registered, with a new contact": {account(func(in *AccountInput) {
			in.Stored.KeyCreated, in.Stored.URI, in.Spec.Email = true, "uri", "ops@example.com"
		}), false, true},
		"registered at another directory": {account(func(in *AccountInput) {
			in.Stored.KeyCreated, in.Stored.URI, in.Stored.Directory = true, "uri", "https://ca.test/other"
		}), true, true},
		"not valid":               {account(func(in *AccountInput) { in.Spec = nil }), false, false},
		"deleted":                 {account(func(in *AccountInput) { in.HasRecord, in.Spec = false, nil }), false, false},
		"no record and no status": {AccountInput{Now: now, Name: "none", Config: times}, false, false},
		"backing off":             {account(func(in *AccountInput) { in.Stored.FailureBackoffUntil = now.Add(time.Minute) }), true, true},
		"failing": {account(func(in *AccountInput) {
			in.Stored.FailureBackoffUntil = now.Add(time.Minute)
			in.Stored.Conditions = []api.Condition{{Type: api.ConditionReady, Status: api.ConditionFalse, Reason: api.ReasonEABRequired}}
		}), false, false},
		"denied": {account(func(in *AccountInput) { in.Policies = api.UnreadablePolicySet() }), false, false},
	} {
		t.Run(sentence, func(t *testing.T) {
			if registers, ready := AccountOutlook(c.in); registers != c.registers || ready != c.ready {
				t.Errorf("registers %v and ready %v, want %v and %v", registers, ready, c.registers, c.ready)
			}
		})
	}
}

// TestOutlookOf_LeavesOutNotices: a notice that is not delivered yet is no step, and ended the dry run in a panic.
func TestOutlookOf_LeavesOutNotices(t *testing.T) {
	in := kept()
	want := OutlookOf(in)
	in.Stored.Outbox = []api.OutboxEntry{{Notice: api.Notice{ID: "1", Type: api.NoticeFailed, Name: "www", Reason: api.ReasonPolicyDenied, Time: in.Now}}}
	if p := Decide(in); p.Action != Notify {
		t.Fatalf("the next step is %s, want %s", p.Action, Notify)
	}
	if got := OutlookOf(in); got.Orders != want.Orders || got.Imports != want.Imports || !got.When.Equal(want.When) {
		t.Errorf("with a notice %+v, without %+v", got, want)
	}
	if len(in.Stored.Outbox) != 1 {
		t.Error("the dry run changed its input")
	}
}
