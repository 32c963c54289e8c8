package reconciler

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/ports"
	"certloop/store/memory"
)

// policies returns a table with a record for each of n teams, and the policy of each.
func policies(n int) *memory.Table {
	m := memory.New()
	for i := range n {
		m.PutRecord(map[string]any{"name": fmt.Sprintf("team-%d.www", i), "kind": "Certificate", "domains": []any{}})
		m.PutRecord(map[string]any{"name": fmt.Sprintf("policy#team-%d", i), "kind": "Policy", "records": []any{fmt.Sprintf("team-%d.*", i)}})
	}
	return m
}

// wakes is a queue for several concurrent passes.
type wakes struct {
	mu    sync.Mutex
	names map[string]bool
	err   error
}

func (q *wakes) Enqueue(_ context.Context, _ time.Duration, requests ...api.Request) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, r := range requests {
		q.names[r.Name] = true
	}
	return q.err
}

func governor(m *memory.Table, q ports.Queue, log *bytes.Buffer) *Reconciler {
	return New(Config{Policies: m, Usage: m, Index: m, Queue: q, Log: slog.New(slog.NewJSONHandler(log, nil))})
}

// TestPolicyPass_ConcurrentPassesLoseNoPolicy: each pass changes the same set.
func TestPolicyPass_ConcurrentPassesLoseNoPolicy(t *testing.T) {
	const teams = 20
	m, q := policies(teams), &wakes{names: map[string]bool{}}
	r := governor(m, q, &bytes.Buffer{})
	work := func() {
		var group sync.WaitGroup
		for i := range teams {
			group.Go(func() {
				for range 100 {
					result, err := r.Reconcile(t.Context(), api.Key{Kind: api.KindPolicy, Name: fmt.Sprintf("team-%d", i)})
					if err != nil {
						t.Error(err)
					}
					if result.After == 0 {
						return
					}
				}
				t.Errorf("policy %d does not converge", i)
			})
		}
		group.Wait()
	}
	work()
	set, err := m.GetPolicySet(t.Context())
	if err != nil || len(set.Policies) != teams || len(set.ToWake) != 0 || len(q.names) != teams {
		t.Errorf("the set has %d policies and is to wake %v, %d records were queued, %v", len(set.Policies), set.ToWake, len(q.names), err)
	}
	q.names = map[string]bool{}
	for i := range teams {
		m.DeleteRecord(api.Key{Kind: api.KindPolicy, Name: fmt.Sprintf("team-%d", i)})
	}
	work()
	if set, _ := m.GetPolicySet(t.Context()); len(set.Policies)+len(set.ToWake) != 0 || len(q.names) != teams {
		t.Errorf("the set is left with %+v, %d records were queued", set, len(q.names))
	}
}

// TestPolicyPass_ThatCannotQueueFails: the message comes again, and the set still lists the records.
func TestPolicyPass_ThatCannotQueueFails(t *testing.T) {
	m, log := policies(1), &bytes.Buffer{}
	q := &wakes{names: map[string]bool{}, err: &api.Error{Kind: api.Throttled, Message: "the queue is busy"}}
	key := api.Key{Kind: api.KindPolicy, Name: "team-0"}
	if _, err := governor(m, q, log).Reconcile(t.Context(), key); api.KindOf(err) != api.Throttled {
		t.Errorf("error %v", err)
	}
	o, err := m.GetPolicy(t.Context(), key.Name)
	if err != nil || len(o.Policies.Policies) != 1 || len(o.Policies.ToWake) != 1 || o.Status != nil {
		t.Errorf("the table has %+v, %v", o, err)
	}
	if !strings.Contains(log.String(), `"message":"policies changed","kind":"Policy","name":"team-0"`) &&
		!strings.Contains(log.String(), `"msg":"policies changed","kind":"Policy","name":"team-0"`) {
		t.Errorf("log %s", log)
	}
	q.err = nil
	if _, err := governor(m, q, log).Reconcile(t.Context(), key); err != nil {
		t.Error(err)
	}
	if o, _ := m.GetPolicy(t.Context(), key.Name); len(o.Policies.ToWake) != 0 || !api.IsTrue(o.Status.Conditions, api.ConditionAccepted) {
		t.Errorf("the table has %+v", o)
	}
}

// TestPolicyPass_EndsBeforeTheInvocation checks that it is queued again.
func TestPolicyPass_EndsBeforeTheInvocation(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	m := policies(1)
	result, err := governor(m, &wakes{}, &bytes.Buffer{}).Reconcile(ctx, api.Key{Kind: api.KindPolicy, Name: "team-0"})
	if err != nil || result.After != time.Second {
		t.Errorf("%+v, %v", result, err)
	}
	if set, _ := m.GetPolicySet(t.Context()); set.Version != 0 {
		t.Errorf("the set was written: %+v", set)
	}
}
