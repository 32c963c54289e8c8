package plan

import (
	"slices"

	"certloop/reconciler/api"
)

// RebuiltPolicySet returns the set that the policies in the listing make, and whether the stored one is another. The set
// must have been read before the listing began, and be written on the condition that nobody wrote it since: then an item
// that is not in the listing was deleted, and one that changes after it has a pass of its own to come.
//
// Where not all fit, those that are in the set stay there.
func RebuiltPolicySet(set api.PolicySet, items []api.Listed) (api.PolicySet, bool) {
	next := api.PolicySet{Version: set.Version}
	for _, inSet := range []bool{true, false} {
		for _, item := range items {
			if item.Key.Kind != api.KindPolicy || item.Record == nil || hasPolicy(set, item) != inSet {
				continue
			}
			in := PolicyInput{Name: item.Key.Name, PolicyObject: api.PolicyObject{Record: item.Record, Policies: next}}
			entry, _ := entryOf(in)
			next = changedSet(next, item.Key.Name, entry)
		}
	}
	if sameEntries(set, next) && !lostSet(set, items) {
		return set, false
	}
	next.ToWake = concerned(set, next)
	return next, true
}

// lostSet reports whether the item of the set is missing although records were judged by policies: they wait for it, even
// where it is to be empty.
func lostSet(set api.PolicySet, items []api.Listed) bool {
	return slices.ContainsFunc(items, func(i api.Listed) bool {
		return i.Status != nil && BelievePolicies(set, *i.Status).Version != set.Version
	})
}

func hasPolicy(set api.PolicySet, item api.Listed) bool {
	want := api.NewPolicyEntry(item.Key.Name, item.Record)
	return slices.ContainsFunc(set.Policies, func(e api.PolicyEntry) bool { return sameEntry(e, want) })
}

// DriftedPolicies returns the policies that need a pass by what the listing has of them.
func DriftedPolicies(set api.PolicySet, items []api.Listed) []api.Key {
	set.ToWake = nil // which the resync takes care of
	admitted := map[string]int{}
	for _, item := range items {
		if item.Key.Kind == api.KindPolicyUsage {
			admitted[item.Key.Name] = len(item.Admitted)
		}
	}
	var keys []api.Key
	for _, item := range items {
		if item.Key.Kind != api.KindPolicy {
			continue
		}
		name := item.Key.Name
		o := api.PolicyObject{Record: item.Record, Status: item.PolicyStatus, Policies: set, Admitted: admitted[name]}
		if DecidePolicy(PolicyInput{Name: name, PolicyObject: o}).Action != Wait {
			keys = append(keys, item.Key)
		}
	}
	return keys
}

// Concerns reports whether the item is a certificate or account whose name matches one of the patterns.
func Concerns(item api.Listed, patterns []string) bool {
	if item.Record == nil || (item.Key.Kind != api.KindCertificate && item.Key.Kind != api.KindAccount) {
		return false
	}
	return slices.ContainsFunc(patterns, func(p string) bool { return p == api.AllRecords || api.MatchesName(p, item.Key.Name) })
}

// Unjudged reports whether the policies have changed since the record was judged by them: nobody queued it then, or the
// message was lost.
func Unjudged(set api.PolicySet, item api.Listed) bool {
	switch {
	case item.Record == nil:
		return false
	case item.Key.Kind == api.KindAccount:
		return unjudgedAccount(set, item)
	case item.Key.Kind != api.KindCertificate || item.Status == nil:
		return false
	case len(set.Policies) == 0:
		return item.Status.PolicyDigest != ""
	}
	return item.Status.PolicyDigest != policiesDigest(set, item.Key.Name)
}

func unjudgedAccount(set api.PolicySet, item api.Listed) bool {
	account, err := api.DecodeAccount(item.Record)
	if err != nil || item.AccountStatus == nil {
		return false // which staleAccount says
	}
	accepted := api.IsTrue(item.AccountStatus.Conditions, api.ConditionAccepted)
	return accepted != (AccountRefusal(set, account) == "")
}
