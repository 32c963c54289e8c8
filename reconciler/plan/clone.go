package plan

import (
	"maps"
	"slices"
	"sort"

	"certloop/reconciler/api"
)

// cloneStatus copies all that a pass may change, so that Decide and Settle leave their input alone.
func cloneStatus(s api.CertificateStatus) api.CertificateStatus {
	s.Conditions = slices.Clone(s.Conditions)
	s.Targets = slices.Clone(s.Targets)
	for i := range s.Targets {
		s.Targets[i].TagKeys = slices.Clone(s.Targets[i].TagKeys)
	}
	s.Revocations = slices.Clone(s.Revocations)
	s.History = slices.Clone(s.History)
	s.Outbox = slices.Clone(s.Outbox)
	s.Attempts = maps.Clone(s.Attempts)
	if s.ARI != nil {
		ari := *s.ARI
		s.ARI = &ari
	}
	if s.Issued != nil {
		issued := *s.Issued
		s.Issued = &issued
	}
	if s.DNS != nil {
		dns := *s.DNS
		s.DNS = &dns
	}
	if s.Rollout != nil {
		rollout := *s.Rollout
		s.Rollout = &rollout
	}
	return s
}

func cloneIssuance(i api.Issuance) api.Issuance {
	i.Published = slices.Clone(i.Published)
	i.Zones = slices.Clone(i.Zones)
	i.Imports = maps.Clone(i.Imports)
	i.Replaced = slices.Clone(i.Replaced)
	if i.ResolvedDNS != nil {
		dns := *i.ResolvedDNS
		i.ResolvedDNS = &dns
	}
	if i.Kept != nil {
		kept := *i.Kept
		i.Kept = &kept
	}
	if i.Rollback != nil {
		back := *i.Rollback
		back.Targets = slices.Clone(back.Targets)
		i.Rollback = &back
	}
	return i
}

func sortedKeys(m map[string]string) []string {
	if len(m) == 0 {
		return nil
	}
	keys := slices.Collect(maps.Keys(m))
	sort.Strings(keys)
	return keys
}
