package plan

import (
	"fmt"
	"time"

	"certloop/reconciler/api"
)

// How many certificates a record may get is bounded here, whatever the record's writer, ACM and the CA do. Between two
// certificates lies Config.MinInterval. Three exemptions let one more through, each at most once per interval: the first
// certificate after a change of the spec, a repair, and a forced one. So a record gets at most four certificates per
// interval. Certificates that were rejected count apart, at most maxRejected of them per interval.

// maxRejected leaves room for a rejection, its repetition, a correction of the record and an error in that one.
const maxRejected = 4

// issuanceTime is what an issuance may take: DNS, validation, signing, and some transient errors between them.
const issuanceTime = time.Hour

// minimumInterval waits until another certificate may be obtained. What is in flight has passed it already.
func minimumInterval(d *decision) *Plan {
	if d.inFlight() {
		return nil
	}
	if until := tokenPause(d.facts); !until.IsZero() {
		return wait(until, api.ReasonMinimumInterval, tooEarly("the token", until))
	}
	until, _ := intervalEnd(d.facts)
	if until.IsZero() {
		return nil
	}
	return wait(until, api.ReasonMinimumInterval, fmt.Sprintf("the last certificate was obtained less than %s ago", d.Config.MinInterval))
}

// intervalEnd returns until when no certificate may be obtained, zero if one may be obtained now, and by which exemption.
func intervalEnd(f *facts) (until time.Time, exemption api.Reason) {
	issued := f.issued()
	if issued.Rejected >= maxRejected {
		if until = intervalAfter(f, issued.RejectedAt); !until.IsZero() {
			return until, ""
		}
	}
	if until = intervalAfter(f, lastIssued(f)); until.IsZero() {
		return until, ""
	}
	for _, exemption := range exemptions(f) {
		spent := intervalAfter(f, *exemptionTime(&issued, exemption))
		if spent.IsZero() {
			return spent, exemption
		}
		until = earlier(until, spent)
	}
	return until, ""
}

// intervalAfter returns the end of the interval that began at a certificate; zero if it is over or there is none.
func intervalAfter(f *facts, at time.Time) time.Time {
	if end := at.Add(f.Config.MinInterval); !at.IsZero() && !at.After(f.Now) && f.Now.Before(end) {
		return end
	}
	return time.Time{}
}

// exemptions returns what the record asks for beyond the renewal of the certificate that was obtained last.
func exemptions(f *facts) []api.Reason {
	issued := f.issued()
	digest, force := issued.Digest, issued.Force
	if digest == "" {
		digest, force = f.next.IssuanceDigest, f.next.IssuanceForce
	}
	var all []api.Reason
	changed := digest != "" && f.digest != "" && f.digestForcedBy(force) != digest
	if changed {
		all = append(all, api.ReasonSpecChanged)
	}
	if !changed && anyLacks(f) {
		all = append(all, api.ReasonRepair)
	}
	if f.next.Force != "" && f.next.Force != force {
		all = append(all, api.ReasonForced)
	}
	return all
}

// issued returns what is on record of the certificates that were obtained.
func (f *facts) issued() api.IssuedStatus {
	if f.next.Issued == nil {
		return api.IssuedStatus{}
	}
	return *f.next.Issued
}

// lastIssued returns when the last certificate was obtained. Where the status does not say so, because it was lost or
// written by an older version, the certificates with our tag do: one began to be valid when it was obtained, or before,
// and one that came into being by our import was imported soon after.
func lastIssued(f *facts) time.Time {
	at := f.issued().At
	if !at.IsZero() {
		return at
	}
	for i := range f.Targets {
		found := f.Targets[i].Found
		if found == nil || found.Tags[api.TagOwner] != f.Owner || found.Tags[api.TagPlaceholder] != "" {
			continue
		}
		at = later(at, found.NotBefore)
		if !f.Targets[i].named() && found.Tags[api.TagAdopted] == "" {
			at = later(at, found.ImportedAt)
		}
	}
	return at
}

func exemptionTime(i *api.IssuedStatus, exemption api.Reason) *time.Time {
	switch exemption {
	case api.ReasonSpecChanged:
		return &i.SpecChangedAt
	case api.ReasonRepair:
		return &i.RepairedAt
	case api.ReasonForced:
		return &i.ForcedAt
	}
	return new(time.Time)
}

// noteIssued counts the certificate of the issuance in flight.
func (d *draft) noteIssued() {
	issued := d.issued()
	if d.iss.Force != "" && d.iss.Force != forcedBefore(&d.facts) {
		issued.LastForcedAt = d.Now
	}
	issued.At, issued.Digest, issued.Force = d.Now, d.iss.Digest, d.iss.Force
	*exemptionTime(&issued, d.iss.Exemption) = d.Now
	d.next.Issued = &issued
}

// noteRejected counts a certificate that came back and is of no use.
func (d *draft) noteRejected() {
	issued := d.issued()
	if intervalAfter(&d.facts, issued.RejectedAt).IsZero() {
		issued.Rejected = 0
	}
	issued.Rejected, issued.RejectedAt = issued.Rejected+1, d.Now
	d.next.Issued = &issued
}

// longEnough refuses a certificate that ends before its successor could be in place: that is obtained after the minimum
// interval at the earliest, and an issuance takes a while.
func longEnough(f *facts, l api.Leaf) error {
	least := f.Config.MinInterval + issuanceTime
	if later(l.NotBefore, f.Now).Add(least).After(l.NotAfter) {
		return &api.Error{Kind: api.Terminal, Reason: api.ReasonLifetimeTooShort,
			Message: fmt.Sprintf("the certificate is valid for less than %s, so no successor could be in place in time", least)}
	}
	return nil
}
