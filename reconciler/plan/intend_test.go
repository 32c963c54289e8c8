package plan

import (
	"testing"
	"time"

	"certloop/reconciler/api"
)

func TestIntend_WhatIsOnRecordBeforeAnEffect(t *testing.T) {
	for sentence, c := range map[string]struct {
		in    Input
		check func(Settled) bool
	}{
		"every effect has a lease, and a net under it": {kept(at(renewAt)), func(s Settled) bool {
			return s.Status.LeaseUntil.Equal(renewAt.Add(3*time.Minute)) && s.Status.DueAt == renewAt.Add(10*time.Minute).Unix() &&
				s.Status.Due == api.DuePartition
		}},
		"the issuance is not written where nothing of it changes": {fresh(issuing(), zones), func(s Settled) bool { return s.Issuance == nil }},
		"a first import is marked, so that its reply may be lost": {fresh(issuing(held(successor))), func(s Settled) bool {
			return s.Issuance.Imports[place].Equal(now) && s.Issuance.Chain != ""
		}},
		"also where there was no issuance": {fresh(wantsPlaceholder, func(in *Input) { in.Force = "now" }), func(s Settled) bool {
			return s.Issuance.Imports[place].Equal(now) && s.Issuance.Force == "now"
		}},
		"an import under an ARN is not": {kept(issuing(held(successor))), func(s Settled) bool { return s.Issuance.Imports == nil }},
		"values are listed before they are in DNS": {fresh(issuing(ordered), order(api.OrderPending)), func(s Settled) bool {
			return len(s.Issuance.Published) == 1 && !s.Issuance.Published[0].Submitted
		}},
		"with the role that removes them": {fresh(spec(func(c *api.Certificate) { c.DNS = api.Role{RoleARN: "role"} }), issuing(ordered, resolvedFor("", "role")), order(api.OrderPending)), func(s Settled) bool {
			return s.Issuance.Published[0].RoleARN == "role"
		}},
		"once each": {fresh(issuing(ordered, published, func(i *api.Issuance) { i.Published[0].Submitted = false }), order(api.OrderPending)), func(s Settled) bool {
			return len(s.Issuance.Published) == 1
		}},
		"a target at first sight has its place": {fresh(), func(s Settled) bool {
			return len(s.Status.Targets) == 1 && s.Status.Targets[0].Key == place && s.Status.Targets[0].State == api.Lacks
		}},
		"what a deletion will need": {fresh(spec(func(c *api.Certificate) {
			c.DeletionPolicy, c.Zone, c.DNS = api.Delete, "ZCOM", api.Role{RoleARN: "role"}
		})), func(s Settled) bool {
			return s.Status.DeletionPolicy == api.Delete && s.Status.Zone == "ZCOM" && s.Status.DNS.RoleARN == "role"
		}},
	} {
		t.Run(sentence, func(t *testing.T) {
			p := Decide(c.in)
			if p.Passive() {
				t.Fatalf("decided %+v", p)
			}
			if got := Intend(c.in, p, c.in.Now); !c.check(got) {
				t.Errorf("status %+v, issuance %+v", got.Status, got.Issuance)
			}
		})
	}
}

func TestIntend_TheLeaseEndsWithTheEffect(t *testing.T) {
	in := kept(at(renewAt))
	p := Decide(in)
	before := claimed(in, p)
	if before.Stored.ClaimID == "" || before.Stored.LeaseUntil.IsZero() {
		t.Fatal("it is not claimed")
	}
	for name, o := range map[string]Outcome{"done": {Sealed: []byte("sealed")}, "failed": {Err: errBug}} {
		if got := Settle(before, p, o).Status; got.ClaimID != "" || !got.LeaseUntil.IsZero() {
			t.Errorf("%s: claim %q until %s", name, got.ClaimID, got.LeaseUntil)
		}
	}
}

func TestIntend_Tokens(t *testing.T) {
	token := func(text string) option { return spec(func(c *api.Certificate) { c.RenewToken = text }) }
	known := func(text string) option {
		return status(func(s *api.CertificateStatus) { s.RenewToken = text })
	}
	for sentence, c := range map[string]struct {
		in           Input
		token, force string
	}{
		"the first one of a record that has a certificate forces": {kept(token("one")), "one", "one"},
		"also of one whose certificate was not made for it":       {kept(token("one"), status(func(s *api.CertificateStatus) { s.IssuanceDigest = "" })), "one", "one"},
		"one that a new record has is a baseline":                 {fresh(token("one")), "one", ""},
		"also where its certificate is in place already":          {fresh(token("one"), target(holds(leaf("a1", began, ends)))), "one", ""},
		"one that comes before the first certificate, too":        {fresh(token("one"), status(func(s *api.CertificateStatus) { s.Version = 1 })), "one", ""},
		"an invocation goes before a new one":                     {kept(func(in *Input) { in.Force = "now" }, token("two"), known("one")), "two", "now"},
		"a new one forces":                                        {kept(token("two"), known("one")), "two", "two"},
		"the same does not":                                       {kept(token("one"), known("one")), "one", ""},
		"nor does its removal":                                    {kept(known("one")), "one", ""},
		"nor its return":                                          {kept(known("one"), token("one")), "one", ""},
		"an invocation forces by its own":                         {kept(func(in *Input) { in.Force = "now" }, known("one")), "one", "now"},
		"a lost status finds them in the issuance":                {fresh(issuing(func(i *api.Issuance) { i.Force, i.RenewToken = "now", "one" })), "one", "now"},
		"also where the record has none any more":                 {fresh(token("one"), issuing(func(i *api.Issuance) { i.Force, i.RenewToken = "one", "one" })), "one", "one"},
		"a status that is there knows better":                     {kept(known("two"), issuing(func(i *api.Issuance) { i.Force, i.RenewToken = "one", "one" })), "two", ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			if s := newDraft(c.in).next; s.RenewToken != c.token || s.Force != c.force {
				t.Errorf("token %q, forced by %q, want %q and %q", s.RenewToken, s.Force, c.token, c.force)
			}
		})
	}
}

func TestIntend_TheBaselineOfALostStatus(t *testing.T) {
	in := fresh(target(holds(leaf("a1", began, ends))))
	if s := newDraft(in); s.next.IssuanceDigest != s.digest {
		t.Error("what satisfies is not accepted as it is")
	}
	flying := fresh(target(holds(leaf("a1", began, ends))), issuing(ordered))
	if s := newDraft(flying); s.next.IssuanceDigest != "" {
		t.Error("an issuance in flight is taken as finished")
	}
	if got := Decide(flying); got.Action == DropIssuance {
		t.Errorf("an issuance in flight is given up: %+v", got)
	}
	if s := newDraft(fresh()); s.next.IssuanceDigest != "" {
		t.Error("nothing is taken for a certificate")
	}
	in = fresh(target(both(holds(leaf("a1", began, ends)), known)))
	if got := Decide(in.with(spec(func(c *api.Certificate) { c.RenewToken = "one" }))); got.Action == MakeKey {
		t.Errorf("a token that was there before the status was lost forces: %+v", got)
	}
	if got := Decide(in.with(func(in *Input) { in.Force = "now" })); got.Action != MakeKey {
		t.Errorf("a token that comes with the loss of the status does nothing: %+v", got)
	}
}

// TestIntend_ALeaseCountsFromItsClaim: what was observed may be older.
func TestIntend_ALeaseCountsFromItsClaim(t *testing.T) {
	in := fresh(issuing(held(successor)))
	claimedAt := now.Add(40 * time.Second)
	got := Intend(in, Decide(in), claimedAt)
	if !got.Status.LeaseUntil.Equal(claimedAt.Add(times.Lease)) || !got.Issuance.Imports[place].Equal(claimedAt) {
		t.Errorf("lease until %s, import begun %s", got.Status.LeaseUntil, got.Issuance.Imports[place])
	}
}

// TestIntend_AnEffectThatWasNotBegunLeavesNoMark: neither its lease nor an import that may show up.
func TestIntend_AnEffectThatWasNotBegunLeavesNoMark(t *testing.T) {
	in := fresh(issuing(held(successor)))
	p := Decide(in)
	in = stored(in, Intend(in, p, now))
	got := Abandon(in, p)
	if got.Status.ClaimID != "" || !got.Status.LeaseUntil.IsZero() || len(got.Issuance.Imports) > 0 || got.Issuance.Chain == "" {
		t.Errorf("left: %+v, %+v", got.Status, got.Issuance)
	}
}
