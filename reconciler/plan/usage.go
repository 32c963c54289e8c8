package plan

import (
	"cmp"
	"slices"

	"certloop/reconciler/api"
)

// A UsageChange brings the places under a policy's max_certificates in line with a record.
type UsageChange struct {
	Policy, Record string
	// Admit: the record has a place by its status only; else it has one that it does not need.
	Admit bool
}

// UsageDrift returns the places that seem to be wrong by the listing. Its items are of different moments: each has to be
// confirmed (Confirm) by what the table holds at one.
func UsageDrift(items []api.Listed) []UsageChange {
	places, certificates := map[UsageChange]bool{}, map[string]api.Listed{}
	for _, item := range items {
		switch item.Key.Kind {
		case api.KindPolicyUsage:
			for _, record := range item.Admitted {
				places[UsageChange{Policy: item.Key.Name, Record: record}] = true
			}
		case api.KindCertificate:
			certificates[item.Key.Name] = item
		}
	}
	var changes []UsageChange
	for place := range places {
		item := certificates[place.Record]
		if place.Confirm(api.Object{Record: item.Record, Status: item.Status}) {
			changes = append(changes, place)
		}
	}
	for name, item := range certificates {
		if s := item.Status; s != nil && s.PolicyCounted != "" && !places[UsageChange{Policy: s.Policy, Record: name}] {
			changes = append(changes, UsageChange{Policy: s.Policy, Record: name, Admit: true})
		}
	}
	slices.SortFunc(changes, func(a, b UsageChange) int {
		return cmp.Or(cmp.Compare(a.Policy, b.Policy), cmp.Compare(a.Record, b.Record))
	})
	return changes
}

// Confirm reports whether the change is right for the record as it is. A record that an invocation is at work on, and one
// whose status was lost, keep the place that they have.
func (c UsageChange) Confirm(o api.Object) bool {
	s := o.Status
	has := s != nil && s.Policy == c.Policy && s.PolicyCounted != ""
	switch {
	case c.Admit:
		return has
	case s == nil:
		return o.Record == nil
	}
	return !has && s.ClaimID == ""
}
