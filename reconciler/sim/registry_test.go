package sim

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"certloop/reconciler"
	"certloop/reconciler/api"
	"certloop/reconciler/plan"
	"certloop/reconciler/spec"
)

// faultsOfAPass returns the faults at the calls of one pass over a policy. The first call is the first of the pass.
func faultsOfAPass(t *testing.T, before, change func(*World)) (plans []Faults) {
	t.Helper()
	w := New(nil)
	w.calls.quiet = true
	before(w)
	w.calls.quiet = false
	w.calls.n, w.calls.trace = 0, nil
	change(w)
	w.passOver(policyKey("b"))
	if !slices.Contains(w.calls.trace, "table.WritePolicySet") || !slices.Contains(w.calls.trace, "queue.Enqueue") {
		t.Fatalf("the pass writes no set or wakes nobody: %v", w.calls.trace)
	}
	for n := 1; n <= w.calls.n; n++ {
		for _, kind := range []Kind{Err, Throttle, LostReply, CrashBefore, CrashAfter, Overlap} {
			plans = append(plans, Faults{n: kind})
		}
	}
	return plans
}

// passOver processes the next message of the policy from the queue, at once.
func (w *World) passOver(k api.Key) {
	i := slices.IndexFunc(w.pending, func(m wake) bool { return m.request.Key == k })
	r := w.pending[i].request
	w.pending = slices.Delete(w.pending, i, i+1)
	w.pass(r)
}

// TestPolicyPass_ACrashIsRepaired: a fault at any call of the pass is repaired by the redelivered message: the
// records that the policy concerns are judged by it. No tick and no resync helps.
func TestPolicyPass_ACrashIsRepaired(t *testing.T) {
	for sentence, c := range map[string]struct {
		before, change func(*World)
		policies       int
	}{
		"a policy comes": {governed("a", "a.*"), func(w *World) { w.Put(teamPolicy("b", "b.*", "default")) }, 2},
		"it is changed":  {governed("b", "a.*"), func(w *World) { w.Put(teamPolicy("b", "b.*", "default")) }, 1},
		"the last goes":  {governed("b", "a.*"), func(w *World) { w.Remove(policyKey("b")) }, 0},
	} {
		t.Run(sentence, func(t *testing.T) {
			for _, faults := range faultsOfAPass(t, c.before, c.change) {
				w := New(faults)
				w.calls.quiet = true
				c.before(w)
				w.calls.quiet = false
				w.calls.n, w.calls.trace = 0, nil
				w.lastTick = w.clock.now
				c.change(w)
				w.passOver(policyKey("b"))
				w.calls.faults = nil
				w.wake(policyKey("b"), time.Second)
				w.Run(2 * time.Minute)
				var items []api.Listed
				for item, err := range w.Table.All(context.Background()) {
					must(err)
					items = append(items, item)
				}
				set, err := w.Table.GetPolicySet(context.Background())
				must(err)
				set = spec.DecodePolicySet(set)
				for _, item := range items {
					if plan.Unjudged(reconciler.Decoder, set, item) {
						t.Errorf("%s: %s is not judged by the policies", faults, item.Key)
					}
				}
				if drift := plan.DriftedPolicies(reconciler.Decoder, set, items); len(drift) > 0 || len(set.ToWake) > 0 || len(set.Policies) != c.policies {
					t.Errorf("%s: these differ: %v, and the set is %+v", faults, drift, set)
				}
				if !w.accepted("b.www") {
					t.Errorf("%s: %s", faults, w.Explain("b.www"))
				}
			}
		})
	}
}

func (w *World) accepted(name string) bool {
	return api.IsTrue(w.status(name).Conditions, api.ConditionAccepted)
}

// TestPolicyPass_WakesWhatAnEarlierOneRecorded: if a pass crashes before it queues anything, the pass over the next
// policy does it.
func TestPolicyPass_WakesWhatAnEarlierOneRecorded(t *testing.T) {
	w := New(nil)
	w.calls.quiet = true
	governed("a", "a.*")(w)
	w.Table.ForgePolicySet(func(s api.PolicySet) api.PolicySet {
		// The pass over a policy of team b has written this when it crashes.
		s.Policies = append(s.Policies, api.NewPolicyEntry("b", teamPolicy("b", "b.*", "default")))
		s.ToWake = []string{"b.*"}
		return s
	})
	w.Table.PutRecord(teamPolicy("b", "b.*", "default"))
	if w.accepted("b.www") {
		t.Fatal("b.www is accepted before")
	}
	w.lastTick = w.clock.now
	w.Put(teamPolicy("a", "a.*", "c.*"))
	w.Run(time.Minute)
	if !w.accepted("b.www") {
		t.Errorf("after the pass over another policy: %s", w.Explain("b.www"))
	}
}

// TestPolicyPass_WakesManyRecordsInBatches: the keys are queued in batches, each key once.
func TestPolicyPass_WakesManyRecordsInBatches(t *testing.T) {
	const records = 2500
	w := New(nil)
	for i := range records {
		w.Table.PutRecord(map[string]any{"name": fmt.Sprintf("a.%d", i), "kind": "Certificate", "domains": []any{}})
		w.Table.PutRecord(map[string]any{"name": fmt.Sprintf("b.%d", i), "kind": "Certificate", "domains": []any{}})
	}
	woken := func(policy map[string]any) (n, calls int) {
		w.pending = nil
		w.Put(policy)
		w.pending = nil
		before := w.calls.effects["queue.Enqueue"]
		w.pass(api.Request{Key: policyKey("a")})
		keys := map[api.Key]bool{}
		for _, m := range w.pending {
			keys[m.request.Key] = true
		}
		if len(keys) != len(w.pending) {
			t.Errorf("%d messages for %d keys", len(w.pending), len(keys))
		}
		return len(keys), w.calls.effects["queue.Enqueue"] - before
	}
	if n, calls := woken(teamPolicy("a", "a.*")); n != 2*records || calls != 5 {
		t.Errorf("the first policy queued %d records in %d calls, want all %d in batches of 1,000", n, calls, 2*records)
	}
	if n, calls := woken(teamPolicy("a", "a.1*")); n != records || calls != 3 {
		t.Errorf("its change queued %d records in %d calls, want those of before and after", n, calls)
	}
	if n, _ := woken(teamPolicy("a", "a.1*")); n != 0 {
		t.Errorf("the same again queued %d records", n)
	}
}

// TestResync_RepairsAdmissions: a lost admission is made again, an unneeded one is revoked.
func TestResync_RepairsAdmissions(t *testing.T) {
	ctx := context.Background()
	w := New(nil)
	w.calls.quiet = true
	limited := teamPolicy("a", "*")
	limited["max_certificates"] = json.Number("2")
	twoTeams(w)
	w.Put(limited)
	w.Run(time.Hour)
	for _, name := range teamRecords {
		if w.status(name).PolicyCounted == "" {
			t.Fatalf("%s is not admitted: %s", name, w.Explain(name))
		}
	}
	must(w.Table.Dismiss(ctx, "a", "a.www"))
	for _, place := range []string{"ghost", "another"} {
		_, err := w.Table.Admit(ctx, "a", place, 10)
		must(err)
	}
	_, err := w.Table.Admit(ctx, "gone", "b.www", 10)
	must(err)
	must(w.Loop.Resync(ctx))
	w.Run(time.Minute)
	inStep("a")(w)
	o, err := w.Table.GetPolicy(ctx, "a")
	must(err)
	if len(w.Violations) > 0 || o.Admitted != 2 || o.Status.Admitted != 2 {
		t.Errorf("%d records are admitted, the status has %d: %v", o.Admitted, o.Status.Admitted, w.Violations)
	}
}
