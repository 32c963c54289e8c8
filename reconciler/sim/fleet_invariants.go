package sim

import (
	"context"
	"time"

	"certloop/reconciler/api"
)

// everyDay checks the fleet once a day.
func (f *Fleet) everyDay(at time.Time) {
	if at.After(f.end) {
		return
	}
	f.at(at, func() {
		f.noteIssued()
		for _, m := range f.members {
			f.checkServed(m)
			f.checkUsed(m)
			f.checkInFlight(m)
		}
		f.checkImportedOnce()
		f.everyDay(at.Add(day))
	})
}

// noteIssued assigns the certificates that the CA issued since the last check to their records, and checks the interval
// between two of them.
func (f *Fleet) noteIssued() {
	seen := 0
	for _, m := range f.members {
		seen += len(m.issued)
	}
	for _, i := range f.CA.Issued[seen:] {
		m := f.bySlot[i.Domains[0]]
		c := &fleetCertificate{issued: i, at: i.Leaf.NotBefore}
		if n := len(m.issued); n > 0 {
			f.checkInterval(m, m.issued[n-1], c)
		}
		m.issued = append(m.issued, c)
	}
}

// checkInterval: a certificate is issued before half of its predecessor's lifetime only after an event, and once per
// event.
func (f *Fleet) checkInterval(m *member, before, c *fleetCertificate) {
	if c.at.Sub(before.at) >= f.CA.Life/2 {
		return
	}
	if m.excused == 0 {
		f.violate("%s got a certificate at %s, %s after the one before: issued twice", m.name, c.at.Format(time.RFC3339), c.at.Sub(before.at))
		return
	}
	m.excused--
}

// fleetPatience is the longest outage plus the time that the loop may take after it.
const fleetPatience = 7 * day

// checkServed: nothing expires, and nothing is missing for long.
func (f *Fleet) checkServed(m *member) {
	now := f.World.clock.now
	if now.Sub(m.since) < fleetPatience || now.Sub(m.disturbed) < fleetPatience {
		return
	}
	owned := f.ACM.owned(api.Owner(TableARN, m.name))
	if len(owned) != m.targets {
		f.violate("%s has %d certificates in ACM for %d targets", m.name, len(owned), m.targets)
	}
	for _, c := range owned {
		if !now.Before(c.NotAfter) {
			f.violate("%s expired at %s: %s", m.name, c.NotAfter.Format(time.RFC3339), f.Explain(m.name))
		}
	}
}

// checkUsed: what the CA issued is installed everywhere, unless somebody deleted it.
func (f *Fleet) checkUsed(m *member) {
	now := f.World.clock.now
	for _, c := range m.issued {
		if c.reported || now.Sub(c.at) < fleetPatience {
			continue
		}
		c.reported = true
		if n := f.installations(c.Serial); n < m.targets && m.disturbed.Before(c.at.Add(-fleetPatience)) {
			f.violate("the certificate %s of %s was installed in %d of %d targets", c.Serial, m.name, n, m.targets)
		}
	}
}

// installations returns how many targets ever had the serial.
func (f *Fleet) installations(serial string) int {
	n := 0
	for key := range f.ACM.imports {
		if len(key) > len(serial) && key[len(key)-len(serial)-1:] == " "+serial {
			n++
		}
	}
	return n
}

// checkInFlight: no order and no key is left.
func (f *Fleet) checkInFlight(m *member) {
	if i := f.object(m.name).Issuance; i != nil && !i.CreatedAt.IsZero() && f.World.clock.now.Sub(i.CreatedAt) > fleetPatience {
		f.violate("%s has had an issuance in flight since %s: %s", m.name, i.CreatedAt.Format(time.RFC3339), f.Explain(m.name))
	}
}

// checkFleetSettled checks a settled fleet: every record is ready, nothing is in flight, and every certificate in ACM
// belongs to a target.
func (f *Fleet) checkFleetSettled() {
	f.noteIssued()
	known := map[string]bool{}
	for _, m := range f.members {
		o := f.object(m.name)
		switch {
		case o.Status == nil || !api.IsTrue(o.Status.Conditions, api.ConditionReady):
			f.violate("%s is not Ready in the end: %s", m.name, f.Explain(m.name))
		case o.Issuance != nil:
			f.violate("%s has something in flight in the end", m.name)
		case len(o.Status.Outbox) > 0:
			f.violate("%s has notices in the end that were not sent", m.name)
		}
		if o.Status != nil {
			for _, t := range o.Status.Targets {
				known[t.ARN] = true
			}
		}
	}
	for arn := range f.ACM.certs {
		if !known[arn] {
			f.violate("%s belongs to no target", arn)
		}
	}
	f.checkTXTDeleted()
	f.checkImportedOnce()
	f.checkEAB()
	if f.CA.Limits != nil && len(f.CA.Limits.Refused) > 0 {
		f.violate("the CA refused orders for its limits: %v", f.CA.Limits.Refused)
	}
	if f.running > 0 {
		f.violate("%d invocations never ended", f.running)
	}
}

// Totals returns how many records are ready and how many certificates were issued.
func (f *Fleet) Totals() (ready, issued int) {
	for item, err := range f.Table.All(context.Background()) {
		must(err)
		if item.Status != nil && api.IsTrue(item.Status.Conditions, api.ConditionReady) {
			ready++
		}
	}
	return ready, len(f.CA.Issued)
}

// count counts a call.
func (f *Fleet) count(op string) { f.Calls[op]++ }
