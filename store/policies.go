package store

import (
	"context"
	"fmt"

	"certloop/reconciler/api"
	"certloop/store/internal/canonical"
)

var policySetKey = itemKey(api.PolicySetPartition, api.KindPolicySet)

func policyKey(name string) item { return itemKey(api.PolicyPartition(name), api.KindPolicy) }

func policyStatusKey(name string) item {
	return itemKey(api.PolicyStatusPartition(name), api.KindPolicyStatus)
}

// GetPolicy reads the record, its status, the set of all policies, and how many records the policy has admitted, in one
// request.
func (s *Store) GetPolicy(ctx context.Context, name string) (api.PolicyObject, error) {
	items, err := s.snapshot(ctx, policyKey(name), policyStatusKey(name), policySetKey, usageKey(name))
	if err != nil {
		return api.PolicyObject{}, fmt.Errorf("read policy %s: %w", name, err)
	}
	o := api.PolicyObject{Record: decodeRecord(items[0]), Policies: decodePolicySet(items[2]), Admitted: len(admitted(items[3]))}
	if o.Status, err = decode[api.PolicyStatus](items[1]); err != nil {
		return api.PolicyObject{}, fmt.Errorf("read policy %s: %w", name, err)
	}
	return o, nil
}

// GetPolicySet reads the set of all policies; without one it returns a zero PolicySet.
func (s *Store) GetPolicySet(ctx context.Context) (api.PolicySet, error) {
	items, err := s.snapshot(ctx, policySetKey)
	if err != nil {
		return api.PolicySet{}, fmt.Errorf("read the policy set: %w", err)
	}
	return decodePolicySet(items[0]), nil
}

// WritePolicySet stores set if the stored version is still set.Version, and sets set.Version to the stored one. A set
// beyond the limits of package api is Terminal.
func (s *Store) WritePolicySet(ctx context.Context, set *api.PolicySet) error {
	next := *set
	next.Version = max(set.Version, 0) + 1
	put, err := encodePolicySet(next)
	if err == nil {
		err = s.apply(ctx, []change{{put: put, when: unchangedSet(set.Version)}})
	}
	if err != nil {
		return fmt.Errorf("write the policy set: %w", err)
	}
	set.Version = next.Version
	return nil
}

// unchangedSet is unchanged, except that a set with an unreadable version is always replaced.
func unchangedSet(version int64) condition {
	if version != api.DamagedPolicySet {
		return unchanged(version)
	}
	return exists()
}

// WritePolicyStatus stores st under the rule of WriteAccount.
func (s *Store) WritePolicyStatus(ctx context.Context, name string, st *api.PolicyStatus) error {
	next := canonical.Copy(*st)
	next.Version = api.NextVersion(next.Version)
	put, err := encode(policyStatusKey(name), next)
	if err == nil {
		err = s.apply(ctx, []change{{key: policyStatusKey(name), when: unchanged(st.Version), put: put}})
	}
	if err != nil {
		return fmt.Errorf("write the status of policy %s: %w", name, err)
	}
	st.Version = api.NextVersion(st.Version)
	return nil
}

// ForgetPolicyStatus deletes the status under the rule of ForgetAccount.
func (s *Store) ForgetPolicyStatus(ctx context.Context, name string, version int64) error {
	if err := s.apply(ctx, []change{{key: policyStatusKey(name), when: unchanged(version)}}); err != nil {
		return fmt.Errorf("forget the status of policy %s: %w", name, err)
	}
	return nil
}
