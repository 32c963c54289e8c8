package plan

import (
	"certloop/reconciler/api"
)

// forgetLostChanges waits, instead of for a change that Route 53 does not know, for the time that a change takes at most:
// the values were accepted, and an ID that is unknown now stays unknown.
func forgetLostChanges(d *draft) {
	for i := range d.iss.Published {
		if v := &d.iss.Published[i]; v.ChangeID != "" && d.Lost[v.ChangeID] {
			v.ChangeID, v.ServedFrom = "", d.Now.Add(propagation)
		}
	}
}

// restore takes from the issuance what a deleted status took with it, so that a forced issuance in flight is
// neither dropped nor done twice.
func restore(d *draft) {
	if d.HasStatus || d.Issuance == nil {
		return
	}
	d.next.Force, d.next.RenewToken = d.iss.Force, d.iss.RenewToken
}

// observeSpec carries the record's facts into the status: generation, tokens, and what a later deletion needs.
func observeSpec(d *draft) {
	if d.HasRecord && d.next.SpecDigest != d.SpecDigest {
		d.next.SpecDigest = d.SpecDigest
		d.next.Generation++
		d.clearTagPauses()
		d.forgetReported(func(cause string) bool { return cause != causeNotReady })
	}
	observeTokens(d)
	if d.Spec == nil {
		return
	}
	if r := d.next.LastReason; zoneChanged(&d.facts) && (zoneReason(r) || r == api.ReasonDNSFailed || r == api.ReasonDNSSECBogus) {
		d.clearFailures()
	}
	if !d.denied() || d.Spec.DeletionPolicy != api.Delete {
		d.next.DeletionPolicy = d.Spec.DeletionPolicy // Delete only where it was allowed: the deletion acts on it
	}
	d.next.Zone, d.next.DNS = d.Spec.Zone, nil
	if d.Spec.DNS != (api.Role{}) {
		dns := d.Spec.DNS
		d.next.DNS = &dns
	}
}

// observeTokens notes the record's token and that of a direct invocation, which goes before. One that was not seen before
// forces a new certificate. Tokens of a record that no policy allows wait until one does, and says how often they may.
func observeTokens(d *draft) {
	if unjudged(&d.facts) {
		return
	}
	pause := newTokenPause(&d.facts)
	if d.Spec != nil && d.Spec.RenewToken != "" && d.Spec.RenewToken != d.next.RenewToken {
		switch {
		case tokenIsBaseline(&d.facts):
			d.next.RenewToken = d.Spec.RenewToken
		case !pause.IsZero():
			d.tokenWaits = pause
		default:
			d.next.Force, d.next.RenewToken = d.Spec.RenewToken, d.Spec.RenewToken
		}
	}
	if d.Force == "" || d.Force == d.next.Force {
		return
	}
	if d.forceRefused = pause; pause.IsZero() {
		d.next.Force = d.Force
		d.clearTagPauses()
	}
}

// tokenIsBaseline reports whether a renew_token that is new to the status forces nothing: it is the first one, and no
// certificate is on record. The record then had it before its first certificate was made, or the status was lost, which
// must not cost a certificate.
func tokenIsBaseline(f *facts) bool {
	return f.next.RenewToken == "" && (!f.HasStatus || (f.next.IssuanceDigest == "" && f.next.Serial == ""))
}

// clearTagPauses has the tags tried again at once: somebody asked for something else.
func (d *draft) clearTagPauses() {
	for i := range d.next.Targets {
		tagBackoff(&d.next.Targets[i]).Reset()
	}
}

// baseline accepts the installed certificate for the present digest where no other is on record: after an adoption,
// or when the status was thrown away. An issuance in flight for the digest speaks against it: that one is wanted. So does
// a token that forces one: the certificate in place was there before it.
func baseline(d *draft) {
	if d.next.IssuanceDigest != "" || d.digest == "" || !allSatisfy(&d.facts) {
		return
	}
	if d.inFlight() && d.iss.Digest == d.digest {
		return
	}
	d.next.IssuanceDigest = d.digestForcedBy(d.next.IssuanceForce)
}

// noteOutdated notes whether the record asks for another certificate than the one in place. Targets do not show it where
// only the preferred chain differs. Where the record cannot be judged, what was known stays.
func noteOutdated(d *draft) {
	if d.digest != "" || !d.HasRecord {
		d.next.Outdated = d.changed()
	}
}
