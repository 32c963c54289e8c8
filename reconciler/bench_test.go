package reconciler

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/plan"
	"certloop/store/memory"
)

// benchTime is the time at which the benchmarks run.
var benchTime = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

type benchClock struct{ systemClock }

func (benchClock) Now() time.Time { return benchTime }

// fleet is a table of converged records, and the certificates that ACM lists for them. It counts what is queued.
type fleet struct {
	items   []api.Listed
	listing map[string]api.Summary
	queued  int
}

func (f *fleet) All(context.Context) iter.Seq2[api.Listed, error] {
	return func(yield func(api.Listed, error) bool) {
		for _, item := range f.items {
			if !yield(item, nil) {
				return
			}
		}
	}
}

func (f *fleet) Glance(ctx context.Context) iter.Seq2[api.Listed, error] { return f.All(ctx) }

func (f *fleet) Due(context.Context, time.Time) iter.Seq2[api.Key, error] { return nil }

func (f *fleet) Sweep(context.Context, api.Location) (map[string]api.Summary, error) {
	return f.listing, nil
}

func (f *fleet) Enqueue(_ context.Context, _ time.Duration, requests ...api.Request) error {
	f.queued += len(requests)
	return nil
}

// newFleet returns one account, and records with two names and one target each.
func newFleet(records int) *fleet {
	account := map[string]any{"name": "default", "kind": "Account", "directory": "https://ca.test/dir"}
	f := &fleet{listing: map[string]api.Summary{}, items: []api.Listed{{
		Key: api.Key{Kind: api.KindAccount, Name: "default"}, Record: account,
		AccountStatus: &api.AccountStatus{SpecDigest: api.SpecDigest(account), Conditions: conditions(api.ConditionAccepted, api.ConditionReady)},
	}}}
	for i := range records {
		f.add(fmt.Sprintf("%06d.example", i))
	}
	return f
}

func (f *fleet) add(name string) {
	from, to := benchTime.AddDate(0, -1, 0), benchTime.AddDate(0, 2, 0)
	arn := "arn:aws:acm:eu-central-1:123456789012:certificate/" + name
	record := map[string]any{"name": name, "kind": "Certificate", "domains": []any{name + ".com", "*." + name + ".com"},
		"key_type": "EC_prime256v1", "tags": map[string]any{"team": "a"}, "version": json.Number("1")}
	f.listing[arn] = api.Summary{ARN: arn, NotAfter: to, ImportedAt: from, Status: "ISSUED"}
	f.items = append(f.items, api.Listed{Key: api.Key{Kind: api.KindCertificate, Name: name}, Record: record, Status: &api.CertificateStatus{
		SpecDigest: api.SpecDigest(record), NotBefore: from, NotAfter: to, RenewAt: benchTime.AddDate(0, 1, 0), DueAt: benchTime.Add(time.Hour).Unix(),
		Conditions: conditions(api.ConditionAccepted, api.ConditionReady),
		Targets: []api.TargetStatus{{Key: "eu-central-1", Location: api.Location{Region: "eu-central-1"}, ARN: arn, NotAfter: to, ImportedAt: from,
			State: api.Satisfies}},
	}})
}

func conditions(types ...api.ConditionType) (all []api.Condition) {
	for _, c := range types {
		all = append(all, api.Condition{Type: c, Status: api.ConditionTrue, LastTransitionTime: benchTime})
	}
	return all
}

// BenchmarkResync is a resync of 100,000 converged records, none of which is queued. One more record has changed.
func BenchmarkResync(b *testing.B) {
	const records = 100_000
	f := newFleet(records)
	f.items[records].Record["key_type"] = "RSA_2048"
	table := memory.New()
	r := New(Config{Index: f, Sweeper: f, Queue: f, Policies: table, Usage: table, Controller: table, Clock: benchClock{}})
	b.ReportAllocs()
	for b.Loop() {
		f.queued = 0
		if err := r.Resync(b.Context()); err != nil || f.queued != 1 {
			b.Fatalf("%d are queued: %v", f.queued, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/records, "ns/record")
}

// BenchmarkDigest withholds 500 notices of as many records, one after another, and mails their digest.
func BenchmarkDigest(b *testing.B) {
	const notices = 501 // the first is mailed by itself
	all := make([]api.Notice, notices)
	for i := range all {
		name := fmt.Sprintf("%06d.example", i)
		all[i] = api.Notice{ID: fmt.Sprintf("%06x%026d", i, 0), Type: api.NoticeNotReady, Name: name, Reason: api.ReasonOrderFailed, Message: strings.Repeat("x", 200)}
	}
	b.ReportAllocs()
	for b.Loop() {
		item, p := &benchItem{}, &post{delivered: map[string][]string{}}
		r := New(Config{Controller: item, Notifier: p, Clock: benchClock{}})
		for _, n := range all {
			item.s, _ = plan.AdmitMail(item.s, n, 1, benchTime.Add(-2*time.Hour))
		}
		if err := r.sendDigest(b.Context()); err != nil || !slices.Equal(p.delivered[api.ChannelMail], []string{"500 notices"}) {
			b.Fatalf("%v: %v are delivered", err, p.delivered)
		}
	}
}

// benchItem is the controller's item, without other writers.
type benchItem struct{ s api.ControllerStatus }

func (c *benchItem) GetController(context.Context) (api.ControllerStatus, error) { return c.s, nil }

func (c *benchItem) WriteController(_ context.Context, s *api.ControllerStatus) error {
	c.s = *s
	c.s.Version++
	return nil
}
