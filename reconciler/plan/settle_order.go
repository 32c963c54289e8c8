package plan

import (
	"slices"
	"time"

	"certloop/reconciler/api"
)

func settleMakeKey(d *draft, p Plan, o Outcome) {
	if o.Err != nil {
		d.fail(o.Err, api.ReasonKeyUnavailable)
		return
	}
	d.clearRetries()
	reason, message, _ := d.wanted()
	_, exemption := intervalEnd(&d.facts)
	revoked := revokedTarget(&d.facts)
	if revoked != nil && exemption == "" {
		// The exemption is spent also where it was not needed: a responder that says revoked of every certificate gets one
		// new certificate each interval.
		exemption = api.ReasonRepair
	}
	d.iss = api.Issuance{
		Version: d.iss.Version, Published: d.iss.Published, Imports: d.iss.Imports, Kept: d.iss.Kept,
		Digest: d.digest, Force: d.next.Force, RenewToken: d.next.RenewToken,
		Account: d.Account.Name, Directory: d.Account.Spec.Directory, Profile: d.profile(),
		Domains: d.Spec.Domains, CommonName: d.Spec.CommonName(), KeyType: d.keyType,
		CreatedAt: d.Now, SealedKey: o.Sealed, PublicKeySHA256: o.PublicKeySHA256,
		Exemption: exemption, EarlyWindow: earlyState(&d.facts),
	}
	switch {
	case d.primary != nil:
		d.iss.RenewalOf = d.primary.Serial
	case revoked != nil:
		d.iss.RenewalOf = revoked.Found.Serial // latched, should the status be lost
	}
	d.record(reason, message)
}

func settleNewOrder(d *draft, p Plan, o Outcome) {
	if o.Err != nil {
		d.noteUnused(o.Err, o.NotTried)
		d.fail(o.Err, api.ReasonOrderFailed)
		return
	}
	d.clearRetries()
	d.setZones()
	d.iss.OrderURL, d.iss.CreatedAt = o.Order.URL, d.Now
	d.next.LastAttemptAt = d.Now
	d.Order = o.Order
}

// propagation is how long Route 53 takes to carry a change to all its name servers ("generally within 60 seconds",
// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html). A value that was there
// already may be that of a change whose reply was lost a moment ago.
const propagation = time.Minute

func settlePublish(d *draft, p Plan, o Outcome) {
	if o.Err != nil {
		d.fail(o.Err, api.ReasonDNSFailed)
		return
	}
	d.clearRetries()
	for i := range d.iss.Published {
		v := &d.iss.Published[i]
		for _, w := range p.Values {
			if v.Zone == p.Zone && v.TXT == w {
				v.Submitted, v.ChangeID = true, o.ChangeID
				if o.ChangeID == "" {
					v.ServedFrom = d.Now.Add(propagation)
				}
			}
		}
	}
}

func settleAccept(d *draft, p Plan, o Outcome) {
	if o.Err != nil {
		d.fail(o.Err, api.ReasonValidationFailed)
		return
	}
	d.clearRetries()
	d.noteServers()
	for i := range d.iss.Published {
		v := &d.iss.Published[i]
		v.ChangeID, v.ServedFrom = "", time.Time{}
		if slices.ContainsFunc(d.Order.Authorizations, func(a api.Authorization) bool {
			return a.TXTValue == v.Value && slices.Contains(p.URLs, a.ChallengeURL)
		}) {
			v.RespondedAt = d.Now
		}
	}
}

// settleDrop erases key, order and chain. What was published stays listed until it is removed.
func settleDrop(d *draft, p Plan, o Outcome) {
	if o.Err != nil {
		d.fail(o.Err, api.ReasonInternalError)
		return
	}
	d.takeBack()
	switch {
	case p.Success:
		d.next.IssuanceDigest, d.next.IssuanceForce = d.iss.Digest, d.iss.Force
		d.clearFailures()
		d.noteSuccess()
		d.keep()
	case p.Failure != nil:
		d.fail(p.Failure, p.Reason)
	default:
		d.record(p.Reason, p.Message)
		if d.finalized() && !d.held() {
			d.noteIssued() // nobody fetched it, but the CA may have made it
		}
	}
	if p.KeepKey {
		d.giveUpOrder()
		return
	}
	d.dropIssuance()
}

func (d *draft) dropIssuance() {
	d.iss = api.Issuance{Version: d.iss.Version, Published: d.iss.Published, Imports: d.iss.Imports, Kept: d.iss.Kept}
	d.Order, d.OrderErr = nil, nil
}

// giveUpOrder lets another order be placed with the same key. Where the CA may still make a certificate of this one, it
// is remembered: should that come to be, it is fetched, and the other order is never finalized.
func (d *draft) giveUpOrder() {
	if !d.iss.FinalizedAt.IsZero() && !d.endedByCA() {
		d.iss.GivenUpOrder = d.iss.OrderURL
	}
	d.iss.OrderURL, d.iss.Zones, d.iss.FinalizedAt = "", nil, time.Time{}
	d.iss.OrderDeniedAt, d.iss.CertificateDeniedAt, d.iss.SlowSince = time.Time{}, time.Time{}, time.Time{}
	d.iss.ServersSince, d.iss.ServersWrongAt = time.Time{}, time.Time{}
	d.forgetReservation()
	d.Order, d.OrderErr = nil, nil
}

// noteSuccess has one notice sent of the new certificate in place (see reportReady).
func (d *draft) noteSuccess() {
	d.installed = api.NoticeRenewed
	if d.iss.RenewalOf == "" {
		d.installed = api.NoticeIssued
	}
}

func settleCleanDNS(d *draft, p Plan, o Outcome) {
	if api.KindOf(o.Err) == api.Conflict {
		return
	}
	if o.Err != nil {
		cleanupBackoff(&d.next).Fail(d.Now, o.Err, forCleanup)
		if d.next.CleanupFailures == 1 {
			d.record(api.ReasonDNSFailed, api.MessageOf(o.Err))
		}
		return
	}
	cleanupBackoff(&d.next).Reset()
	for _, v := range p.Values {
		d.forgetValue(p.Zone, v)
	}
}
