package plan

import (
	"time"

	"certloop/reconciler/api"
)

// Intend returns what must be on record before the effect of p is tried, so that whoever comes after a crash knows what
// may have happened: the lease, the TXT values that may be in DNS, the import that may be under way. The lease counts from
// at, the time of the claim: what was observed may be older. The caller sets ClaimID.
func Intend(in Input, p Plan, at time.Time) Settled {
	d := newDraft(in)
	noteTargets(d)
	d.next.LeaseUntil = at.Add(d.Config.Lease)
	d.setDue(d.next.LeaseUntil)
	d.countAttempt(p)
	intend := actions[p.Action].intend
	if intend == nil {
		d.bound()
		return Settled{Status: d.next}
	}
	intend(d, p, at)
	d.bound()
	if p.Action == NewOrder && d.ledger == nil {
		return Settled{Status: d.next} // nothing is counted, so the issuance stays as it is
	}
	return d.settled()
}

// Abandon returns what is on record where the effect of p was not begun after all, because too little was left of its lease.
func Abandon(in Input, p Plan) Settled {
	d := newDraft(in)
	d.next.ClaimID, d.next.LeaseUntil = "", time.Time{}
	if (p.Action == Import || p.Action == ImportPlaceholder) && p.ARN == "" {
		delete(d.iss.Imports, p.Target)
	}
	if p.Action == NewOrder {
		d.noteUnused(nil, true)
	}
	d.setDue(d.Now)
	return d.settled()
}

// intendFinalize notes from when on the CA may have made a certificate.
func intendFinalize(d *draft, _ Plan, _ time.Time) {
	if d.iss.FinalizedAt.IsZero() {
		d.iss.FinalizedAt = d.Now
	}
}

// intendPublish notes the values that may be in DNS.
func intendPublish(d *draft, p Plan, _ time.Time) {
	for _, v := range p.Values {
		d.forgetValue(p.Zone, v)
		d.iss.Published = append(d.iss.Published, api.PublishedTXT{TXT: v, Zone: p.Zone, Role: p.Role})
	}
}

func (d *draft) forgetValue(zone string, v api.TXT) {
	kept := d.iss.Published[:0:0]
	for _, p := range d.iss.Published {
		if p.Zone != zone || p.TXT != v {
			kept = append(kept, p)
		}
	}
	d.iss.Published = kept
}

// settled returns the present state of status and issuance, to be written.
func (d *draft) settled() Settled {
	out := Settled{Status: d.next, Ledger: d.ledger}
	if d.Issuance != nil || !d.iss.IsEmpty() {
		iss := d.iss
		out.Issuance = &iss
	}
	return out
}

// touchIssuance gives a new issuance what a lost status could not restore.
func (d *draft) touchIssuance() {
	d.iss.Force, d.iss.RenewToken = d.next.Force, d.next.RenewToken
}
