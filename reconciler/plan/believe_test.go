package plan

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"certloop/reconciler/api"
	"pgregory.net/rapid"
)

var farAhead = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

func asJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func believed(change func(*api.CertificateStatus)) api.CertificateStatus {
	s := kept().Stored
	change(&s)
	return Believe(s, "www", now, times)
}

// TestBelieve_WhatTheControllerWroteIsBelieved: nothing of it changes.
func TestBelieve_WhatTheControllerWroteIsBelieved(t *testing.T) {
	in := kept(at(renewAt))
	p := Decide(in)
	for name, s := range map[string]api.CertificateStatus{"at rest": kept().Stored, "claimed": Intend(in, p, in.Now).Status} {
		if s.ClaimID = ""; name == "claimed" {
			s.ClaimID = "claim-1"
		}
		if got := Believe(s, "www", in.Now, times); asJSON(got) != asJSON(s) {
			t.Errorf("%s: believed\n%s of\n%s", name, asJSON(got), asJSON(s))
		}
	}
}

func TestAttack_ForgedOutbox(t *testing.T) {
	notice := func(name, kind string) api.OutboxEntry {
		return api.OutboxEntry{Notice: api.Notice{ID: "0123", Name: name, Type: kind, Time: now, Reason: "Forged", Message: "call\n\u202e+1 555"}}
	}
	got := believed(func(s *api.CertificateStatus) {
		s.Outbox = []api.OutboxEntry{notice("victim", api.NoticeFailed), notice("www", api.NoticeDigest), notice("www", "Anything"),
			notice("www", api.NoticeAccountFailed), notice("www", api.NoticeFailed)}
	}).Outbox
	if len(got) != 1 || got[0].Name != "www" || got[0].Type != api.NoticeFailed || strings.ContainsAny(got[0].Message, "\n\u202e") {
		t.Errorf("believed %+v", got)
	}
}

func TestAttack_ForgedLease(t *testing.T) {
	for name, until := range map[string]time.Time{"the year 9999": farAhead, "longer than a lease": now.Add(times.longestLease() + time.Second)} {
		got := believed(func(s *api.CertificateStatus) { s.ClaimID, s.LeaseUntil = "forged", until })
		if got.ClaimID != "" || !got.LeaseUntil.IsZero() {
			t.Errorf("%s: believed %q until %s", name, got.ClaimID, got.LeaseUntil)
		}
		raw := kept(status(func(s *api.CertificateStatus) { s.ClaimID, s.LeaseUntil = "forged", until }))
		if p := Decide(raw); p.Reason == api.ReasonLeased {
			t.Errorf("%s: decided %+v", name, p)
		}
	}
	if got := believed(func(s *api.CertificateStatus) { s.ClaimID, s.LeaseUntil = "claim-1", now.Add(times.Lease) }); got.ClaimID == "" {
		t.Error("a lease of ours is not believed")
	}
}

func TestAttack_ForgedPauses(t *testing.T) {
	got := believed(func(s *api.CertificateStatus) {
		s.FailureBackoffUntil, s.RetryAfterUntil, s.TransientBackoffUntil, s.NextCleanupAt, s.NextDeliveryAt = farAhead, farAhead, farAhead, farAhead, farAhead
		s.QueuedFor, s.DeletingSince, s.Failures, s.TransientErrors, s.Generation = farAhead, farAhead, 1<<62, -7, 1<<62
		s.ARI = &api.ARIStatus{CertID: "x", NextCheckAt: farAhead}
		s.Targets[0].NextAttemptAt, s.Targets[0].NextTagAt, s.Targets[0].Failures = farAhead, farAhead, 1<<62
		s.Attempts = map[string]api.Attempt{"NewOrder": {Count: 1 << 62, Last: farAhead}}
	})
	everyTime(reflect.ValueOf(got), "", func(path string, at time.Time) {
		if at.After(now.Add(longestPause)) && !strings.HasSuffix(path, "NotAfter") && path != ".RenewAt" {
			t.Errorf("%s is %s", path, at)
		}
	})
	if got.Failures > mostCounted || got.TransientErrors != 0 || got.Generation > mostCounted || got.Targets[0].Failures > mostCounted {
		t.Errorf("counted %d, %d, %d, %d", got.Failures, got.TransientErrors, got.Generation, got.Targets[0].Failures)
	}
}

func TestAttack_ForgedTargets(t *testing.T) {
	own := api.Location{Region: place}
	got := believed(func(s *api.CertificateStatus) {
		s.Targets = []api.TargetStatus{
			{Key: place, Location: own, ARN: "arn:aws:s3:::bucket", RetiredARN: "anything"},
			{Key: place, Location: own, ARN: otherARN},
			{Key: "eu-west-1", Location: own, ARN: otherARN},
			{Key: otherARN, Location: own, ARN: ownARN},
			{Key: "arn:nonsense", Location: own},
		}
	}).Targets
	want := []api.TargetStatus{{Key: place, Location: own}, {Key: otherARN, Location: own}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("believed %+v", got)
	}
}

func TestAttack_ForgedIssuance(t *testing.T) {
	foreign := api.PublishedTXT{TXT: api.TXT{FQDN: "example.com", Value: "v=spf1 -all"}, Zone: "ZCOM"}
	ours := api.PublishedTXT{TXT: api.TXT{FQDN: "_acme-challenge.example.com", Value: strings.Repeat("A", 43)}, Zone: "ZCOM"}
	got := BelieveIssuance(&api.Issuance{
		OrderURL: "http://169.254.169.254/latest", GivenUpOrder: "file:///etc/passwd", Published: []api.PublishedTXT{foreign, ours},
		Imports: map[string]time.Time{place: farAhead, tokyo: now}, CreatedAt: farAhead,
	}, now, times)
	if got.OrderURL != "" || got.GivenUpOrder != "" || !got.CreatedAt.IsZero() || len(got.Imports) != 1 || len(got.Published) != 1 {
		t.Errorf("believed %+v", got)
	}
	chain := BelieveIssuance(&api.Issuance{Chain: "no chain", SealedKey: []byte("key"), Published: []api.PublishedTXT{ours}}, now, times)
	if chain.Chain != "" || len(chain.SealedKey) > 0 || len(chain.Published) != 1 {
		t.Errorf("a chain that is none: %+v", chain)
	}
}

func TestAttack_ForgedAccountStatus(t *testing.T) {
	got := BelieveAccount(api.AccountStatus{
		ClaimID: "forged", LeaseUntil: farAhead, FailureBackoffUntil: farAhead, RetryAfterUntil: farAhead, Failures: 1 << 60,
		Directory: dir, KeyID: "victim/0123", KeyCreated: true, URI: "https://evil.test/acct",
	}, "default", now, times)
	if got.ClaimID != "" || !got.FailureBackoffUntil.IsZero() || !got.RetryAfterUntil.IsZero() || got.KeyID != "" || got.KeyCreated || got.URI != "" ||
		got.Failures > mostCounted {
		t.Errorf("believed %+v", got)
	}
}

// hostile puts anything into any field.
func hostile(t *rapid.T, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(one(t, "time", time.Time{}, now, now.Add(-time.Hour), now.Add(time.Hour), farAhead, time.Unix(1, 0).UTC())))
			return
		}
		for i := range v.NumField() {
			if rapid.IntRange(0, 2).Draw(t, "field") == 0 {
				hostile(t, v.Field(i))
			}
		}
	case reflect.String:
		v.SetString(one(t, "text", "", "www", "victim", place, ownARN, otherARN, current, "\x00\n", strings.Repeat("x", 5000), "Delete", "True"))
	case reflect.Int, reflect.Int64:
		v.SetInt(one[int64](t, "number", 0, 1, -1, 1<<62, -1<<62, 20))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "bool"))
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		list := reflect.MakeSlice(v.Type(), rapid.IntRange(0, 3).Draw(t, "entries"), 3)
		for i := range list.Len() {
			hostile(t, list.Index(i))
		}
		v.Set(list)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		hostile(t, v.Elem())
	case reflect.Map:
		m, key, value := reflect.MakeMap(v.Type()), reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		hostile(t, key)
		hostile(t, value)
		m.SetMapIndex(key, value)
		v.Set(m)
	}
}

// hostileWorld is a world whose status and issuance somebody else wrote, as they are believed.
func hostileWorld(t *rapid.T) Input {
	in := anyWorld.Draw(t, "world").Input
	hostile(t, reflect.ValueOf(&in.Stored).Elem())
	in.HasStatus = true
	if in.Issuance != nil {
		iss := *in.Issuance
		hostile(t, reflect.ValueOf(&iss).Elem())
		in.Issuance = BelieveIssuance(&iss, in.Now, in.Config)
	}
	in.Stored = Believe(in.Stored, in.Name, in.Now, in.Config)
	byKey := map[string]api.TargetStatus{}
	for _, ts := range in.Stored.Targets {
		byKey[ts.Key] = ts
	}
	for i := range in.Targets {
		ts, ok := byKey[in.Targets[i].Stored.Key]
		if !ok {
			ts = api.TargetStatus{Key: in.Targets[i].Stored.Key}
		}
		in.Targets[i].Stored = ts
	}
	return in
}

// TestBelieve_AHostileStatusDoesNoHarm: whatever is stored, nothing panics, nothing is touched that is not proved to be ours, no
// wait is longer than a pause may be, and what is written is believed in the next pass.
func TestBelieve_AHostileStatusDoesNoHarm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := hostileWorld(t)
		p := Decide(in)
		s := newDraft(in)
		if !permitted(&s.facts, &p) {
			t.Fatalf("not proved to be ours: %+v", p)
		}
		if p.Reason == api.ReasonLeased && p.At.After(in.Now.Add(times.longestLease())) {
			t.Fatalf("leased until %s", p.At)
		}
		if p.Action == Notify {
			if n := in.Stored.Outbox[NextNotice(in.Stored.Outbox)]; n.Name != in.Name {
				t.Fatalf("a notice of %s", n.Name)
			}
		}
		if !p.Passive() {
			intended := Intend(in, p, in.Now)
			intended.Status.ClaimID = "claim-1"
			stillBelieved(t, in, intended.Status)
		}
		stillBelieved(t, in, take(in, p, someOutcome(t, p)).Status)
	})
}

func stillBelieved(t *rapid.T, in Input, s api.CertificateStatus) {
	got := Believe(s, in.Name, in.Now, in.Config)
	if got.ClaimID != s.ClaimID || len(got.Outbox) != len(s.Outbox) || len(got.Conditions) != len(s.Conditions) || !got.LeaseUntil.Equal(s.LeaseUntil) {
		t.Fatalf("wrote\n%s\nand believes\n%s", asJSON(s), asJSON(got))
	}
}
