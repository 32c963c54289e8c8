package plan

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"certloop/reconciler/api"
)

// letsEncrypt are the limits of these tests.
var letsEncrypt = api.PublishedLimits(api.DirectoryAliases["letsencrypt"])

// limits has an account with limits, whose ledger was read.
func limits(change func(*api.Ledger)) option {
	return func(in *Input) {
		in.Account.Spec = &api.Account{Name: "default", Directory: dir, Limits: letsEncrypt}
		l := api.Ledger{Version: 4, Directory: dir}
		change(&l)
		BelieveLedger(in, l)
	}
}

func ledgerAt(stored api.Ledger, a *api.Account, now time.Time) *api.Ledger {
	in := Input{Now: now, Account: Account{Spec: a}}
	BelieveLedger(&in, stored)
	return in.Ledger
}

// used is when a limit is full again of which n were used just now.
func used(l api.Limit, n int64) int64 { return millis(now) + n*bucketOf(l, true).every }

func unused(*api.Ledger) {}

func ordersUsed(n int64) func(*api.Ledger) {
	return func(l *api.Ledger) { l.Orders = used(letsEncrypt.Orders, n) }
}

func domainUsed(n int64) func(*api.Ledger) {
	return func(l *api.Ledger) {
		l.Domains = map[string]int64{"example.com": used(letsEncrypt.CertificatesPerDomain, n)}
	}
}

func setUsed(n int64) func(*api.Ledger) {
	return func(l *api.Ledger) {
		l.Sets = map[string]int64{orderOf([]string{"www.example.com"}).set: used(letsEncrypt.CertificatesPerSet, n)}
	}
}

func failuresUsed(n int64) func(*api.Ledger) {
	return func(l *api.Ledger) {
		l.Failures = map[string]int64{"www.example.com": used(letsEncrypt.FailedValidations, n)}
	}
}

// budgetOf is what the row decides; the wait ends within the spread after until.
func budgetOf(t *testing.T, in Input, message string, until time.Duration) {
	t.Helper()
	p := Decide(in)
	if p.Action != Wait || p.Reason != api.ReasonIssuanceBudget || !strings.Contains(p.Message, message) {
		t.Errorf("it is decided %s %s %q", p.Action, p.Reason, p.Message)
	}
	if first := in.Now.Add(until); p.At.Before(first) || p.At.After(first.Add(longestSpread+time.Second)) {
		t.Errorf("it goes on at %s, want %s or up to %s later", p.At, first, longestSpread)
	}
}

// waitsForBudget is the plan of the row, with the time that the hash of the record's name gives.
func waitsForBudget(in Input, message string) expected {
	return expected{in, Plan{Action: Wait, Reason: api.ReasonIssuanceBudget, Message: message, At: Decide(in).At}}
}

var issuanceBudgetCases = map[string]expected{
	"of the account's orders a quarter is for renewals": waitsForBudget(fresh(limits(ordersUsed(225))), "limit orders of account default (300/3h) leaves no order now"),
	"the registered domain has had its share":           waitsForBudget(fresh(limits(domainUsed(38))), "limit certificates_per_domain of account default (50/7d) leaves no order for example.com now"),
	"the same names have had theirs":                    waitsForBudget(fresh(limits(setUsed(4))), "limit certificates_per_set of account default (5/7d) leaves no order now"),
	"the name failed too often":                         waitsForBudget(fresh(limits(failuresUsed(5))), "limit failed_validations of account default (5/1h) leaves no order for www.example.com now"),
	"also where the key is made already":                waitsForBudget(fresh(issuing(), zones, limits(ordersUsed(300))), "limit orders"),
	"an order that was counted long ago counts again": waitsForBudget(fresh(issuing(func(i *api.Issuance) { i.ReservedAt = now.Add(-time.Hour) }), zones, limits(ordersUsed(300))),
		"limit orders"),
}

func TestIssuanceBudget_WhenItGoesOn(t *testing.T) {
	late := 9 * time.Minute
	for sentence, c := range map[string]struct {
		used    func(*api.Ledger)
		message string
		until   time.Duration
	}{
		"one order more than a first issue may":             {ordersUsed(226), "orders", 2*36*time.Second + late},
		"all orders":                                        {ordersUsed(300), "orders", 76*36*time.Second + late},
		"all certificates of the domain":                    {domainUsed(50), "example.com", 13*12096*time.Second + time.Hour},
		"the longest wait counts":                           {func(l *api.Ledger) { ordersUsed(300)(l); domainUsed(50)(l) }, "example.com", 13*12096*time.Second + time.Hour},
		"a failed validation waits for a fifth of an hour":  {failuresUsed(5), "failed_validations", 12*time.Minute + 3*time.Minute},
		"a number that is further ahead than any can be is": {func(l *api.Ledger) { l.Orders = 1 << 60 }, "orders", 77*36*time.Second + late},
	} {
		t.Run(sentence, func(t *testing.T) { budgetOf(t, fresh(limits(c.used)), c.message, c.until) })
	}
}

// allAt has everything used up at that time.
func allAt(at time.Time) func(*api.Ledger) {
	return func(l *api.Ledger) {
		l.Orders, l.Domains = millis(at.Add(3*time.Hour)), map[string]int64{"example.com": millis(at.Add(7 * day))}
	}
}

// TestCountOrder_OfARenewalThatIsExempt counts the set of names only.
func TestCountOrder_OfARenewalThatIsExempt(t *testing.T) {
	a := &api.Account{Name: "default", Directory: dir, Limits: letsEncrypt}
	o := orderOf([]string{"www.example.com"})
	o.exempt = true
	if l := countOrder(ledgerAt(api.Ledger{}, a, now), a, o, now); l.Orders != 0 || len(l.Domains) > 0 || len(l.Sets) != 1 {
		t.Errorf("%+v", l)
	}
}

// TestIssuanceBudget_WhatGoesOn has what does not wait although a limit is used.
func TestIssuanceBudget_WhatGoesOn(t *testing.T) {
	all := func(l *api.Ledger) { ordersUsed(300)(l); domainUsed(50)(l) }
	almost := func(l *api.Ledger) { ordersUsed(270)(l); domainUsed(48)(l) } // more than first issues may use
	for sentence, c := range map[string]struct {
		in   Input
		want Action
	}{
		"nothing was ordered yet":                        {fresh(limits(unused)), MakeKey},
		"a first issue, up to three quarters":            {fresh(limits(func(l *api.Ledger) { ordersUsed(209)(l); domainUsed(36)(l) })), MakeKey},
		"another domain is used up":                      {fresh(limits(func(l *api.Ledger) { l.Domains = map[string]int64{"example.net": 1 << 60} })), MakeKey},
		"the CA refilled it":                             {fresh(limits(func(l *api.Ledger) { l.Orders = millis(now.Add(-10 * time.Minute)) })), MakeKey},
		"another CA counted it":                          {fresh(limits(func(l *api.Ledger) { all(l); l.Directory = "https://other.test/dir" })), MakeKey},
		"a renewal that names its predecessor is exempt": {renewing(limits(allAt(renewAt))), NewOrder},
		"one that the CA does not exempt waits":          {renewing(limits(allAt(renewAt)), func(in *Input) { in.Account.Spec.Limits.ExemptsRenewals = false }), Wait},
		"an expired certificate takes the last":          {kept(at(ends.Add(time.Hour)), target(func(t *Target) { t.Found.NotAfter = ends }), limits(almost)), MakeKey},
		"a missing one too":                              {kept(target(missing), limits(almost)), MakeKey},
		"an account without limits has no ledger":        {fresh(), MakeKey},
		"an order that was counted already":              {fresh(issuing(func(i *api.Issuance) { i.ReservedAt, i.ReservedUnused = now.Add(-10*time.Second), true }), zones, limits(func(l *api.Ledger) { ordersUsed(210)(l); domainUsed(37)(l) })), NewOrder},
		"one that the CA may have made counts again":     {fresh(issuing(func(i *api.Issuance) { i.ReservedAt = now.Add(-10 * time.Second) }), zones, limits(ordersUsed(210))), Wait},
		"an order that is placed":                        {fresh(issuing(ordered), order(api.OrderReady), limits(all)), Finalize},
	} {
		t.Run(sentence, func(t *testing.T) {
			if p := Decide(c.in); p.Action != c.want {
				t.Errorf("it is decided %s %s %q", p.Action, p.Reason, p.Message)
			}
		})
	}
}

// TestIssuanceBudget_AThousandDoNotComeAtOnce: records that wait for the same limit come back at different times, and later the
// longer they waited.
func TestIssuanceBudget_AThousandDoNotComeAtOnce(t *testing.T) {
	minutes := map[int64]int{}
	for n := range 1000 {
		in := fresh(limits(ordersUsed(300)))
		in.Name = fmt.Sprintf("r%d", n)
		minutes[Decide(in).At.Unix()/60]++
	}
	for minute, n := range minutes {
		if n > 60 {
			t.Errorf("%d of 1000 come in minute %d", n, minute)
		}
	}
	if len(minutes) < 40 {
		t.Errorf("all come in %d minutes", len(minutes))
	}
}

// TestLedger_TheMoreUrgentIsNeverLater: of two orders, that with less time left never waits longer, whatever is in the ledger.
func TestLedger_TheMoreUrgentIsNeverLater(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, l := anyLimits.Draw(t, "account"), anyLedger.Draw(t, "ledger")
		seen := ledgerAt(l, a, now)
		o := orderOf([]string{"www.example.com", "*.example.co.uk"})
		o.share = rapid.Int64Range(0, whole).Draw(t, "share")
		urgent := o
		urgent.share = rapid.Int64Range(0, o.share).Draw(t, "less")
		if x, y := spent(seen, a, urgent, now), spent(seen, a, o, now); x.until.After(y.until) {
			t.Fatalf("the more urgent waits until %s, the other until %s", x.until, y.until)
		}
	})
}

// TestLedger_NothingBlocksForEver: whatever somebody writes into the item, every order goes on after the window of a limit, and
// what is counted stays within the bounds of its limit.
func TestLedger_NothingBlocksForEver(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, l := anyLimits.Draw(t, "account"), anyLedger.Draw(t, "ledger")
		o := orderOf([]string{"www.example.com", "*.example.co.uk"})
		o.share = rapid.Int64Range(0, whole).Draw(t, "share")
		end := now.Add(3*api.MaxLimitPer + time.Hour)
		if b := spent(ledgerAt(l, a, now), a, o, now); b.until.After(end) {
			t.Fatalf("it waits until %s", b.until)
		}
		if b := spent(ledgerAt(l, a, end), a, o, end); l.Version != api.DamagedLedger && b.limit != "" && b.until.After(end.Add(3*api.MaxLimitPer)) {
			t.Fatalf("then it waits until %s", b.until)
		}
	})
}

// TestLedger_NoWindowHasMore: passes that take whatever they may, whenever they look, stay within the limit: in every window of it,
// or, where the CA refills it gradually, in what the CA's own bucket allows.
func TestLedger_NoWindowHasMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := api.Limit{Count: rapid.IntRange(1, 12).Draw(t, "count"), Per: time.Duration(rapid.IntRange(1, 48).Draw(t, "hours")) * time.Hour}
		gradual := rapid.Bool().Draw(t, "gradual")
		a := &api.Account{Name: "a", Directory: dir, Limits: api.CALimits{Orders: limit, Gradual: gradual}}
		l, at := ledgerAt(api.Ledger{}, a, now), now
		var taken []time.Time
		for range rapid.IntRange(1, 60).Draw(t, "looks") {
			at = at.Add(time.Duration(rapid.IntRange(0, int(limit.Per/time.Second)/limit.Count).Draw(t, "after")) * time.Second)
			o := orderOf([]string{"example.com"})
			o.share = rapid.Int64Range(0, whole).Draw(t, "share")
			l = ledgerAt(*l, a, at)
			if spent(l, a, o, at).limit == "" {
				l, taken = countOrder(l, a, o, at), append(taken, at)
			}
		}
		if gradual {
			withinBucket(t, taken, limit)
			return
		}
		for i := range taken {
			if i+limit.Count < len(taken) && taken[i+limit.Count].Sub(taken[i]) < limit.Per {
				t.Fatalf("%d within %s", limit.Count+1, taken[i+limit.Count].Sub(taken[i]))
			}
		}
	})
}

// withinBucket checks times against a token bucket.
func withinBucket(t *rapid.T, taken []time.Time, limit api.Limit) {
	var full time.Time
	for _, at := range taken {
		if full = later(full, at).Add(limit.Per / time.Duration(limit.Count)); full.Sub(at) > limit.Per {
			t.Fatalf("at %s the CA has no token left", at)
		}
	}
}

// TestLedger_WhatIsGivenBackWasTaken: an order that is taken back leaves the ledger as it was, or with more used.
func TestLedger_WhatIsGivenBackWasTaken(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := anyLimits.Draw(t, "account")
		before := ledgerAt(anyLedger.Draw(t, "ledger"), a, now)
		o := orderOf([]string{"www.example.com", "*.example.co.uk"})
		o.exempt = rapid.Bool().Draw(t, "exempt")
		then := now.Add(time.Duration(rapid.IntRange(0, 100_000).Draw(t, "later")) * time.Second)
		after := giveBack(countOrder(before, a, o, now), a, o, now, then, rapid.Bool().Draw(t, "made"))
		was, is := ledgerAt(*before, a, then), ledgerAt(*after, a, then)
		if is.Orders < was.Orders || is.Sets[o.set] < was.Sets[o.set] || is.Domains["example.co.uk"] < was.Domains["example.co.uk"] {
			t.Fatalf("before %+v, after %+v", was, is)
		}
	})
}

var anyLimits = rapid.Custom(func(t *rapid.T) *api.Account {
	limit := rapid.Custom(func(t *rapid.T) api.Limit {
		n := rapid.IntRange(0, api.MaxLimitCount).Draw(t, "count")
		if n == 0 {
			return api.Limit{}
		}
		return api.Limit{Count: n, Per: time.Duration(rapid.IntRange(1, 744).Draw(t, "hours")) * time.Hour}
	})
	return &api.Account{Name: "default", Directory: dir, Limits: api.CALimits{
		Orders: limit.Draw(t, "orders"), CertificatesPerDomain: limit.Draw(t, "domains"), CertificatesPerSet: limit.Draw(t, "sets"),
		FailedValidations: limit.Draw(t, "failures"), Gradual: rapid.Bool().Draw(t, "gradual"),
	}}
})

var anyLedger = rapid.Custom(func(t *rapid.T) api.Ledger {
	number := rapid.OneOf(rapid.Int64(), rapid.Int64Range(millis(now.Add(-2*api.MaxLimitPer)), millis(now.Add(2*api.MaxLimitPer))))
	part := func(names ...string) map[string]int64 {
		return rapid.MapOf(rapid.SampledFrom(names), number).Draw(t, "part")
	}
	return api.Ledger{Version: rapid.SampledFrom([]int64{0, 3, api.DamagedLedger}).Draw(t, "version"), Directory: rapid.SampledFrom([]string{dir, dir, "other"}).Draw(t, "directory"),
		Orders: number.Draw(t, "orders"), Domains: part("example.com", "example.co.uk"), Failures: part("www.example.com"),
		Sets: part(orderOf([]string{"www.example.com", "*.example.co.uk"}).set)}
})

// TestBelieveLedger_OneThatCannotBeRead: orders go on one by one, and the next write replaces it.
func TestBelieveLedger_OneThatCannotBeRead(t *testing.T) {
	a := &api.Account{Name: "default", Directory: dir, Limits: letsEncrypt}
	l := ledgerAt(api.Ledger{Version: api.DamagedLedger}, a, now)
	if l.Version != api.DamagedLedger || bucketOf(letsEncrypt.Orders, true).left(l.Orders, millis(now)) != 0 {
		t.Errorf("%+v", l)
	}
	at := spent(l, a, orderCount{share: whole}, now).until
	if at.Before(now.Add(time.Minute)) || at.After(now.Add(time.Hour)) {
		t.Errorf("a first issue goes on at %s", at)
	}
}

func TestRegisteredDomain(t *testing.T) {
	for name, want := range map[string]string{
		"www.example.com": "example.com", "example.com": "example.com", "a.b.example.co.uk": "example.co.uk", "x.github.io": "x.github.io",
		"github.io": "github.io", "com": "com", "host.internal": "host.internal", "www.city.kawasaki.jp": "city.kawasaki.jp",
	} {
		if got := RegisteredDomain(name); got != want {
			t.Errorf("%s is under %s, want %s", name, got, want)
		}
	}
}

// TestLimitsLeft has what operators see of a ledger.
func TestLimitsLeft(t *testing.T) {
	a := &api.Account{Name: "default", Directory: dir, Limits: letsEncrypt}
	l := api.Ledger{Version: 1, Directory: dir, Orders: used(letsEncrypt.Orders, 3), Failures: map[string]int64{"www.example.com": used(letsEncrypt.FailedValidations, 5)},
		Domains: map[string]int64{"example.com": used(letsEncrypt.CertificatesPerDomain, 1), "example.net": used(letsEncrypt.CertificatesPerDomain, 50), "example.org": millis(now)}}
	var got []string
	for _, left := range LimitsLeft(a, l, now) {
		got = append(got, fmt.Sprintf("%s %s %d of %s", left.Limit, left.Of, left.Left, left.Value))
	}
	want := []string{"orders  297 of 300/3h", "certificates_per_domain example.net 0 of 50/7d", "certificates_per_domain example.com 49 of 50/7d",
		"failed_validations www.example.com 0 of 5/1h"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%q", got)
	}
	if first := LimitsLeft(a, l, now)[0]; first.Full.UnixMilli() != l.Orders {
		t.Errorf("all orders are left again at %s, want %s", first.Full, time.UnixMilli(l.Orders).UTC())
	}
	if all := LimitsLeft(a, api.Ledger{}, now); len(all) != 1 || all[0].Left != 300 || !all[0].Full.IsZero() {
		t.Errorf("%+v", all)
	}
	if over := LimitsLeft(a, api.Ledger{Version: 1, Directory: dir, Orders: used(letsEncrypt.Orders, 301)}, now); over[0].Left != 0 {
		t.Errorf("more than all is used: %+v", over)
	}
	if late := LimitsLeft(a, api.Ledger{Version: 1, Directory: dir, Orders: millis(now.Add(-time.Minute))}, now); late[0].Left != 300 || !late[0].Full.IsZero() {
		t.Errorf("it is full again: %+v", late)
	}
	if l := ledgerAt(api.Ledger{Version: 1, Directory: dir, Domains: map[string]int64{"example.com": millis(began)}}, a, now); l.Domains != nil {
		t.Errorf("what was refilled is kept: %+v", l)
	}
	o := orderOf([]string{"www.example.com"})
	if l := giveBack(ledgerAt(api.Ledger{}, a, now), a, o, now, now, false); l.Orders != 0 || len(l.Domains)+len(l.Sets) > 0 {
		t.Errorf("given back without having been taken: %+v", l)
	}
	if none := LimitsLeft(&api.Account{Directory: dir}, l, now); len(none) != 0 {
		t.Errorf("%+v", none)
	}
}
