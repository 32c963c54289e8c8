package plan

import (
	"slices"

	"certloop/reconciler/api"
)

// zoneChanged reports whether the record names another zone or role than when it was last seen. Corrected by people, it
// ends the pauses that the wrong one caused.
func (s *state) zoneChanged() bool {
	dns := api.Role{}
	if s.status.DNS != nil {
		dns = *s.status.DNS
	}
	return s.Spec != nil && (s.status.Zone != s.Spec.Zone || dns != s.Spec.DNS)
}

// zonesOutdated reports whether the zones of the order under way were resolved for another zone or role than the
// record names now.
func (s *state) zonesOutdated() bool {
	if s.Spec == nil || s.iss.OrderURL == "" || s.held() || !s.iss.FinalizedAt.IsZero() {
		return false
	}
	dns := api.Role{}
	if s.iss.ResolvedDNS != nil {
		dns = *s.iss.ResolvedDNS
	}
	return s.iss.ResolvedZone != s.Spec.Zone || dns != s.Spec.DNS
}

// observeZones has an order under way go on in the zones that the record names now. What was published elsewhere stays
// listed, so that it is removed.
func (s *state) observeZones() {
	if s.Zones != nil && s.zonesOutdated() {
		s.setZones()
	}
}

func (s *state) setZones() {
	s.iss.Zones, s.iss.ResolvedZone, s.iss.ResolvedDNS = slices.Clone(s.Zones), s.Spec.Zone, nil
	s.noteWarnings()
	if s.Spec.DNS != (api.Role{}) {
		dns := s.Spec.DNS
		s.iss.ResolvedDNS = &dns
	}
}

// noteWarnings puts what may go wrong in a zone into the history, once, and takes it out of what is stored. An order is
// placed all the same.
func (s *state) noteWarnings() {
	for i := range s.iss.Zones {
		warning := api.Message(s.iss.Zones[i].Warning)
		s.iss.Zones[i].Warning = ""
		known := slices.ContainsFunc(s.status.History, func(h api.HistoryEntry) bool {
			return h.Reason == api.ReasonSplitDelegation && h.Message == warning
		})
		if warning != "" && !known {
			s.record(api.ReasonSplitDelegation, warning)
		}
	}
}

// misplaced reports whether the value of the order under way lies in another zone, or under another name, than the one
// it belongs in.
func (s *state) misplaced(v api.PublishedTXT) bool {
	for _, a := range s.Order.Authorizations {
		if z, ok := s.zoneOf(a.Domain); ok && a.TXTValue == v.Value {
			return z.Zone != v.Zone || z.FQDN != v.FQDN
		}
	}
	return false
}
