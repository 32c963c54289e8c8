package sim

import (
	"context"
	"time"

	"certloop/reconciler"
	"certloop/reconciler/api"
	"certloop/reconciler/plan"
	"certloop/reconciler/spec"
)

// registry are scenarios of how policies get from their items into the set that every pass reads, and to the records
// that they concern.
var registry = []Scenario{
	{Name: "registry: policies come, change and go", Before: twoTeams, Drive: func(w *World) {
		w.Put(teamPolicy("a", "a.*"))
		w.Run(time.Hour)
		w.Put(teamPolicy("b", "b.*"))
		w.Put(teamPolicy("a", "a.*", "b.www"))
		w.Run(time.Hour)
		w.Remove(policyKey("b"))
		w.Run(time.Hour)
		w.Remove(policyKey("a"))
		w.Put(teamPolicy("c", "*"))
		w.Run(settle)
	}, Check: inStep("c")},
	{Name: "registry: the last policy goes", Before: governed("a", "a.*"), Drive: func(w *World) {
		w.Remove(policyKey("a"))
		w.Run(settle)
	}, Check: func(w *World) {
		inStep()(w)
		for _, name := range teamRecords {
			w.want(w.status(name).PolicyDigest == "", "%s is under no policy: %s", name, w.Explain(name))
		}
	}},
	{Name: "registry: somebody deletes the set", Before: governed("a", "a.*"), Drive: func(w *World) {
		w.forgeSet(func(api.PolicySet) api.PolicySet { return api.PolicySet{} })
	}, Check: inStep("a")},
	{Name: "registry: somebody damages the set", Before: governed("a", "a.*"), Drive: func(w *World) {
		w.forgeSet(func(api.PolicySet) api.PolicySet { return api.UnreadablePolicySet() })
	}, Check: inStep("a")},
	{Name: "registry: somebody adds policies to the set", Before: governed("a", "a.*"), Drive: func(w *World) {
		w.forgeSet(func(s api.PolicySet) api.PolicySet {
			for _, name := range []string{"a", "mine", ""} {
				s.Policies = append(s.Policies, api.NewPolicyEntry(name, teamPolicy(name, "*")))
			}
			return s
		})
	}, Check: inStep("a")},
}

// teamRecords are the certificates of two teams.
var teamRecords = []string{"a.www", "b.www"}

func policyKey(name string) api.Key { return api.Key{Kind: api.KindPolicy, Name: name} }

func teamPolicy(name string, records ...any) map[string]any {
	return map[string]any{"name": api.PolicyPartition(name), "kind": "Policy", "records": records}
}

// twoTeams prepares a world with a certificate of each team and no policy.
func twoTeams(w *World) {
	registered(w)
	w.AllowedCertificates = len(teamRecords)
	for _, name := range teamRecords {
		w.certificate(name, "domains", []any{name + ".example.com"})
	}
	w.Run(time.Hour)
	for _, name := range teamRecords {
		if !w.ready(name) {
			panic("the scenario does not begin with a certificate: " + w.Explain(name))
		}
	}
}

// governed prepares twoTeams with a policy that is in force.
func governed(name string, records ...any) func(*World) {
	return func(w *World) {
		twoTeams(w)
		w.Put(teamPolicy(name, records...))
		w.Run(time.Hour)
		inStep(name)(w)
	}
}

// forgeSet changes the set without any condition, and lets the records be judged by it. The next resync repairs it, or
// the one after if a fault hits the first.
func (w *World) forgeSet(change func(api.PolicySet) api.PolicySet) {
	w.Table.ForgePolicySet(change)
	for _, name := range teamRecords {
		w.wake(certificateKey(name), 0)
	}
	w.faultyTicks = true
	w.Run(2 * day)
	w.faultyTicks = false
	w.Run(settle)
}

// inStep expects that the set has exactly these policies as in their items, that no record waits for being queued, and
// that every record is judged by them.
func inStep(policies ...string) func(*World) {
	return func(w *World) {
		ctx := context.Background()
		set, err := w.Table.GetPolicySet(ctx)
		must(err)
		set = spec.DecodePolicySet(set)
		w.want(len(set.Policies) == len(policies) && len(set.ToWake) == 0, "the set has the policies %v and nothing to wake: %+v", policies, set)
		var items []api.Listed
		for item, err := range w.Table.All(ctx) {
			must(err)
			items = append(items, item)
			w.want(!plan.Unjudged(reconciler.Decoder, set, item), "%s is judged by the policies", item.Key)
		}
		w.want(len(plan.DriftedPolicies(reconciler.Decoder, set, items)) == 0, "set, items and statuses of policies agree: %v", plan.DriftedPolicies(reconciler.Decoder, set, items))
		w.want(len(plan.UsageDrift(items)) == 0, "admissions and records agree: %v", plan.UsageDrift(items))
		for _, name := range policies {
			o, err := w.Table.GetPolicy(ctx, name)
			must(err)
			w.want(o.Status != nil && api.IsTrue(o.Status.Conditions, api.ConditionAccepted), "policy %s is accepted", name)
		}
	}
}
