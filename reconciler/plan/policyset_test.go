package plan

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"certloop/reconciler/api"
	recordspec "certloop/reconciler/spec"
)

// policyRecord is a Policy record that applies to these names.
func policyRecord(name string, records ...any) map[string]any {
	return map[string]any{"name": api.PolicyPartition(name), "kind": "Policy", "records": records}
}

var decoder = Decoder{PolicyEntry: recordspec.DecodePolicyEntry, Account: recordspec.DecodeAccount}

func decodedEntry(name string, record map[string]any) api.PolicyEntry {
	e, _ := recordspec.DecodePolicyEntry(name, record)
	return e
}

func policyEntry(name string, records ...any) api.PolicyEntry {
	return decodedEntry(name, policyRecord(name, records...))
}

func policySet(entries ...api.PolicyEntry) api.PolicySet {
	return api.PolicySet{Version: 3, Policies: entries}
}

func noting(s api.PolicySet, patterns ...string) api.PolicySet {
	s.ToWake = patterns
	return s
}

var policyNow = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

func TestDecidePolicy_WhatChangesInThePolicySetAndWhomItConcerns(t *testing.T) {
	a, b := policyEntry("a", "a.*"), policyEntry("b", "b.*", "x")
	wider := policyRecord("a", "a.*", "c")
	invalid := map[string]any{"name": "policy#a", "kind": "Policy"}
	stub := api.PolicyEntry{Name: "a", Digest: api.SpecDigest(invalid)}
	damaged := api.PolicySet{Version: api.DamagedPolicySet, Policies: []api.PolicyEntry{{}}}
	for sentence, c := range map[string]struct {
		record map[string]any
		set    api.PolicySet
		want   []string // names, "!" in front of those that allow nothing
		toWake []string
	}{
		"the first policy concerns every record":        {a.Record, api.PolicySet{}, []string{"a"}, []string{"*"}},
		"so does the first one that is invalid":         {invalid, api.PolicySet{}, []string{"!a"}, []string{"*"}},
		"a further one concerns the records it names":   {a.Record, policySet(b), []string{"a", "b"}, []string{"a.*"}},
		"a change concerns those of before and after":   {wider, policySet(a, b), []string{"a", "b"}, []string{"a.*", "c"}},
		"a policy that becomes invalid those of before": {invalid, policySet(a, b), []string{"!a", "b"}, []string{"a.*"}},
		"one that becomes valid those of after":         {a.Record, policySet(stub, b), []string{"a", "b"}, []string{"a.*"}},
		"a deleted one those of before":                 {nil, policySet(a, b), []string{"b"}, []string{"a.*"}},
		"the last one that goes every record":           {nil, policySet(a), nil, []string{"*"}},
		"what is not woken yet stays noted":             {nil, noting(policySet(a, b), "z"), []string{"b"}, []string{"a.*", "z"}},
		"entries that no item can have stay":            {nil, policySet(a, api.PolicyEntry{}), []string{"!"}, []string{"a.*"}},
		"of several entries of the policy one stays":    {a.Record, policySet(a, policyEntry("a", "*"), b), []string{"a", "b"}, []string{"*"}},
		"a forged one is replaced":                      {a.Record, policySet(policyEntry("a", "*"), b), []string{"a", "b"}, []string{"*", "a.*"}},
		"a set that cannot be read goes on to deny":     {a.Record, damaged, []string{"!", "a"}, []string{"*"}},
		"so it does after a policy is deleted":          {nil, damaged, []string{"!"}, []string{"*"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			p := DecidePolicy(decoder.policyInput("a", api.PolicyObject{Record: c.record, Policies: c.set}))
			if p.Action != ChangePolicySet || p.Set.Version != c.set.Version || p.Set.Check() != nil {
				t.Fatalf("%s, version %d, %v", p.Action, p.Set.Version, p.Set.Check())
			}
			if got := namesOf(p.Set); !reflect.DeepEqual(got, c.want) {
				t.Errorf("the set has %v, want %v", got, c.want)
			}
			if !reflect.DeepEqual(p.Set.ToWake, c.toWake) {
				t.Errorf("to be woken are %v, want %v", p.Set.ToWake, c.toWake)
			}
		})
	}
}

func namesOf(s api.PolicySet) (names []string) {
	for _, e := range s.Policies {
		name := e.Name
		if e.Policy == nil {
			name = "!" + name
		}
		names = append(names, name)
	}
	return names
}

// manyPolicies are n valid policies of about that many bytes each, named p000 and so on.
func manyPolicies(n, size int) (s api.PolicySet) {
	s.Version = 3
	for i := range n {
		r := policyRecord(fmt.Sprintf("p%03d", i), "p.*")
		var profiles []any
		for left := size - api.PolicySize(r); left > 0; left -= 250 {
			profiles = append(profiles, fmt.Sprintf("%04d", left)+strings.Repeat("x", min(left, 245)))
		}
		if profiles != nil {
			r["profiles"] = profiles
		}
		s.Policies = append(s.Policies, decodedEntry(fmt.Sprintf("p%03d", i), r))
	}
	return s
}

func TestDecidePolicy_WhatDoesNotFitIsRefusedAndCounts(t *testing.T) {
	large := manyPolicies(1, 24_900).Policies[0].Record
	large["name"] = "policy#a"
	for sentence, c := range map[string]struct {
		record  map[string]any
		set     api.PolicySet
		entry   string
		reason  api.Reason
		message string
	}{
		"it fits":                {large, manyPolicies(9, 24_900), "a", api.ReasonAccepted, ""},
		"256 KB are exceeded":    {large, manyPolicies(10, 24_900), "!a", api.ReasonPolicyTooLarge, "that all policies may have together"},
		"there are 100 already":  {policyRecord("a", "a.*"), manyPolicies(100, 0), "", api.ReasonPolicyTooLarge, "there are 100 policies already"},
		"one alone is too large": {manyPolicies(1, 100_001).Policies[0].Record, policySet(), "!a", api.ReasonInvalidSpec, "use at most 32768"},
		"another's name":         {policyRecord("b", "a.*"), policySet(), "!a", api.ReasonInvalidSpec, "name"},
		"a name that is refused": {policyRecord("A b", "a.*"), policySet(), "!A b", api.ReasonInvalidSpec, "name"},
		"it is one of the 100":   {manyPolicies(1, 0).Policies[0].Record, manyPolicies(100, 0), "p000", api.ReasonAccepted, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			name := strings.TrimPrefix(c.entry, "!")
			if name == "" {
				name = "a"
			}
			w := &policyWorld{records: map[string]map[string]any{name: c.record}, set: c.set, statuses: map[string]*api.PolicyStatus{}}
			if err := w.pass(name, 10); err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(namesOf(w.set), " "); strings.Contains(" "+got+" ", " "+c.entry+" ") != (c.entry != "") {
				t.Errorf("the set has %s, want %s in it", got, c.entry)
			}
			if err := w.set.Check(); err != nil || len(w.set.Policies) < len(c.set.Policies) {
				t.Errorf("the set has %d policies, %v", len(w.set.Policies), err)
			}
			accepted, _ := api.GetCondition(w.statuses[name].Conditions, api.ConditionAccepted)
			if accepted.Reason != c.reason || !strings.Contains(accepted.Message, c.message) || (accepted.Status == api.ConditionTrue) != (c.message == "") {
				t.Errorf("Accepted is %+v, want %s: %s", accepted, c.reason, c.message)
			}
		})
	}
}

func TestDecidePolicy_APassOverAPolicyThatIsInForceDoesNothing(t *testing.T) {
	in := decoder.policyInput("a", api.PolicyObject{
		Record: policyRecord("a", "a.*"), Policies: policySet(policyEntry("a", "a.*")), Admitted: 2,
	})
	in.Now = policyNow
	p := DecidePolicy(in)
	if p.Action != WriteStatus || p.Status.Generation != 1 || p.Status.ObservedGeneration != 1 || p.Status.Admitted != 2 ||
		!api.IsTrue(p.Status.Conditions, api.ConditionAccepted) {
		t.Fatalf("the status comes last: %+v", p)
	}
	in.Status, in.Now = &p.Status, policyNow.Add(time.Hour)
	if p := DecidePolicy(in); p.Action != Wait {
		t.Errorf("%+v", p)
	}
	in.Admitted = 3
	if p := DecidePolicy(in); p.Action != WriteStatus || p.Status.Generation != 1 {
		t.Errorf("another number of records is written down: %+v", p)
	}
	in.Record, in.Policies = nil, api.PolicySet{}
	if p := DecidePolicy(in); p.Action != Forget {
		t.Errorf("the status of a deleted policy is deleted: %+v", p)
	}
	in.Status = nil
	if p := DecidePolicy(in); p.Action != Wait {
		t.Errorf("of a policy that is not there, nothing is left: %+v", p)
	}
}

// policyWorld is a table of policies, and the records that were queued.
type policyWorld struct {
	records  map[string]map[string]any
	statuses map[string]*api.PolicyStatus
	set      api.PolicySet
	// seen has, for each name of a record, the policies as they were when it was queued last.
	seen map[string]string
}

// pass takes at most that many steps over a policy: a pass that dies takes fewer than it needs.
func (w *policyWorld) pass(name string, steps int) error {
	for range steps {
		in := decoder.policyInput(name, api.PolicyObject{
			Record: w.records[name], Status: w.statuses[name], Policies: w.set,
		})
		in.Now = policyNow
		switch p := DecidePolicy(in); p.Action {
		case ChangePolicySet:
			w.set = p.Set
		case Wake:
			for name := range w.seen {
				if Concerns(api.Listed{Key: api.Key{Kind: api.KindCertificate, Name: name}, Record: map[string]any{}}, p.Patterns) {
					w.seen[name] = w.view(name)
				}
			}
			w.set = p.Set
		case WriteStatus:
			w.statuses[name] = &p.Status
		case Forget:
			delete(w.statuses, name)
		default:
			return nil
		}
		w.set.Version = max(w.set.Version, 0) + 1
	}
	return fmt.Errorf("%s is not in force after %d steps", name, steps)
}

// view returns what a decision about the record depends on: whether there are policies, and the valid ones that apply to it.
func (w *policyWorld) view(record string) string {
	var concerning []string
	for _, e := range w.set.Policies {
		if e.Policy != nil && Concerns(api.Listed{Key: api.Key{Kind: api.KindAccount, Name: record}, Record: map[string]any{}}, e.Policy.Records) {
			concerning = append(concerning, e.Name+e.Digest)
		}
	}
	slices.Sort(concerning) // the order in the set, which may be forged, changes nothing for a record
	return fmt.Sprint(len(w.set.Policies) > 0, slices.Compact(concerning))
}

// TestDecidePolicy_TheSetComesToHoldThePoliciesAndEveryRecordConcernedIsQueued: whatever policies are written and deleted, whatever
// passes die where, and whatever was forged.
func TestDecidePolicy_TheSetComesToHoldThePoliciesAndEveryRecordConcernedIsQueued(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := &policyWorld{records: map[string]map[string]any{}, statuses: map[string]*api.PolicyStatus{}, seen: map[string]string{}}
		for _, name := range []string{"a.1", "a.2", "b.1", "c"} {
			w.seen[name] = w.view(name)
		}
		names := []string{"a", "b", "c", "A B"}
		for range rapid.IntRange(1, 30).Draw(r, "events") {
			name := rapid.SampledFrom(names).Draw(r, "policy")
			switch rapid.IntRange(0, 5).Draw(r, "event") {
			case 0:
				delete(w.records, name)
			case 1, 2:
				w.records[name] = drawPolicy(r, name)
			case 3:
				forgeSet(r, w, name)
			default:
				_ = w.pass(name, rapid.IntRange(1, 5).Draw(r, "steps"))
			}
		}
		w.resync(r)
		for _, name := range names {
			if drift := DriftedPolicies(decoder, w.set, w.listing()); len(drift) > 0 {
				r.Fatalf("after the resync these still differ: %v\n%+v", drift, w.set)
			}
			if got, differs := RebuiltPolicySet(decoder, w.set, w.listing()); differs {
				r.Fatalf("another resync makes the set anew: %+v", got)
			}
			if err := w.pass(name, 1); err != nil && len(w.records) <= api.MaxPolicies {
				r.Errorf("a further pass over %s does something: %v", name, err)
			}
		}
		for name, seen := range w.seen {
			if seen != w.view(name) {
				r.Errorf("%s was queued last when it was under %s, and is under %s", name, seen, w.view(name))
			}
		}
	})
}

func (w *policyWorld) listing() (items []api.Listed) {
	keys := map[string]bool{}
	for name := range w.records {
		keys[name] = true
	}
	for name := range w.statuses {
		keys[name] = true
	}
	for name := range keys {
		items = append(items, api.Listed{Key: api.Key{Kind: api.KindPolicy, Name: name}, Record: w.records[name], PolicyStatus: w.statuses[name]})
	}
	return items
}

// resync returns what the loop's is: rebuild the set, queue what differs, and the records that are noted.
func (w *policyWorld) resync(r *rapid.T) {
	if rebuilt, differs := RebuiltPolicySet(decoder, w.set, w.listing()); differs {
		w.set = rebuilt
		w.set.Version = max(w.set.Version, 0) + 1
	}
	for _, key := range DriftedPolicies(decoder, w.set, w.listing()) {
		if err := w.pass(key.Name, 10); err != nil {
			r.Fatal(err)
		}
	}
	for name := range w.seen {
		if Concerns(api.Listed{Key: api.Key{Kind: api.KindCertificate, Name: name}, Record: map[string]any{}}, w.set.ToWake) {
			w.seen[name] = w.view(name)
		}
	}
	w.set.ToWake = nil
}

func drawPolicy(r *rapid.T, name string) map[string]any {
	patterns := rapid.SampledFrom([][]any{{"a.*"}, {"b.*"}, {"a.*", "c"}, {"*"}, {}}).Draw(r, "records") // the last one is invalid
	return policyRecord(name, patterns...)
}

var tooMany = sync.OnceValue(func() []api.PolicyEntry { return manyPolicies(150, 0).Policies })

// forgeSet changes the set past every rule. The records that only the forged set concerns are known to nobody who queues.
func forgeSet(r *rapid.T, w *policyWorld, name string) {
	policies := append([]api.PolicyEntry(nil), w.set.Policies...)
	switch rapid.IntRange(0, 5).Draw(r, "forged") {
	case 0:
		policies = append(policies, decodedEntry(name, policyRecord(name, "*")))
	case 1:
		policies = append(policies, api.PolicyEntry{})
	case 2:
		if len(policies) > 0 {
			policies[0] = decodedEntry(policies[0].Name, policyRecord(policies[0].Name, "*"))
		}
	case 3:
		policies = nil
	case 4:
		policies = append(policies, tooMany()...)
	case 5:
		w.set.Version, policies = api.DamagedPolicySet, []api.PolicyEntry{{}}
	}
	w.set.Policies = policies
	for name := range w.seen {
		w.seen[name] = w.view(name)
	}
}
