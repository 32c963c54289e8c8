package plan

import (
	"fmt"
	"strings"
	"time"

	"certloop/reconciler/api"
)

// dropOrder erases a key or an order that leads nowhere: the CA lost or refused it, or nobody wants what it is for.
// Only the first two are failures.
func dropOrder(s *state) *Plan {
	if !s.inFlight() || s.held() {
		return nil
	}
	drop := Plan{Action: DropIssuance, Reason: api.ReasonOrderDropped}
	switch {
	case s.digest == "":
		return nil
	case s.iss.Digest != s.digest:
		drop.Message = "the record asks for another certificate"
	case s.iss.Account != s.Account.Name || s.iss.Directory != s.Account.Spec.Directory:
		drop.Message = "the record names another account"
	case s.iss.OrderURL != "" && api.KindOf(s.OrderErr) == api.NotFound:
		drop.Failure = &api.Error{Kind: api.Terminal, Reason: api.ReasonOrderFailed, Message: "the CA no longer knows the order"}
	case s.Order != nil && s.Order.Status == api.OrderInvalid:
		drop.Failure = &api.Error{Kind: api.Terminal, Reason: invalidReason(s.Order), Message: invalidMessage(s.Order)}
	default:
		if _, _, wanted := s.wanted(); wanted || s.anyUnknown() {
			return nil
		}
		drop.Message = "the targets are satisfied already"
	}
	return &drop
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
	return "the CA made the order invalid without a reason"
}

// cleanDNS removes values that no pending order needs, zone by zone.
func cleanDNS(s *state) *Plan {
	if s.iss.OrderURL != "" && (s.Order == nil || s.Order.Status == api.OrderPending) && s.iss.Chain == "" {
		return nil
	}
	return s.removeValues()
}

func (s *state) removeValues() *Plan {
	if len(s.iss.Published) == 0 || s.Now.Before(s.status.CleanupNext) {
		return nil
	}
	at := s.iss.Published[0]
	p := &Plan{Action: CleanDNS, Reason: api.ReasonCleaningUp, Zone: at.Zone, Role: at.Role}
	for _, v := range s.iss.Published {
		if v.Zone == at.Zone && v.Role == at.Role {
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
	return s.status.CleanupNext
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
	switch {
	case s.ZoneErr != nil:
		return &Plan{Action: Wait, At: s.Now.Add(step(s.status.Failures + 1)), Reason: api.ReasonOf(s.ZoneErr, api.ReasonDNSFailed),
			Message: api.MessageOf(s.ZoneErr), Failure: s.ZoneErr}
	case s.Zones == nil:
		return wait(s.Now.Add(time.Minute), api.ReasonOrdering, "the zones were not looked at")
	}
	p := &Plan{Action: NewOrder, Reason: api.ReasonOrdering}
	if ari := s.ari(); ari != nil && s.status.Account == s.Account.Name && s.status.Directory == s.Account.Spec.Directory {
		p.Replaces = ari.CertID
	}
	return p
}

func orderUnreadable(s *state) *Plan {
	if s.Order != nil {
		return nil
	}
	if s.OrderErr == nil {
		return wait(s.Now.Add(time.Minute), api.ReasonProcessing, "the order was not looked at")
	}
	return &Plan{Action: Wait, At: s.Now.Add(time.Minute), Reason: api.ReasonOf(s.OrderErr, api.ReasonCAUnavailable),
		Message: api.MessageOf(s.OrderErr), Failure: s.OrderErr}
}

// validate brings a pending order to the point where the CA has all it needs: every value published, every change
// served, every challenge accepted.
func validate(s *state) *Plan {
	if s.Order.Status != api.OrderPending {
		return nil
	}
	if p := s.publish(); p != nil {
		return p
	}
	if p := s.served(); p != nil {
		return p
	}
	if urls := s.unaccepted(); len(urls) > 0 {
		return &Plan{Action: Accept, Reason: api.ReasonValidating, URLs: urls}
	}
	return wait(s.poll(), api.ReasonValidating, "the CA is looking at the TXT records")
}

// publish is the batch of the first zone that lacks a value, or the failure that stops it.
func (s *state) publish() *Plan {
	var p *Plan
	for _, a := range s.Order.Authorizations {
		if a.Status != "pending" {
			continue
		}
		if a.ChallengeURL == "" {
			return &Plan{Action: DropIssuance, Reason: api.ReasonOrderFailed, Failure: &api.Error{Kind: api.Terminal,
				Reason: api.ReasonOrderFailed, Message: fmt.Sprintf("the CA offers no dns-01 challenge for %s", a.Domain)}}
		}
		z, ok := s.zoneOf(a.Domain)
		if !ok {
			return &Plan{Action: DropIssuance, Reason: api.ReasonOrderFailed, Failure: &api.Error{Kind: api.Terminal,
				Reason: api.ReasonOrderFailed, Message: fmt.Sprintf("the CA wants %s validated, which the record does not name", a.Domain)}}
		}
		v := api.TXT{FQDN: z.FQDN, Value: a.TXTValue}
		if s.published(z.Zone, v) {
			continue
		}
		if p == nil {
			p = &Plan{Action: Publish, Reason: api.ReasonPublishingDNS, Zone: z.Zone, Role: s.Spec.DNS}
		}
		if p.Zone == z.Zone {
			p.Values = append(p.Values, v)
		}
	}
	return p
}

// served waits until Route 53 serves every value. Told to look before, the CA would fail the whole order.
func (s *state) served() *Plan {
	const carrying = "Route 53 is carrying the TXT records to its name servers"
	if s.SyncErr != nil {
		return &Plan{Action: Wait, At: s.Now.Add(time.Minute), Reason: api.ReasonOf(s.SyncErr, api.ReasonDNSFailed),
			Message: api.MessageOf(s.SyncErr), Failure: s.SyncErr}
	}
	for _, v := range s.iss.Published {
		switch {
		case v.ChangeID != "" && !s.Synced[v.ChangeID]:
			return wait(s.Now.Add(5*time.Second), api.ReasonWaitingForDNS, carrying)
		case s.Now.Before(v.ServedFrom):
			return wait(v.ServedFrom, api.ReasonWaitingForDNS, carrying)
		}
	}
	return nil
}

func (s *state) zoneOf(domain string) (api.ChallengeZone, bool) {
	for _, z := range s.iss.Zones {
		if strings.EqualFold(z.Domain, domain) {
			return z, true
		}
	}
	return api.ChallengeZone{}, false
}

func (s *state) published(zone string, v api.TXT) bool {
	for _, p := range s.iss.Published {
		if p.Done && p.Zone == zone && p.TXT == v {
			return true
		}
	}
	return false
}

func (s *state) unaccepted() []string {
	var urls []string
	for _, a := range s.Order.Authorizations {
		if a.Status == "pending" && a.ChallengeStatus == "pending" {
			urls = append(urls, a.ChallengeURL)
		}
	}
	return urls
}

// poll is when to look at the order again: when the CA says, else in steps that grow with the order's age.
func (s *state) poll() time.Time {
	if s.Order != nil && s.Order.RetryAfter > 0 {
		return s.Now.Add(min(max(s.Order.RetryAfter, time.Second), time.Hour))
	}
	age := s.Now.Sub(s.iss.CreatedAt)
	return s.Now.Add(min(max(age/10, time.Second), 5*time.Minute).Truncate(time.Second))
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
	return wait(s.poll(), api.ReasonProcessing, "the CA is signing")
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
