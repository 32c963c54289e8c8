package spec

import (
	"slices"

	"certloop/reconciler/api"
)

// DecodePolicyEntry returns the entry of the policy with that name, without prefix, and the problems of its record.
// With an error the entry has no Policy, so it allows nothing.
func DecodePolicyEntry(name string, record map[string]any) (api.PolicyEntry, error) {
	e := api.NewPolicyEntry(name, record)
	var err error
	e.Policy, err = policyOf(name, record)
	return e, err
}

// DecodePolicySet returns the set as read from the table with each Policy decoded.
func DecodePolicySet(set api.PolicySet) api.PolicySet {
	set.Policies = slices.Clone(set.Policies)
	for i, e := range set.Policies {
		if e.Record != nil {
			set.Policies[i].Policy, _ = policyOf(e.Name, e.Record)
		}
	}
	return set
}

func policyOf(name string, record map[string]any) (*api.Policy, error) {
	p, err := DecodePolicy(record)
	if err != nil {
		return nil, err
	}
	if p.Name != name {
		return nil, &api.Error{Kind: api.Terminal, Reason: api.ReasonInvalidSpec, Message: "name differs from the item's"}
	}
	return p, nil
}
