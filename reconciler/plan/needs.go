package plan

import "certloop/reconciler/api"

// What observing costs is spent only where a decision depends on it. Each of these looks at an Input without the
// answer and says whether the answer is needed.

// NeedsOrder says that the order in flight is to be read.
func NeedsOrder(in Input) bool {
	s := newState(in)
	return !s.passes() && s.iss.OrderURL != "" && !s.held() && s.digest != "" && s.iss.Digest == s.digest && s.Account.Ready
}

// NeedsGivenUp reports whether an order that was given up is to be read again: before another is placed, and before
// another is finalized.
func NeedsGivenUp(in Input) bool {
	s := newState(in)
	return !s.passes() && s.iss.GivenUpOrder != "" && !s.held() && s.digest != "" && s.iss.Digest == s.digest && s.Account.Ready &&
		(s.iss.OrderURL == "" || (s.Order != nil && s.Order.Status == api.OrderReady))
}

// AwaitsChange reports whether everything is published and Route 53 does not serve all of it yet, by the answers in
// Synced: until it does, the order need not be read. For 100 names that is 101 requests.
func AwaitsChange(in Input) bool {
	s := newState(in)
	if len(s.iss.Published) < len(s.iss.Domains) {
		return false
	}
	for _, v := range s.iss.Published {
		if !v.Submitted {
			return false
		}
	}
	return in.SyncErr == nil && s.served() != nil
}

// NeedsZones says that the zones are to be resolved: for a spec not seen before, after a refusal, for policies that changed
// and restrict zones, before an order, and for an order under way when the record names another zone or role.
func NeedsZones(in Input) bool {
	s := newState(in)
	if s.passes() {
		return false
	}
	if !s.blockedUntil().IsZero() {
		return false
	}
	if s.admission.kept || (s.newPolicies() && s.zonesMatter()) {
		return true
	}
	if s.status.Generation != s.Status.ObservedGeneration || zoneReason(s.acceptedReason()) || s.zonesOutdated() {
		return true
	}
	_, _, wanted := s.wanted()
	return wanted && !s.held() && s.iss.OrderURL == "" && len(s.iss.SealedKey) > 0 && s.Account.Ready && s.digest != ""
}

// NeedsRenewalInfo says that the CA is to be asked about the installed certificate: only the account that issued it
// asks, only while it is installed and not expired, and no sooner than the CA allowed. What is not in the stored
// status yet is asked about in the next pass.
func NeedsRenewalInfo(in Input) bool {
	s := newState(in)
	return !s.passes() && s.asksRenewalInfo() && in.Status.ARI != nil && in.Status.ARI.CertID == s.status.ARI.CertID &&
		!s.Now.Before(s.status.ARI.NextCheckAt) && s.Account.Ready
}

// passes says that the pass ends before anything outside ACM matters.
func (s *state) passes() bool {
	return leased(s) != nil || s.Spec == nil || s.Spec.Suspend || !s.HasRecord ||
		(s.denied() && !s.admission.kept) || refuse(s) != nil
}

func (s *state) asksRenewalInfo() bool {
	ari := s.ari()
	return ari != nil && ari.CertID != "" && s.Account.Spec != nil && s.status.Account == s.Account.Name &&
		s.status.Directory == s.Account.Spec.Directory && s.Now.Before(s.primary.NotAfter)
}

func (s *state) acceptedReason() api.Reason {
	c, _ := api.GetCondition(s.Status.Conditions, api.ConditionAccepted)
	return c.Reason
}

func zoneReason(r api.Reason) bool {
	return r == api.ReasonZoneNotFound || r == api.ReasonZoneNotDelegated || r == api.ReasonPrivateZoneSeen || r == api.ReasonDNSAccessDenied
}
