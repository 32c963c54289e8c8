package plan

import (
	"fmt"
	"time"

	"certloop/reconciler/api"
)

// dropOrder erases a key or an order that leads nowhere: the CA lost or refused it, it is overdue, or nobody wants what
// it is for. Only the last is no failure.
func dropOrder(d *decision) *Plan {
	if !d.inFlight() || d.held() || d.digest == "" {
		return nil
	}
	drop := Plan{Action: DropIssuance, Reason: api.ReasonOrderDropped}
	switch {
	case d.iss.Digest != d.digest:
		drop.Message = "the record needs another certificate"
	case d.iss.Account != d.Account.Name || d.iss.Directory != d.Account.Spec.Directory:
		drop.Message = "the record has another account"
	default:
		if drop.Failure = waitedForServers(d.facts, orderFailure(d.facts)); drop.Failure != nil {
			// Of an order that the CA itself ended nothing comes any more.
			drop.KeepKey = d.iss.GivenUpOrder != "" || (d.finalized() && !d.endedByCA())
			return &drop
		}
		if _, _, wanted := d.wanted(); wanted || anyUnknown(d.facts) {
			return nil
		}
		drop.Message = "the targets are satisfied already"
	}
	return &drop
}

// waitedForServers returns the failure of an order that ended while it waited for name servers, with that as its reason.
func waitedForServers(f *facts, err error) error {
	if f.iss.ServersWrongAt.IsZero() || api.ReasonOf(err, "") != api.ReasonOrderFailed {
		return err
	}
	return &api.Error{Kind: api.Terminal, Reason: api.ReasonNameServersDiffer,
		Message: "not every name server had the TXT records until the order ended: " + api.MessageOf(err)}
}

// orderFailure returns why the order in flight leads nowhere; nil: it may lead somewhere.
func orderFailure(f *facts) error {
	switch {
	case f.iss.OrderURL == "":
		return nil
	case api.KindOf(f.OrderErr) == api.NotFound && !mayLag(f, f.iss.OrderDeniedAt):
		return lost(theOrder)
	case f.endedByCA():
		return &api.Error{Kind: api.Terminal, Reason: invalidReason(f.Order), Message: invalidMessage(f.Order)}
	}
	if why := whyOverdue(f); why != "" {
		return &api.Error{Kind: api.Terminal, Reason: api.ReasonOrderFailed, Message: why}
	}
	return nil
}

// endedByCA reports whether the CA has ended the order. A challenge that is invalid ends it too, whatever the CA still
// shows of authorization and order (RFC 8555 section 7.1.6): neither can become valid any more.
func (f *facts) endedByCA() bool {
	return f.Order != nil && (f.Order.Status == api.OrderInvalid ||
		f.Order.Status == api.OrderPending && invalidReason(f.Order) == api.ReasonValidationFailed)
}

func invalidReason(o *api.Order) api.Reason {
	for _, a := range o.Authorizations {
		if a.Status == "invalid" || a.ChallengeStatus == "invalid" {
			return api.ReasonValidationFailed
		}
	}
	return api.ReasonOrderFailed
}

func invalidMessage(o *api.Order) string {
	if o.Problem != "" {
		return o.Problem
	}
	for _, a := range o.Authorizations {
		if a.Problem != "" && (a.Status == "invalid" || a.ChallengeStatus == "invalid") {
			return a.Domain + ": " + a.Problem
		}
	}
	return "the CA made the order invalid and gave no reason"
}

// cleanDNS removes values that no pending order needs, zone by zone. Of a pending order those go that lie where its
// record no longer wants them.
func cleanDNS(d *decision) *Plan {
	if d.iss.OrderURL == "" || d.iss.Chain != "" || (d.Order != nil && d.Order.Status != api.OrderPending) {
		return d.removeValues()
	}
	if d.Order == nil || d.zonesOutdated() {
		return nil
	}
	return d.removeThose(func(v api.PublishedTXT) bool { return misplaced(d.facts, v) })
}

func (d *decision) removeValues() *Plan {
	return d.removeThose(func(api.PublishedTXT) bool { return true })
}

// removeThose returns the batch of the first zone that holds such values and does not pause.
func (d *decision) removeThose(which func(api.PublishedTXT) bool) *Plan {
	if cleanupBackoff(&d.next).Waiting(d.Now) {
		return nil
	}
	var p *Plan
	for _, v := range d.iss.Published {
		if !which(v) || (p == nil && d.pauses(CleanDNS, v.Zone)) {
			continue
		}
		if p == nil {
			p = &Plan{Action: CleanDNS, Reason: api.ReasonCleaningUp, Zone: v.Zone, Role: v.Role}
		}
		if v.Zone == p.Zone && v.Role == p.Role {
			p.Values = append(p.Values, v.TXT)
		}
	}
	return p
}

// cleanupWaits returns when values that are still there are tried again.
func cleanupWaits(f *facts) time.Time {
	if len(f.iss.Published) == 0 {
		return time.Time{}
	}
	return f.next.NextCleanupAt
}

func accountNotReady(f *facts) *Plan {
	if f.Account.Spec == nil || !f.Account.Ready {
		reason := api.ReasonAccountNotReady
		if !f.Account.Found {
			reason = api.ReasonAccountNotFound
		}
		return wait(f.Now.Add(time.Hour), reason, f.Account.Message)
	}
	return nil
}

func backingOff(d *decision) *Plan {
	if at := d.blockedUntil(); !at.IsZero() {
		return wait(at, api.ReasonBackingOff, d.next.LastError)
	}
	return nil
}

// rejectedTwice stops after a second certificate that is not what was ordered: a third would be no other. Another
// issuance digest, which a new renew_token makes too, begins anew.
func rejectedTwice(d *decision) *Plan {
	if d.next.Rejections < mostRejections || d.next.RejectedDigest != d.digest || d.iss.OrderURL != "" {
		return nil
	}
	reason := api.ReasonChainRejected
	if d.next.LastReason == api.ReasonLifetimeTooShort {
		reason = d.next.LastReason
	}
	return wait(d.Now.Add(day), reason, d.next.LastError)
}

func makeKey(d *decision) *Plan {
	if len(d.iss.SealedKey) > 0 {
		return nil
	}
	if d.iss.OrderURL != "" {
		return &Plan{Action: DropIssuance, Reason: api.ReasonOrderDropped, Message: "the order has no key"}
	}
	return &Plan{Action: MakeKey, Reason: api.ReasonMakingKey}
}

// newOrder places an order once the zones are known to be ours and no CAA record forbids it: an order costs quota, a failed one
// more.
func newOrder(d *decision) *Plan {
	if d.iss.OrderURL != "" {
		return nil
	}
	if d.Zones == nil {
		return noZones(d.facts)
	}
	if err := caaForbids(d.facts); err != nil {
		return failsBefore(d.facts, err)
	}
	return &Plan{Action: NewOrder, Reason: api.ReasonOrdering, ReplacesCertID: replacesCertID(d.facts)}
}

// replacesCertID returns the CertID of the certificate that an order replaces; empty: another account issued it, or nothing is known
// of it.
func replacesCertID(f *facts) string {
	if ari := replaced(f); ari != nil && f.next.Account == f.Account.Name && f.next.Directory == f.Account.Spec.Directory {
		return ari.CertID
	}
	return ""
}

// noZones returns the failure that keeps the zones from being known.
func noZones(f *facts) *Plan {
	if f.ZoneErr == nil {
		return wait(f.Now.Add(time.Minute), api.ReasonOrdering, "the zones were not resolved")
	}
	return failsBefore(f, f.ZoneErr)
}

// failsBefore returns the failure that keeps an order from being placed.
func failsBefore(f *facts, err error) *Plan {
	return &Plan{Action: Wait, At: f.Now.Add(forIssuance.delay(err, f.next.Failures+1)), Reason: api.ReasonOf(err, api.ReasonDNSFailed),
		Message: api.MessageOf(err), Failure: err}
}

func orderUnreadable(d *decision) *Plan {
	if d.Order != nil {
		return nil
	}
	if d.OrderErr == nil {
		if p := d.served(); p != nil && d.Synced != nil {
			return p // so it need not be read: see AwaitsChange
		}
		return wait(d.Now.Add(time.Minute), api.ReasonProcessing, "the order was not read")
	}
	err := d.OrderErr
	if api.KindOf(err) == api.NotFound {
		err = denied(theOrder, err) // dropOrder knows when that is over
	}
	return &Plan{Action: Wait, At: d.Now.Add(time.Minute), Reason: api.ReasonOf(err, api.ReasonCAUnavailable),
		Message: api.MessageOf(err), Failure: err}
}

func finalize(d *decision) *Plan {
	if d.Order.Status != api.OrderReady {
		return nil
	}
	return &Plan{Action: Finalize, Reason: api.ReasonFinalizing}
}

const signing = "the CA signs the certificate"

func waitProcessing(d *decision) *Plan {
	if d.Order.Status != api.OrderProcessing {
		return nil
	}
	message := signing
	if since := d.iss.SlowSince; !since.IsZero() {
		message = "the CA has not finished the order for hours: ask the CA"
	}
	return wait(nextPollAt(d.facts), api.ReasonProcessing, message)
}

func download(d *decision) *Plan {
	if d.Order.Status != api.OrderValid {
		return nil
	}
	return &Plan{Action: Download, Reason: api.ReasonDownloading}
}

func unexpectedStatus(d *decision) *Plan {
	return &Plan{Action: DropIssuance, Reason: api.ReasonOrderFailed, Failure: &api.Error{Kind: api.Terminal,
		Reason: api.ReasonOrderFailed, Message: fmt.Sprintf("the CA returned the unknown order status %q", d.Order.Status)}}
}
