package plan

import (
	"slices"

	"certloop/reconciler/api"
)

// zoneChanged reports whether the record names another zone or role than when it was last seen. Corrected by a user, it
// ends the pauses that the wrong one caused.
func zoneChanged(f *facts) bool {
	dns := api.Role{}
	if f.next.DNS != nil {
		dns = *f.next.DNS
	}
	return f.Spec != nil && (f.next.Zone != f.Spec.Zone || dns != f.Spec.DNS)
}

// zonesOutdated reports whether the zones of the order under way were resolved for another zone or role than the
// record names now.
func (f *facts) zonesOutdated() bool {
	if f.Spec == nil || f.iss.OrderURL == "" || f.held() || !f.iss.FinalizedAt.IsZero() {
		return false
	}
	dns := api.Role{}
	if f.iss.ResolvedDNS != nil {
		dns = *f.iss.ResolvedDNS
	}
	return f.iss.ResolvedZone != f.Spec.Zone || dns != f.Spec.DNS
}

// observeZones has an order under way go on in the zones that the record names now. What was published elsewhere stays
// listed, so that it is removed.
func observeZones(d *draft) {
	if d.Zones != nil && d.zonesOutdated() {
		d.setZones()
	}
}

func (d *draft) setZones() {
	d.iss.Zones, d.iss.ResolvedZone, d.iss.ResolvedDNS = slices.Clone(d.Zones), d.Spec.Zone, nil
	d.noteWarnings()
	if d.Spec.DNS != (api.Role{}) {
		dns := d.Spec.DNS
		d.iss.ResolvedDNS = &dns
	}
}

// noteWarnings puts what may go wrong in a zone into the history, once, and takes it out of what is stored. An order is
// placed all the same.
func (d *draft) noteWarnings() {
	for i := range d.iss.Zones {
		warning := api.Message(d.iss.Zones[i].Warning)
		d.iss.Zones[i].Warning = ""
		known := slices.ContainsFunc(d.next.History, func(h api.HistoryEntry) bool {
			return h.Reason == api.ReasonSplitDelegation && h.Message == warning
		})
		if warning != "" && !known {
			d.record(api.ReasonSplitDelegation, warning)
		}
	}
}

// misplaced reports whether the value of the order under way lies in another zone, or under another name, than the one
// it belongs in.
func misplaced(f *facts, v api.PublishedTXT) bool {
	for _, a := range f.Order.Authorizations {
		if z, ok := f.zoneOf(a.Domain); ok && a.TXTValue == v.Value {
			return z.Zone != v.Zone || z.FQDN != v.FQDN
		}
	}
	return false
}

func zoneReason(r api.Reason) bool {
	return r == api.ReasonZoneNotFound || r == api.ReasonZoneNotDelegated || r == api.ReasonPrivateZoneSeen || r == api.ReasonDNSAccessDenied
}
