package plan

import (
	"slices"

	"certloop/reconciler/api"
)

// Decoder decodes the records of a listing, which has them as they were written. Its functions are those of package spec.
type Decoder struct {
	// PolicyEntry decodes the policy of that name, without prefix. With an error the entry has no Policy.
	PolicyEntry func(name string, record map[string]any) (api.PolicyEntry, error)
	Account     func(record map[string]any) (*api.Account, error)
}

func (d Decoder) policyInput(name string, o api.PolicyObject) PolicyInput {
	in := PolicyInput{Name: name, PolicyObject: o}
	if o.Record != nil {
		in.Entry, in.SpecErr = d.PolicyEntry(name, o.Record)
	}
	return in
}

// RebuiltPolicySet returns the set that the policies in the listing make, and whether the stored one is another. The set
// must have been read before the listing began, and be written on the condition that nobody wrote it since: then an item
// that is not in the listing was deleted, and one that changes after it has a pass of its own to come.
//
// Where not all fit, those that are in the set stay there.
func RebuiltPolicySet(d Decoder, set api.PolicySet, items []api.Listed) (api.PolicySet, bool) {
	next := api.PolicySet{Version: set.Version}
	for _, inSet := range []bool{true, false} {
		for _, item := range items {
			if item.Key.Kind != api.KindPolicy || item.Record == nil {
				continue
			}
			in := d.policyInput(item.Key.Name, api.PolicyObject{Record: item.Record, Policies: next})
			if hasPolicy(set, in.Entry) != inSet {
				continue
			}
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

func hasPolicy(set api.PolicySet, want api.PolicyEntry) bool {
	return slices.ContainsFunc(set.Policies, func(e api.PolicyEntry) bool { return sameEntry(e, want) })
}

// DriftedPolicies returns the policies that need a pass by what the listing has of them.
func DriftedPolicies(d Decoder, set api.PolicySet, items []api.Listed) []api.Key {
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
		if DecidePolicy(d.policyInput(name, o)).Action != Wait {
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
func Unjudged(d Decoder, set api.PolicySet, item api.Listed) bool {
	switch {
	case item.Record == nil:
		return false
	case item.Key.Kind == api.KindAccount:
		return unjudgedAccount(d, set, item)
	case item.Key.Kind != api.KindCertificate || item.Status == nil:
		return false
	case len(set.Policies) == 0:
		return item.Status.PolicyDigest != ""
	}
	return item.Status.PolicyDigest != policiesDigest(set, item.Key.Name)
}

func unjudgedAccount(d Decoder, set api.PolicySet, item api.Listed) bool {
	account, err := d.Account(item.Record)
	if err != nil || item.AccountStatus == nil {
		return false // which staleAccount says
	}
	accepted := api.IsTrue(item.AccountStatus.Conditions, api.ConditionAccepted)
	return accepted != (AccountRefusal(set, account) == "")
}
