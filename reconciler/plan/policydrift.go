package plan

import (
	"slices"

	"certloop/reconciler/api"
)

// CleanPolicySet returns the set without entries that no item can have, and whether it had any, or could not be read. A
// pass over a policy repairs every other entry.
func CleanPolicySet(set api.PolicySet) (api.PolicySet, bool) {
	next := changedSet(set, "", nil)
	if sameEntries(set, next) {
		return set, false
	}
	next.Waking = concerned(set, next)
	return next, true
}

// DriftedPolicies returns the policies that need a pass: set, record and status differ. The listing decides nothing else,
// for its items are of different moments, and may be older than the set.
func DriftedPolicies(set api.PolicySet, items []api.Listed) []api.Key {
	entries := map[string][]api.PolicyEntry{}
	for _, e := range set.Policies {
		entries[e.Name] = append(entries[e.Name], e)
	}
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
		if drifted(item, entries[item.Key.Name], admitted[item.Key.Name]) {
			keys = append(keys, item.Key)
		}
		delete(entries, item.Key.Name)
	}
	for _, e := range set.Policies {
		if _, left := entries[e.Name]; left && nameable(e.Name) {
			keys = append(keys, api.Key{Kind: api.KindPolicy, Name: e.Name})
			delete(entries, e.Name)
		}
	}
	return keys
}

func drifted(item api.Listed, entries []api.PolicyEntry, admitted int) bool {
	if item.Record == nil || len(entries) != 1 || item.PolicyStatus == nil {
		return true
	}
	want := api.NewPolicyEntry(item.Key.Name, item.Record)
	s := item.PolicyStatus
	return !sameEntry(entries[0], want) || s.SpecDigest != want.Digest || s.Admitted != admitted ||
		api.IsTrue(s.Conditions, api.ConditionAccepted) != (want.Policy != nil)
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
