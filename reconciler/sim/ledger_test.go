package sim

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"testing"
	"time"

	"certloop/reconciler/api"
)

// letsEncrypt prepares a world whose CA enforces the limits that Let's Encrypt publishes.
func letsEncrypt() *World {
	w := New(nil)
	limitedTo(api.PublishedLimits(api.DirectoryAliases["letsencrypt"]))(w)
	return w
}

func (w *World) countReady(names []string) (n int) {
	for _, name := range names {
		if w.ready(name) {
			n++
		}
	}
	return n
}

// put creates n records, each of a name under a domain of its own or of one domain.
func (w *World) putMany(n int, domain func(int) string) (names []string) {
	w.AllowedCertificates += n
	for i := range n {
		name := fmt.Sprintf("r%04d", i)
		w.certificate(name, "domains", []any{domain(i)})
		names = append(names, name)
	}
	return names
}

func (w *World) refusals(t *testing.T) {
	t.Helper()
	if len(w.CA.Limits.Refused) > 0 {
		t.Errorf("the CA refused orders for its limits: %v", w.CA.Limits.Refused)
	}
	for _, v := range w.Violations {
		t.Error(v)
	}
}

// TestLedger_SixtyRecordsOfOneDomain: 37 certificates are issued at once, and the others as the CA refills its limit. The CA
// refuses none, and a renewal that names its predecessor goes on meanwhile.
func TestLedger_SixtyRecordsOfOneDomain(t *testing.T) {
	w := letsEncrypt()
	names := w.putMany(60, func(i int) string { return fmt.Sprintf("r%04d.example.com", i) })
	w.Run(3 * time.Hour)
	ready := w.countReady(names)
	if ready < 36 || ready > 38 {
		t.Errorf("%d of 60 are ready after three hours", ready)
	}
	for _, name := range names {
		c, _ := api.GetCondition(w.status(name).Conditions, api.ConditionIssuing)
		if at := w.status(name).NextAttemptAt; !w.ready(name) && (c.Reason != api.ReasonIssuanceBudget || c.Status != api.ConditionFalse || !at.After(w.clock.now) || at.After(w.clock.now.Add(12*time.Hour))) {
			t.Fatalf("%s, again at %s", w.Explain(name), at)
		}
	}
	w.Run(7 * day)
	if ready := w.countReady(names); ready != 60 {
		t.Errorf("%d of 60 are ready after a week", ready)
	}
	w.refusals(t)
}

var many = flag.Int("many", 300, "how many records TestLedger_ManyAtOnce has")

// TestLedger_ManyAtOnce: records are issued as fast as the CA's limit of orders allows, 300 per 3 hours: 1,000 of them
// (-many 1000) in nine and a half hours. No pass asks the CA in vain, and few passes find nothing to do.
func TestLedger_ManyAtOnce(t *testing.T) {
	limits := api.PublishedLimits(api.DirectoryAliases["letsencrypt"])
	limits.CertificatesPerDomain = api.Limit{}
	w := New(nil)
	limitedTo(limits)(w)
	w.mostPasses = 50_000
	records := *many
	names := w.putMany(records, func(i int) string { return fmt.Sprintf("r%04d.example.com", i) })
	began := w.clock.now
	for w.countReady(names) < records && w.clock.now.Before(began.Add(day)) {
		w.Run(30 * time.Minute)
	}
	took := w.clock.now.Sub(began)
	// 209 at once, and the others at 100 an hour.
	least := time.Duration(records-209) * time.Hour / 100
	if ready := w.countReady(names); ready < records || took > 3*time.Hour+least*3/2 || took < least {
		t.Errorf("%d of %d are ready after %s", ready, records, took)
	}
	reads := 0
	for _, op := range w.calls.trace {
		if op == "table.GetLedger" {
			reads++
		}
	}
	if reads > 4*records {
		t.Errorf("the ledger was read %d times", reads)
	}
	t.Logf("%s, the ledger was read %d times", took, reads)
	w.refusals(t)
}

// TestLedger_RenewalsComeFirst: while first issues use up the domain's limit, certificates that end soon are renewed out of the
// reserve, although the CA exempts nothing.
func TestLedger_RenewalsComeFirst(t *testing.T) {
	limits := api.CALimits{CertificatesPerDomain: api.Limit{Count: 40, Per: 7 * day}, Gradual: true}
	w := New(nil)
	limitedTo(limits)(w)
	w.CA.Limits.ExemptsRenewals, w.CA.ARI, w.mostPasses = false, nil, 100_000
	old := w.putMany(8, func(i int) string { return fmt.Sprintf("old%d.example.com", i) })
	w.Run(50 * day)
	if n := w.countReady(old); n != 8 {
		t.Fatalf("%d of 8 are in place", n)
	}
	w.AllowedCertificates += 8 + 80
	for i := range 80 {
		w.certificate(fmt.Sprintf("new%d", i), "domains", []any{fmt.Sprintf("new%d.example.com", i)})
	}
	w.Run(20 * day)
	renewed := 0
	for _, i := range w.CA.Issued[8:] {
		if len(i.Domains[0]) > 3 && i.Domains[0][:3] == "old" {
			renewed++
		}
	}
	if renewed != 8 {
		t.Errorf("%d of 8 are renewed while 80 first issues wait: %v", renewed, w.CA.Limits.Refused)
	}
	w.refusals(t)
}

// TestLedger_NeitherLosesNorDoublesACount: with one fault at any point of a first issue, the ledger has the certificate that the CA
// signed, and at most one order more.
func TestLedger_NeitherLosesNorDoublesACount(t *testing.T) {
	limit := api.Limit{Count: 50, Per: 7 * day}
	issue := func(f Faults) *World {
		w := New(f)
		w.calls.quiet = true
		limitedTo(api.CALimits{Orders: limit, CertificatesPerDomain: limit, Gradual: true, ExemptsRenewals: true})(w)
		w.calls.quiet, w.calls.n, w.calls.trace = false, 0, nil
		w.AllowedCertificates = 1
		w.certificate("www")
		w.Run(3 * time.Hour)
		return w
	}
	// A fault elsewhere concerns neither.
	calls := []string{"table.GetLedger", "table.Write", "ca.NewOrder"}
	trace := slices.Clone(issue(nil).calls.trace)
	every := limit.Per / 50
	for point, op := range trace {
		if !slices.Contains(calls, op) {
			continue
		}
		for _, kind := range Kinds {
			w := issue(Faults{point + 1: kind})
			if len(w.CA.Issued) == 0 {
				continue // a crash before the first write: only the resync finds the record
			}
			l, err := w.Table.GetLedger(context.Background(), "default")
			must(err)
			for what, c := range map[string]struct {
				ours int64
				ca   time.Time
			}{"orders": {l.Orders, w.CA.Limits.full["orders"]}, "domain": {l.Domains["example.com"], w.CA.Limits.full["domain example.com"]}} {
				ours := time.UnixMilli(c.ours)
				if ours.Before(c.ca.Add(-time.Hour)) {
					t.Errorf("%s at %d: %s: the ledger is full at %s, the CA's limit at %s: a count is lost", kind, point+1, what, ours, c.ca)
				}
				if ours.After(c.ca.Add(every)) {
					t.Errorf("%s at %d: %s: the ledger is full at %s, the CA's limit at %s: more than one is counted besides", kind, point+1, what, ours, c.ca)
				}
			}
		}
	}
}

// TestLedger_OneThatIsDamagedOrForged neither stops an account nor lasts: the next order writes it anew.
func TestLedger_OneThatIsDamagedOrForged(t *testing.T) {
	for sentence, forged := range map[string]api.Ledger{
		"it cannot be read":        {Version: api.DamagedLedger},
		"everything is used up":    {Version: 3, Orders: 1 << 62, Domains: map[string]int64{"example.com": 1 << 62}},
		"of another CA":            {Version: 3, Directory: "https://other.test/dir", Orders: 1 << 62},
		"numbers below zero":       {Version: 3, Orders: -1 << 62, Domains: map[string]int64{"example.com": -1 << 62}},
		"a version that overflows": {Version: 1<<63 - 1},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := letsEncrypt()
			forged.Directory = forged.Directory + ""
			if forged.Directory == "" {
				forged.Directory = api.DirectoryAliases["letsencrypt"]
			}
			w.Table.ForgeLedger("default", func(*api.Ledger) *api.Ledger { return &forged })
			w.AllowedCertificates = 1
			w.certificate("www")
			w.Run(9 * day)
			l, err := w.Table.GetLedger(context.Background(), "default")
			if !w.ready("www") || err != nil || l.Version < 1 {
				t.Errorf("%s; the ledger is %+v, %v", w.Explain("www"), l, err)
			}
			w.refusals(t)
		})
	}
}

// TestLedger_AnAccountWithoutLimitsHasNone: no call concerns a ledger, and nothing is stored.
func TestLedger_AnAccountWithoutLimitsHasNone(t *testing.T) {
	w := New(nil)
	installedWith()(w)
	for _, op := range w.calls.trace {
		if op == "table.GetLedger" {
			t.Fatal("the ledger is read")
		}
	}
	if l, _ := w.Table.GetLedger(context.Background(), "default"); l.Version != 0 {
		t.Errorf("a ledger is stored: %+v", l)
	}
}

// TestLedger_OneReadAndNoWriteOfItsOwn: a first issue reads the ledger once and counts the order in the write that claims it; a
// converged record does neither.
func TestLedger_OneReadAndNoWriteOfItsOwn(t *testing.T) {
	count := func(w *World, op string) (n int) {
		for _, o := range w.calls.trace {
			if o == op {
				n++
			}
		}
		return n
	}
	without := New(nil)
	installedWith()(without)
	w := letsEncrypt()
	w.AllowedCertificates = 1
	w.certificate("www")
	w.Run(time.Hour)
	if n := count(w, "table.GetLedger"); n != 1 {
		t.Errorf("the ledger is read %d times", n)
	}
	if with, less := count(w, "table.Write"), count(without, "table.Write"); with != less {
		t.Errorf("%d writes with a ledger, %d without", with, less)
	}
	w.calls.trace = nil
	w.Run(5 * day)
	if n := count(w, "table.GetLedger"); n > 0 {
		t.Errorf("a converged record reads the ledger %d times", n)
	}
}
