package plan

import (
	"testing"
	"time"

	"certloop/reconciler/api"
)

// reserving is an order that was counted in the ledger, and is or is not placed.
func reserving(i *api.Issuance) { i.ReservedAt = now.Add(-time.Minute) }

// settledLedger returns the ledger that is written after the step that is decided.
func settledLedger(in Input, o Outcome) *api.Ledger {
	p := Decide(in)
	return Settle(claimed(in, p), p, o).Ledger
}

// TestSettle_WhatBecomesOfWhatWasCounted: an order of which no certificate comes is taken back, except for the order itself, and the
// validations that failed are counted in the same write.
func TestSettle_WhatBecomesOfWhatWasCounted(t *testing.T) {
	one := func(l *api.Ledger) { ordersUsed(1)(l); domainUsed(1)(l); setUsed(1)(l) }
	failed := fresh(issuing(ordered, reserving), func(in *Input) {
		in.Order = &api.Order{URL: orderURL, Status: api.OrderInvalid, Authorizations: []api.Authorization{
			{Domain: "www.example.com", Status: "invalid", ChallengeStatus: "invalid"}, {Domain: "api.example.com", Status: "valid", ChallengeStatus: "valid"}}}
	}, limits(one))
	if p := Decide(failed); p.Action != DropIssuance {
		t.Fatalf("it is decided %s", p.Action)
	}
	l := settledLedger(failed, Outcome{})
	if l == nil || l.Orders <= millis(now) || l.Domains["example.com"] > millis(now) || l.Sets[orderOf([]string{"www.example.com"}).set] > millis(now) || len(l.Failures) != 1 || l.Failures["www.example.com"] != millis(now)+bucketOf(letsEncrypt.FailedValidations, true).every {
		t.Errorf("after a failed validation: %+v", l)
	}
	finalizedOrder := fresh(issuing(ordered, reserving, func(i *api.Issuance) { i.FinalizedAt = now.Add(-time.Minute) }), func(in *Input) { in.Order = failed.Order }, limits(one))
	if l := settledLedger(finalizedOrder, Outcome{}); l != nil {
		t.Errorf("of an order that was finalized: %+v", l)
	}
	uncounted := fresh(issuing(ordered), func(in *Input) { in.Order = failed.Order }, limits(one))
	if l := settledLedger(uncounted, Outcome{}); l != nil {
		t.Errorf("of an order that was not counted: %+v", l)
	}
	anothers := fresh(issuing(ordered, reserving, func(i *api.Issuance) { i.Account = "other" }), order(api.OrderPending), limits(one))
	if l := settledLedger(anothers, Outcome{}); l != nil {
		t.Errorf("of an order of another account: %+v", l)
	}
	old := fresh(issuing(ordered, func(i *api.Issuance) { i.ReservedAt = now.Add(-7 * day) }), func(in *Input) { in.Order = failed.Order }, limits(one))
	if l := settledLedger(old, Outcome{}); l == nil || l.Domains["example.com"] <= millis(now) || l.Sets[orderOf([]string{"www.example.com"}).set] > millis(now)+bucketOf(letsEncrypt.CertificatesPerSet, true).every {
		t.Errorf("of an order whose count was refilled since: %+v", l)
	}
}

// TestSettle_WhetherAnOrderMayHaveBeenMade is on record after a failed order, and not after one that was placed or given up.
func TestSettle_WhetherAnOrderMayHaveBeenMade(t *testing.T) {
	in := fresh(issuing(), zones, limits(unused))
	p := Decide(in)
	on := claimed(in, p)
	intent := Intend(in, p, now)
	if p.Action != NewOrder || intent.Ledger == nil || intent.Issuance == nil || !intent.Issuance.ReservedAt.Equal(now) {
		t.Fatalf("%s, intended %+v", p.Action, intent)
	}
	on.Issuance = intent.Issuance
	for sentence, c := range map[string]struct {
		o      Outcome
		unused bool
	}{
		"a lost reply":           {Outcome{Err: failing(api.Transient, "", "no answer")}, false},
		"a refusal":              {Outcome{Err: failing(api.Terminal, "", "no")}, true},
		"a refusal for its rate": {Outcome{Err: failing(api.Throttled, "", "later")}, true},
		"it was not tried":       {Outcome{Err: failing(api.Transient, "", "no key"), NotTried: true}, true},
		"it was placed":          {Outcome{Order: &api.Order{URL: orderURL, Status: api.OrderPending}}, false},
	} {
		if got := Settle(on, p, c.o).Issuance; got == nil || got.ReservedUnused != c.unused || !got.ReservedAt.Equal(now) {
			t.Errorf("%s: %+v", sentence, got)
		}
	}
	if got := Abandon(on, p).Issuance; got == nil || !got.ReservedUnused {
		t.Errorf("abandoned: %+v", got)
	}
	if IsCounted(in) || !IsCounted(on) || !IsCounted(fresh(issuing(), zones)) {
		t.Error("whether the order is counted")
	}
}

// TestSettle_ADamagedLedgerIsWrittenAnew by a pass that waits for it; one in order is left alone.
func TestSettle_ADamagedLedgerIsWrittenAnew(t *testing.T) {
	forged := fresh(limits(func(l *api.Ledger) { l.Orders = 1 << 60 }))
	if l := settledLedger(forged, Outcome{}); !forged.LedgerDistrusted || l == nil || l.Orders > millis(now.Add(4*time.Hour)) {
		t.Errorf("distrusted %v, written %+v", forged.LedgerDistrusted, l)
	}
	fine := fresh(limits(ordersUsed(300)))
	if l := settledLedger(fine, Outcome{}); fine.LedgerDistrusted || l != nil {
		t.Errorf("distrusted %v, written %+v", fine.LedgerDistrusted, l)
	}
	for sentence, change := range map[string]func(*api.Ledger){
		"a domain": func(l *api.Ledger) { l.Domains = map[string]int64{"example.com": 1 << 60} },
		"a name":   func(l *api.Ledger) { l.Failures = map[string]int64{"www.example.com": 1 << 60} },
	} {
		if in := fresh(limits(change)); !in.LedgerDistrusted {
			t.Errorf("%s is trusted", sentence)
		}
	}
}

// TestNeedsLedger: it is read before an order or the end of one that was counted, once, and only with limits.
func TestNeedsLedger(t *testing.T) {
	unread := func(in *Input) { in.Ledger = nil }
	for sentence, c := range map[string]struct {
		in   Input
		want bool
	}{
		"a key would be made":           {fresh(limits(unused), unread), true},
		"an order would be placed":      {fresh(issuing(), zones, limits(unused), unread), true},
		"it was read":                   {fresh(limits(unused)), false},
		"the account has no limits":     {fresh(), false},
		"nothing is to be done":         {kept(limits(unused), unread), false},
		"an order is under way":         {fresh(issuing(ordered, reserving), order(api.OrderReady), limits(unused), unread), false},
		"an order that counted failed":  {fresh(issuing(ordered, reserving), order(api.OrderInvalid), limits(unused), unread), true},
		"one that was not counted does": {fresh(issuing(ordered), order(api.OrderInvalid), limits(unused), unread), false},
	} {
		if got := NeedsLedger(c.in); got != c.want {
			t.Errorf("%s: %v", sentence, got)
		}
	}
}

// TestShare has how urgent an order is, in thousandths: less is more urgent.
func TestShare(t *testing.T) {
	found := func(change func(*api.Installed)) option {
		return target(func(t *Target) { c := *t.Found; change(&c); t.Found = &c })
	}
	for sentence, c := range map[string]struct {
		in   Input
		want int64
	}{
		"nothing is in place":               {fresh(), whole},
		"two thirds of the life are left":   {kept(), whole},
		"half of it is":                     {kept(at(began.Add(life / 2))), whole},
		"a third is":                        {kept(at(began.Add(life * 2 / 3))), 666},
		"a tenth is":                        {kept(at(began.Add(life * 9 / 10))), 200},
		"it has expired":                    {kept(at(ends.Add(time.Hour))), 0},
		"it is missing":                     {kept(target(missing)), 0},
		"it is revoked":                     {kept(caSays(revokedNow)), 0},
		"it could not be read":              {kept(target(blind)), whole},
		"a placeholder ends soon":           {kept(at(began.Add(life*9/10)), found(func(i *api.Installed) { i.Tags = map[string]string{api.TagPlaceholder: "true"} })), whole},
		"a self-signed one ends soon":       {kept(at(began.Add(life*9/10)), found(func(i *api.Installed) { i.SelfSigned = true })), whole},
		"one with impossible times":         {kept(found(func(i *api.Installed) { i.NotBefore = i.NotAfter.Add(time.Hour) })), 0},
		"one that no target wants any more": {kept(at(began.Add(life*9/10)), target(func(t *Target) { t.Wanted = false })), whole},
	} {
		if got := share(factsOf(c.in)); got != c.want {
			t.Errorf("%s: %d, want %d", sentence, got, c.want)
		}
	}
}

// TestWakeAt_BoundsTheSpread: by the life that is left, by the time that was waited, and by three hours.
func TestWakeAt_BoundsTheSpread(t *testing.T) {
	most := func(in Input, window time.Duration) (most time.Duration) {
		for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p"} {
			in.Name = name
			most = max(most, wakeAt(factsOf(in), budget{until: in.Now, window: window}).Sub(in.Now))
		}
		return most
	}
	waiting := status(func(s *api.CertificateStatus) {
		s.Conditions = []api.Condition{{Type: api.ConditionIssuing, Status: api.ConditionFalse, Reason: api.ReasonIssuanceBudget, LastTransitionTime: now.Add(-time.Hour)}}
	})
	for sentence, c := range map[string]struct {
		got, least, most time.Duration
	}{
		"a short window":                {most(fresh(), time.Minute), 30 * time.Second, time.Minute + time.Second},
		"a quarter of the window":       {most(fresh(), 4*time.Hour), 30 * time.Minute, time.Hour + time.Second},
		"at most three hours":           {most(fresh(), 7*day), 90 * time.Minute, 3*time.Hour + time.Second},
		"as long as it waited":          {most(fresh(waiting), time.Minute), 30 * time.Minute, time.Hour + time.Second},
		"a quarter of what is left":     {most(kept(at(ends.Add(-time.Hour))), 7*day), 7 * time.Minute, 15*time.Minute + time.Second},
		"at least a minute, at the end": {most(kept(at(ends.Add(-time.Second))), 7*day), 30 * time.Second, time.Minute + time.Second},
	} {
		if c.got < c.least || c.got > c.most {
			t.Errorf("%s: spread over %s, want %s to %s", sentence, c.got, c.least, c.most)
		}
	}
}
