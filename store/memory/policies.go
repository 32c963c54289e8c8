package memory

import (
	"context"
	"fmt"
	"slices"

	"certloop/reconciler/api"
	"certloop/store/internal/canonical"
)

// GetPolicy reads the record, its status, the set of all policies, and how many records the policy has admitted.
func (t *Table) GetPolicy(ctx context.Context, name string) (api.PolicyObject, error) {
	if err := ended(ctx); err != nil {
		return api.PolicyObject{}, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return api.PolicyObject{
		Record:   t.record(api.Key{Kind: api.KindPolicy, Name: name}),
		Status:   canonical.Copy(t.policyStatuses[name]),
		Policies: t.policySet(),
		Admitted: len(t.admitted[name]),
	}, nil
}

// GetPolicySet reads the set of all policies.
func (t *Table) GetPolicySet(ctx context.Context) (api.PolicySet, error) {
	if err := ended(ctx); err != nil {
		return api.PolicySet{}, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.policySet(), nil
}

// WritePolicySet stores set under the rule of api.Write.Status.
func (t *Table) WritePolicySet(ctx context.Context, set *api.PolicySet) error {
	if err := ended(ctx); err != nil {
		return err
	}
	if err := set.Check(); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if set.Version != t.policies.Version {
		return conflict("policy set", "the table")
	}
	set.Version = max(set.Version, 0) + 1
	t.policies = *set
	t.policies = t.policySet()
	return nil
}

// WritePolicyStatus stores s under the rule of WriteAccount.
func (t *Table) WritePolicyStatus(ctx context.Context, name string, s *api.PolicyStatus) error {
	if err := ended(ctx); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if s.Version != policyVersion(t.policyStatuses[name]) {
		return conflict("policy status", name)
	}
	s.Version = api.NextVersion(s.Version)
	t.policyStatuses[name] = canonical.Copy(s)
	return nil
}

// ForgetPolicyStatus deletes the status under the rule of ForgetAccount.
func (t *Table) ForgetPolicyStatus(ctx context.Context, name string, version int64) error {
	if err := ended(ctx); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if version != policyVersion(t.policyStatuses[name]) {
		return conflict("policy status", name)
	}
	delete(t.policyStatuses, name)
	return nil
}

func policyVersion(s *api.PolicyStatus) int64 {
	if s == nil {
		return 0
	}
	return api.VersionRead(s.Version)
}

// Admit admits record under the policy if it is admitted already, or if the policy has admitted fewer than most.
func (t *Table) Admit(ctx context.Context, policy, record string, most int) (bool, error) {
	if err := ended(ctx); err != nil {
		return false, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	records := t.admitted[policy]
	if !records[record] && len(records) > 0 && len(records) >= most {
		return false, nil
	}
	if records == nil {
		t.admitted[policy] = map[string]bool{}
	}
	t.admitted[policy][record] = true
	return true, nil
}

// Dismiss revokes the admission of record.
func (t *Table) Dismiss(ctx context.Context, policy, record string) error {
	if err := ended(ctx); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if delete(t.admitted[policy], record); len(t.admitted[policy]) == 0 {
		delete(t.admitted, policy)
	}
	return nil
}

// policySet returns a copy of the set, with each entry made again from its record.
func (t *Table) policySet() api.PolicySet {
	set := api.PolicySet{Version: t.policies.Version, ToWake: slices.Clone(t.policies.ToWake)}
	for _, e := range t.policies.Policies {
		if e.Record == nil {
			set.Policies = append(set.Policies, api.PolicyEntry{Name: e.Name, Digest: e.Digest})
			continue
		}
		record, err := canonical.Record(e.Record)
		if err != nil {
			panic(fmt.Sprintf("policy %s: %v", e.Name, err)) // PutRecord accepts nothing that Record refuses
		}
		set.Policies = append(set.Policies, api.NewPolicyEntry(e.Name, record.(map[string]any)))
	}
	return set
}
