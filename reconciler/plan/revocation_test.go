package plan

import (
	"slices"
	"strings"
	"testing"
	"time"

	"certloop/reconciler/api"
	"pgregory.net/rapid"
)

// asksCA is a world in which CAs are asked about revocation, and in which the next request about the certificate is due.
func asksCA(in *Input) {
	in.Config.CheckRevocation = true
	status(func(s *api.CertificateStatus) {
		s.Revocations = []api.RevocationStatus{{Serial: "a1", FingerprintSHA256: "fingerprint of a1", NextCheckAt: now.Add(-time.Minute)}}
	})(in)
}

// entry changes the stored entry of the certificate in place.
func entry(change func(*api.RevocationStatus)) option {
	return func(in *Input) {
		asksCA(in)
		change(&in.Stored.Revocations[0])
	}
}

// caSays is the CA's answer about the certificate in place.
func caSays(r api.Revocation) option {
	return func(in *Input) {
		asksCA(in)
		in.Revocations = map[string]RevocationAnswer{"fingerprint of a1": {r}}
	}
}

var (
	revokedNow  = api.Revocation{State: api.RevocationRevoked, RevokedAt: now.Add(-time.Hour), Reason: "keyCompromise"}
	unknownNow  = api.Revocation{State: api.RevocationUnknown, Message: "no route"}
	isRevokedAt = entry(func(r *api.RevocationStatus) {
		r.State, r.RevokedAt, r.RevocationReason = api.RevocationRevoked, now, "superseded"
	})
)

func TestRevocation_IsAskedWhereItIsDue(t *testing.T) {
	for sentence, c := range map[string]struct {
		in   Input
		asks int
	}{
		"when it is due":                      {kept(asksCA), 1},
		"also while it is suspended":          {kept(asksCA, spec(func(c *api.Certificate) { c.Suspend = true })), 1},
		"not before":                          {kept(entry(func(r *api.RevocationStatus) { r.NextCheckAt = now.Add(time.Second) })), 0},
		"not again of a revoked one":          {kept(isRevokedAt), 0},
		"not where it is switched off":        {kept(asksCA, func(in *Input) { in.Config.CheckRevocation = false }), 0},
		"not of one that does not satisfy":    {kept(asksCA, spec(otherNames)), 0},
		"not of one that is missing":          {kept(asksCA, target(missing)), 0},
		"not where the target cannot be read": {kept(asksCA, target(blind)), 0},
		"not before there is an entry":        {kept(asksCA, status(func(s *api.CertificateStatus) { s.Revocations = nil })), 0},
		"not under another's lease":           {kept(asksCA, status(func(s *api.CertificateStatus) { s.ClaimID, s.LeaseUntil = "c", now.Add(time.Minute) })), 0},
		"not of a deleted record":             {kept(asksCA, recordGone(api.Retain)), 0},
		"once for two targets that share it":  {kept(asksCA, another(asIs)), 1},
	} {
		t.Run(sentence, func(t *testing.T) {
			if due := NeedsRevocation(c.in); len(due) != c.asks {
				t.Errorf("it asks %v", due)
			}
		})
	}
}

func TestRevocation_AsksInTheNetworkOfTheAccount(t *testing.T) {
	in := kept(asksCA, account(func(a *Account) {
		a.Spec = &api.Account{Name: "default", Directory: dir, Network: api.NetworkPrivate, CACertificates: "roots"}
	}), target(func(t *Target) { t.Found.Chain = "leaf and issuer" }))
	want := api.RevocationQuery{Chain: "leaf and issuer", Network: api.NetworkPrivate, CACertificates: "roots"}
	if due := NeedsRevocation(in); len(due) != 1 || due[0].Query != want {
		t.Errorf("%+v, want %+v", due, want)
	}
	if due := NeedsRevocation(kept(asksCA, account(noAccount))); len(due) != 1 || due[0].Query.Network != "" {
		t.Errorf("without an account: %+v", due)
	}
}

func TestRevocation_OnlyRevokedChangesSomething(t *testing.T) {
	for sentence, c := range map[string]struct {
		in     Input
		action Action
		state  api.RevocationState
		next   time.Time
	}{
		"good":                          {kept(caSays(api.Revocation{State: api.RevocationGood})), Wait, api.RevocationGood, revocationSlot("www", "a1", now)},
		"unknown":                       {kept(caSays(unknownNow)), Wait, api.RevocationUnknown, now.Add(10 * time.Minute)},
		"unknown again":                 {kept(caSays(unknownNow), failedBefore(3)), Wait, api.RevocationUnknown, now.Add(80 * time.Minute)},
		"unknown for weeks":             {kept(caSays(unknownNow), failedBefore(500)), Wait, api.RevocationUnknown, now.Add(day)},
		"revoked":                       {kept(caSays(revokedNow)), MakeKey, api.RevocationRevoked, time.Time{}},
		"good, of one that was revoked": {kept(caSays(api.Revocation{State: api.RevocationGood}), revokedBefore), MakeKey, api.RevocationRevoked, now.Add(-time.Minute)},
		"revoked, while suspended": {kept(caSays(revokedNow), spec(func(c *api.Certificate) { c.Suspend = true })), Wait,
			api.RevocationRevoked, time.Time{}},
	} {
		t.Run(sentence, func(t *testing.T) {
			p := Decide(c.in)
			if p.Action != c.action {
				t.Errorf("it decides %s (%s)", p.Action, p.Reason)
			}
			s := Settle(c.in, p, Outcome{}).Status
			if len(s.Revocations) != 1 || s.Revocations[0].State != c.state || !s.Revocations[0].NextCheckAt.Equal(c.next) {
				t.Errorf("on record is %+v, want %s and %s", s.Revocations, c.state, c.next)
			}
			ready, _ := api.GetCondition(s.Conditions, api.ConditionReady)
			notices := slices.ContainsFunc(s.Outbox, func(e api.OutboxEntry) bool { return e.Type == api.NoticeRevoked })
			if revoked := c.state == api.RevocationRevoked; revoked != (ready.Reason == api.ReasonRevoked) || revoked != notices || revoked == (ready.Status == api.ConditionTrue) {
				t.Errorf("Ready is %s %s, notices %+v", ready.Status, ready.Reason, s.Outbox)
			}
			if len(s.Outbox) > 1 {
				t.Errorf("one event has the notices %+v", s.Outbox)
			}
		})
	}
}

func failedBefore(n int) option {
	return status(func(s *api.CertificateStatus) { s.Revocations[0].Failures = n })
}

func revokedBefore(in *Input) {
	status(func(s *api.CertificateStatus) { s.Revocations[0].State = api.RevocationRevoked })(in)
}

// TestRevocation_AnAnswerCountsOnce: Settle gets the answer that Intend has stored.
func TestRevocation_AnAnswerCountsOnce(t *testing.T) {
	in := kept(caSays(unknownNow), target(missing), another(asIs), nthTarget(1, holds(leaf("a1", began, ends))))
	p := Decide(in)
	claimed := in
	claimed.Stored = Intend(in, p, now).Status
	if s := Settle(claimed, p, Outcome{Sealed: []byte("x")}).Status; s.Revocations[0].Failures != 1 {
		t.Errorf("counted %d times", s.Revocations[0].Failures)
	}
}

func TestRevocation_IsReportedOnce(t *testing.T) {
	in := kept(caSays(revokedNow))
	first := Settle(in, Decide(in), Outcome{Sealed: []byte("x")})
	in.Stored, in.Revocations, in.Issuance = first.Status, nil, first.Issuance
	again := Settle(in, Decide(in), Outcome{Err: &api.Error{Kind: api.Transient}}).Status
	if len(again.Outbox) != 1 || again.Outbox[0].Type != api.NoticeRevoked || !strings.Contains(again.Outbox[0].Message, "keyCompromise") {
		t.Errorf("%+v", again.Outbox)
	}
	if got := NewlyRevoked(kept(asksCA).Stored, first.Status); !slices.Equal(got, []string{"a1"}) {
		t.Errorf("newly revoked are %v", got)
	}
	if got := NewlyRevoked(first.Status, again); len(got) != 0 {
		t.Errorf("newly revoked are %v again", got)
	}
}

func TestRevocation_TheSuccessor(t *testing.T) {
	in := kept(caSays(revokedNow), status(func(s *api.CertificateStatus) { s.ARI = &api.ARIStatus{CertID: "aki.a1"} }))
	made := Settle(in, Decide(in), Outcome{Sealed: []byte("x")})
	iss := made.Issuance
	if iss == nil || iss.RenewalOf != "a1" || iss.Exemption != api.ReasonRepair || iss.EarlyWindow != api.EarlyHonoured {
		t.Errorf("the issuance is %+v", iss)
	}
	in.Stored, in.Issuance, in.Revocations = made.Status, iss, nil
	in.Zones = []api.ChallengeZone{{Domain: "www.example.com", FQDN: "_acme-challenge.www.example.com", Zone: "Z1"}}
	if p := Decide(in); p.Action != NewOrder || p.ReplacesCertID != "aki.a1" {
		t.Errorf("the order is %+v", p)
	}
}

// TestRevocation_IsBoundedByTheInterval: the successor of a revoked certificate has used the exemption of a repair.
func TestRevocation_IsBoundedByTheInterval(t *testing.T) {
	first := kept(caSays(revokedNow), paced(time.Hour))
	if p := Decide(first); p.Action != MakeKey {
		t.Errorf("the first waits: %+v", p)
	}
	second := kept(caSays(revokedNow), paced(time.Hour, func(i *api.IssuedStatus) { i.RepairedAt = i.At }))
	if p := Decide(second); p.Reason != api.ReasonMinimumInterval || !p.At.Equal(now.Add(11*time.Hour)) {
		t.Errorf("the second is decided %+v", p)
	}
}

func TestRevocation_AHeldChainThatIsRevokedIsSuperseded(t *testing.T) {
	in := kept(asksCA, func(in *Input) {
		in.Issuance = &api.Issuance{Digest: current, Account: "default", Directory: dir, Domains: in.Spec.Domains, KeyType: api.EC256, SealedKey: []byte("x"),
			Chain: "chain", Serial: "a1", FingerprintSHA256: "fingerprint of a1", NotBefore: began, NotAfter: ends}
	}, another(missing))
	if p := Decide(in); p.Action != Import {
		t.Fatalf("the good one is decided %+v", p)
	}
	revokedBefore(&in)
	if p := Decide(in); p.Action != DropIssuance || p.Success {
		t.Errorf("%+v", p)
	}
}

func TestRevocation_EntriesFollowWhatIsInstalled(t *testing.T) {
	off := kept(isRevokedAt, func(in *Input) { in.Config.CheckRevocation = false })
	if s := Settle(off, Decide(off), Outcome{}).Status; s.Revocations != nil || !api.IsTrue(s.Conditions, api.ConditionReady) {
		t.Errorf("switched off: %+v", s.Revocations)
	}
	for sentence, c := range map[string]struct {
		in   Input
		want []string
	}{
		"a new certificate is added, the old one removed":   {kept(asksCA, target(holds(leaf("b2", began, ends)))), []string{"b2"}},
		"it stays while a target cannot be read":            {kept(asksCA, target(blind)), []string{"a1"}},
		"it goes with the certificate":                      {kept(asksCA, target(missing)), nil},
		"one for each certificate":                          {kept(asksCA, another(holds(leaf("b2", began, ends)))), []string{"a1", "b2"}},
		"it stays where the certificate is another's names": {kept(asksCA, spec(otherNames)), []string{"a1"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			var got []string
			for _, r := range newDraft(c.in).next.Revocations {
				got = append(got, r.Serial)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

func TestRevocation_TheTimeOfDayIsFixedAndNotTooSoon(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name, serial := rapid.String().Draw(t, "name"), rapid.String().Draw(t, "serial")
		at := now.Add(time.Duration(rapid.Int64Range(0, int64(1000*day)).Draw(t, "at"))).Truncate(time.Second)
		slot := revocationSlot(name, serial, at)
		if !slot.After(at) || slot.Sub(at) > day {
			t.Fatalf("%s after %s", slot, at)
		}
		if next := revocationSlot(name, serial, slot); next.Sub(slot) != day {
			t.Fatalf("the next one is %s later", next.Sub(slot))
		}
	})
	in := kept(asksCA, status(func(s *api.CertificateStatus) { s.Revocations = nil }))
	if r := newDraft(in).next.Revocations[0]; r.NextCheckAt.Before(now.Add(settledIn)) {
		t.Errorf("the first request is at %s", r.NextCheckAt)
	}
}

func TestBelieve_Revocations(t *testing.T) {
	stored := api.CertificateStatus{Revocations: []api.RevocationStatus{
		{FingerprintSHA256: "a", State: "Odd", CheckedAt: now.Add(day), NextCheckAt: now.Add(1000 * day), Failures: -1},
		{FingerprintSHA256: "a", State: api.RevocationRevoked}, {State: api.RevocationRevoked},
	}}
	got := Believe(stored, "www", now, times).Revocations
	if len(got) != 1 || got[0] != (api.RevocationStatus{FingerprintSHA256: "a"}) {
		t.Errorf("%+v", got)
	}
}
