package plan

import (
	"fmt"
	"time"

	"certloop/reconciler/api"
)

// dropOrder erases a key or an order that leads nowhere: the CA lost or refused it, it is overdue, or nobody wants what
// it is for. Only the last is no failure.
func dropOrder(s *state) *Plan {
	if !s.inFlight() || s.held() || s.digest == "" {
		return nil
	}
	drop := Plan{Action: DropIssuance, Reason: api.ReasonOrderDropped}
	switch {
	case s.iss.Digest != s.digest:
		drop.Message = "the record asks for another certificate"
	case s.iss.Account != s.Account.Name || s.iss.Directory != s.Account.Spec.Directory:
		drop.Message = "the record names another account"
	default:
		if drop.Failure = s.orderFailure(); drop.Failure != nil {
			// Of an order that the CA itself ended nothing comes any more.
			drop.KeepKey = s.iss.GivenUpOrder != "" || (s.finalized() && !s.endedByCA())
			return &drop
		}
		if _, _, wanted := s.wanted(); wanted || s.anyUnknown() {
			return nil
		}
		drop.Message = "the targets are satisfied already"
	}
	return &drop
}

// orderFailure is why the order in flight leads nowhere; nil: it may lead somewhere.
func (s *state) orderFailure() error {
	switch {
	case s.iss.OrderURL == "":
		return nil
	case api.KindOf(s.OrderErr) == api.NotFound && !s.lagging(s.iss.OrderDeniedAt):
		return lost(theOrder)
	case s.endedByCA():
		return &api.Error{Kind: api.Terminal, Reason: invalidReason(s.Order), Message: invalidMessage(s.Order)}
	}
	if why := s.overdue(); why != "" {
		return &api.Error{Kind: api.Terminal, Reason: api.ReasonOrderFailed, Message: why}
	}
	return nil
}

// endedByCA reports whether the CA has ended the order. A challenge that is invalid ends it too, whatever the CA still
// shows of authorization and order (RFC 8555 section 7.1.6): neither can become valid any more.
func (s *state) endedByCA() bool {
	return s.Order != nil && (s.Order.Status == api.OrderInvalid ||
		s.Order.Status == api.OrderPending && invalidReason(s.Order) == api.ReasonValidationFailed)
}

func (s *state) anyUnknown() bool {
	for i, v := range s.checks {
		if s.Targets[i].Wanted && v.state == api.Unknown {
			return true
		}
	}
	return false
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
	return "the CA made the order invalid without a reason"
}

// cleanDNS removes values that no pending order needs, zone by zone. Of a pending order those go that lie where its
// record no longer wants them.
func cleanDNS(s *state) *Plan {
	if s.iss.OrderURL == "" || s.iss.Chain != "" || (s.Order != nil && s.Order.Status != api.OrderPending) {
		return s.removeValues()
	}
	if s.Order == nil || s.zonesOutdated() {
		return nil
	}
	return s.removeThose(s.misplaced)
}

func (s *state) removeValues() *Plan {
	return s.removeThose(func(api.PublishedTXT) bool { return true })
}

// removeThose is the batch of the first zone that holds such values and does not pause.
func (s *state) removeThose(which func(api.PublishedTXT) bool) *Plan {
	if cleanupBackoff(&s.status).Waiting(s.Now) {
		return nil
	}
	var p *Plan
	for _, v := range s.iss.Published {
		if !which(v) || (p == nil && s.pauses(CleanDNS, v.Zone)) {
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

// cleanupWaits is when values that are still there are tried again.
func (s *state) cleanupWaits() time.Time {
	if len(s.iss.Published) == 0 {
		return time.Time{}
	}
	return s.status.NextCleanupAt
}

func accountNotReady(s *state) *Plan {
	if s.Account.Spec == nil || !s.Account.Ready {
		reason := api.ReasonAccountNotReady
		if !s.Account.Found {
			reason = api.ReasonAccountNotFound
		}
		return wait(s.Now.Add(time.Hour), reason, s.Account.Message)
	}
	return nil
}

func backingOff(s *state) *Plan {
	if at := s.blockedUntil(); !at.IsZero() {
		return wait(at, api.ReasonBackingOff, s.status.LastError)
	}
	return nil
}

// rejectedTwice stops after a second certificate that is not what was ordered: a third would be no other. Another
// issuance digest, which a new renew_token makes too, begins anew.
func rejectedTwice(s *state) *Plan {
	if s.status.Rejections < mostRejections || s.status.RejectedDigest != s.digest || s.iss.OrderURL != "" {
		return nil
	}
	reason := api.ReasonChainRejected
	if s.status.LastReason == api.ReasonLifetimeTooShort {
		reason = s.status.LastReason
	}
	return wait(s.Now.Add(day), reason, s.status.LastError)
}

func makeKey(s *state) *Plan {
	if len(s.iss.SealedKey) > 0 {
		return nil
	}
	if s.iss.OrderURL != "" {
		return &Plan{Action: DropIssuance, Reason: api.ReasonOrderDropped, Message: "the order has no key"}
	}
	return &Plan{Action: MakeKey, Reason: api.ReasonMakingKey}
}

// newOrder places an order once the zones are known to be ours: an order costs quota, a failed one more.
func newOrder(s *state) *Plan {
	if s.iss.OrderURL != "" {
		return nil
	}
	if s.Zones == nil {
		return s.noZones()
	}
	p := &Plan{Action: NewOrder, Reason: api.ReasonOrdering}
	if ari := s.ari(); ari != nil && s.status.Account == s.Account.Name && s.status.Directory == s.Account.Spec.Directory {
		p.Replaces = ari.CertID
	}
	return p
}

// noZones is the failure that keeps the zones from being known.
func (s *state) noZones() *Plan {
	if s.ZoneErr == nil {
		return wait(s.Now.Add(time.Minute), api.ReasonOrdering, "the zones were not looked at")
	}
	return &Plan{Action: Wait, At: s.Now.Add(forIssuance.delay(s.ZoneErr, s.status.Failures+1)), Reason: api.ReasonOf(s.ZoneErr, api.ReasonDNSFailed),
		Message: api.MessageOf(s.ZoneErr), Failure: s.ZoneErr}
}

func orderUnreadable(s *state) *Plan {
	if s.Order != nil {
		return nil
	}
	if s.OrderErr == nil {
		if p := s.served(); p != nil && s.Synced != nil {
			return p // so it need not be read: see AwaitsChange
		}
		return wait(s.Now.Add(time.Minute), api.ReasonProcessing, "the order was not looked at")
	}
	err := s.OrderErr
	if api.KindOf(err) == api.NotFound {
		err = denied(theOrder, err) // dropOrder knows when that is over
	}
	return &Plan{Action: Wait, At: s.Now.Add(time.Minute), Reason: api.ReasonOf(err, api.ReasonCAUnavailable),
		Message: api.MessageOf(err), Failure: err}
}

func finalize(s *state) *Plan {
	if s.Order.Status != api.OrderReady {
		return nil
	}
	return &Plan{Action: Finalize, Reason: api.ReasonFinalizing}
}

func waitProcessing(s *state) *Plan {
	if s.Order.Status != api.OrderProcessing {
		return nil
	}
	message := "the CA is signing"
	if since := s.iss.SlowSince; !since.IsZero() {
		message = "the CA has not finished the order for hours: ask the CA"
	}
	return wait(s.poll(), api.ReasonProcessing, message)
}

func download(s *state) *Plan {
	if s.Order.Status != api.OrderValid {
		return nil
	}
	return &Plan{Action: Download, Reason: api.ReasonDownloading}
}

func unexpectedStatus(s *state) *Plan {
	return &Plan{Action: DropIssuance, Reason: api.ReasonOrderFailed, Failure: &api.Error{Kind: api.Terminal,
		Reason: api.ReasonOrderFailed, Message: fmt.Sprintf("the CA shows the order in the unknown status %q", s.Order.Status)}}
}
