package plan

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"certloop/reconciler/api"
)

// PolicyInput is what a pass over a policy knows.
type PolicyInput struct {
	Now  time.Time
	Name string
	api.PolicyObject
	// Entry is the record as the set is to hold it; SpecErr: it does not decode. Both are zero without a record.
	Entry   api.PolicyEntry
	SpecErr error
}

// The actions of a pass over a policy, besides Wait, Wake and Forget.
const (
	// ChangePolicySet stores PolicyPlan.Set.
	ChangePolicySet Action = "ChangePolicySet"
	// WriteStatus stores PolicyPlan.Status.
	WriteStatus Action = "WriteStatus"
)

// PolicyPlan is the next step of a pass over a policy.
type PolicyPlan struct {
	Action Action
	// Set is the set of ChangePolicySet, and that of Wake when the records of Patterns are queued.
	Set api.PolicySet
	// Patterns are the records that Wake queues.
	Patterns []string
	// Status is that of WriteStatus; Forget deletes the one that was read.
	Status api.PolicyStatus
}

// DecidePolicy returns the next step. The first that is needed comes first: the set as the record says; the records that
// the change concerns, which the set notes until they are queued; the status.
//
// A pass that dies in between leaves the note in the set, so that whichever pass over a policy comes next queues them.
func DecidePolicy(in PolicyInput) PolicyPlan {
	entry, problem := entryOf(in)
	next := changedSet(in.Policies, in.Name, entry)
	switch {
	case !sameEntries(in.Policies, next):
		next.ToWake = concerned(in.Policies, next)
		return PolicyPlan{Action: ChangePolicySet, Set: next}
	case len(in.Policies.ToWake) > 0:
		next.ToWake = nil
		return PolicyPlan{Action: Wake, Set: next, Patterns: in.Policies.ToWake}
	case in.Record == nil && in.Status != nil:
		return PolicyPlan{Action: Forget}
	case in.Record == nil:
		return PolicyPlan{Action: Wait}
	}
	status := policyStatus(in, problem)
	if in.Status != nil && api.SameStored(*in.Status, status) {
		return PolicyPlan{Action: Wait}
	}
	return PolicyPlan{Action: WriteStatus, Status: status}
}

// entryOf returns the policy as the set is to have it, and why it is not accepted; nil: the set is to have none.
//
// A policy that is not accepted allows nothing and counts as one: an entry without its record, which needs no room. Only
// where the set is full, it has no entry. It still counts, for a full set is not an empty one.
func entryOf(in PolicyInput) (*api.PolicyEntry, error) {
	if in.Record == nil {
		return nil, nil
	}
	others := otherPolicies(in.Policies, in.Name)
	if len(others) >= api.MaxPolicies {
		return nil, refusedPolicy("there are %d policies already: delete one, or merge this one into another", len(others))
	}
	entry := in.Entry
	if in.SpecErr != nil {
		entry.Record = nil
		return &entry, in.SpecErr
	}
	rest := api.PolicySet{Policies: others}.Size()
	if size := (api.PolicySet{Policies: []api.PolicyEntry{entry}}).Size(); rest+size > api.MaxPolicySetSize {
		entry.Record, entry.Policy = nil, nil
		return &entry, refusedPolicy("it has %d bytes, and the others have %d of the %d that all policies may have together: "+
			"shorten it, or delete one", size, rest, api.MaxPolicySetSize)
	}
	return &entry, nil
}

func refusedPolicy(format string, args ...any) error {
	return &api.Error{Kind: api.Terminal, Reason: api.ReasonPolicyTooLarge, Message: fmt.Sprintf(format, args...)}
}

// changedSet returns the set with that entry for the policy, or without one. It leaves every other entry to the pass over its
// policy, and entries that no item can have to a resync, which knows what policies there are: until then they deny.
func changedSet(set api.PolicySet, name string, entry *api.PolicyEntry) api.PolicySet {
	next := api.PolicySet{Version: set.Version, ToWake: set.ToWake, Policies: otherPolicies(set, name)}
	if entry != nil {
		next.Policies = append(next.Policies, *entry)
	}
	slices.SortFunc(next.Policies, func(a, b api.PolicyEntry) int { return cmp.Compare(a.Name, b.Name) })
	return next
}

// otherPolicies returns the entries of the other policies.
func otherPolicies(set api.PolicySet, name string) []api.PolicyEntry {
	var others []api.PolicyEntry
	for _, e := range set.Policies {
		if e.Name != name {
			others = append(others, e)
		}
	}
	return others
}

// sameEntries reports whether the stored set is the next one, so that it need not be written.
func sameEntries(stored, next api.PolicySet) bool {
	return stored.Version != api.DamagedPolicySet && slices.EqualFunc(stored.Policies, next.Policies, sameEntry)
}

func sameEntry(a, b api.PolicyEntry) bool {
	return a.Name == b.Name && a.Digest == b.Digest && (a.Policy == nil) == (b.Policy == nil)
}

// concerned returns the patterns of the records that the change concerns, and of those that an earlier change did and
// that are not queued yet: those of every policy that is not the same before and after. Where the first policy comes or
// the last one goes, that is every record.
func concerned(before, after api.PolicySet) []string {
	if (len(before.Policies) == 0) != (len(after.Policies) == 0) || before.Version == api.DamagedPolicySet {
		return []string{api.AllRecords}
	}
	patterns := slices.Clone(before.ToWake)
	for _, e := range slices.Concat(changed(before, after), changed(after, before)) {
		if e.Policy != nil {
			patterns = append(patterns, e.Policy.Records...)
		}
	}
	slices.Sort(patterns)
	if patterns = slices.Compact(patterns); len(patterns) > api.MaxToWake {
		return []string{api.AllRecords}
	}
	return patterns
}

// changed returns the entries of one set that the other one has not.
func changed(set, other api.PolicySet) []api.PolicyEntry {
	var out []api.PolicyEntry
	for _, e := range set.Policies {
		if !slices.ContainsFunc(other.Policies, func(o api.PolicyEntry) bool { return sameEntry(e, o) }) {
			out = append(out, e)
		}
	}
	return out
}
