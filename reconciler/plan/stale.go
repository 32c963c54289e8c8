package plan

import (
	"time"

	"certloop/reconciler/api"
)

// Listing is what ACM listed, place by place; a place that could not be listed is missing.
type Listing map[api.Location]map[string]api.Summary

// Stale reports whether a record needs a pass, judged from the table and the listing alone: it is new, changed or deleted;
// not well; overdue; or ACM lists something else than the status says.
func Stale(item api.Listed, listing Listing, now time.Time) bool {
	switch item.Key.Kind {
	case api.KindAccount:
		return staleAccount(item)
	case api.KindPolicy, api.KindPolicyUsage:
		return false // DriftedPolicies and UsageDrift say that
	}
	s := item.Status
	switch {
	case item.Record == nil || s == nil:
		return true
	case s.SpecDigest != api.SpecDigest(item.Record) || s.ObservedGeneration != s.Generation:
		return true
	case !api.IsTrue(s.Conditions, api.ConditionReady) || !api.IsTrue(s.Conditions, api.ConditionAccepted):
		return true
	case dueIsWrong(s, now), len(s.Outbox) > 0, s.ClaimID != "":
		return true
	}
	for _, t := range s.Targets {
		if !asListed(t, listing) {
			return true
		}
	}
	return false
}

// Unchecked reports whether a record whose certificate is in place has no check of revocation ahead: it was installed before
// checks were made, or while they were switched off. Nothing else may wake it for months.
func Unchecked(item api.Listed) bool {
	return item.Key.Kind == api.KindCertificate && item.Record != nil && item.Status != nil &&
		len(item.Status.Revocations) == 0 && api.IsTrue(item.Status.Conditions, api.ConditionReady)
}

func asListed(t api.TargetStatus, listing Listing) bool {
	place, listed := listing[t.Location]
	if !listed {
		return false
	}
	found, ok := place[t.ARN]
	return ok && found.Status == "ISSUED" && found.NotAfter.Equal(t.NotAfter) && found.ImportedAt.Unix() == t.ImportedAt.Unix()
}

func staleAccount(item api.Listed) bool {
	s := item.AccountStatus
	return item.Record == nil || s == nil || s.SpecDigest != api.SpecDigest(item.Record) || !s.IsReady() || s.WakePending || s.ClaimID != ""
}

// Accounts returns the names of the Account records in a listing.
func Accounts(items []api.Listed) map[string]bool {
	names := map[string]bool{}
	for _, item := range items {
		if item.Key.Kind == api.KindAccount && item.Record != nil {
			names[item.Key.Name] = true
		}
	}
	return names
}

// Orphaned reports whether the Account of a certificate is not there: it says so at once, not when it is to be renewed.
func Orphaned(item api.Listed, accounts map[string]bool) bool {
	return item.Key.Kind == api.KindCertificate && item.Record != nil && !accounts[AccountOf(item.Record)]
}

// AccountOf returns the name of the Account that a Certificate record names.
func AccountOf(record map[string]any) string {
	if name, ok := record["account"].(string); ok && name != "" {
		return name
	}
	return api.DefaultAccount
}

// dueIsWrong reports whether the record is overdue, or is not due by the time at which it is renewed and its certificates
// end: whoever wrote that, nobody would come for it.
func dueIsWrong(s *api.CertificateStatus, now time.Time) bool {
	due := time.Unix(s.DueAt, 0)
	if s.DueAt == 0 || !due.After(now) || (!s.RenewAt.IsZero() && due.After(s.RenewAt.Add(day))) {
		return true
	}
	for _, t := range s.Targets {
		if due.After(t.NotAfter) {
			return true
		}
	}
	return false
}
