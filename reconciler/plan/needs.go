package plan

import "certloop/reconciler/api"

// What observing costs is spent only where a decision depends on it. Each of these reads an Input without the
// answer and reports whether the answer is needed. Facts cost more than anything else in a converged pass, so what is plain from the Input
// alone is answered without them.

// NeedsOrder reports whether the order in flight is to be read.
func NeedsOrder(in Input) bool {
	if in.Issuance == nil || in.Issuance.OrderURL == "" {
		return false
	}
	f := factsOf(in)
	return !needsNothing(f) && f.iss.OrderURL != "" && !f.held() && f.digest != "" && f.iss.Digest == f.digest && f.Account.Ready
}

// NeedsGivenUp reports whether an order that was given up is to be read again: before another is placed, and before
// another is finalized.
func NeedsGivenUp(in Input) bool {
	if in.Issuance == nil || in.Issuance.GivenUpOrder == "" {
		return false
	}
	f := factsOf(in)
	return !needsNothing(f) && f.iss.GivenUpOrder != "" && !f.held() && f.digest != "" && f.iss.Digest == f.digest && f.Account.Ready &&
		(f.iss.OrderURL == "" || (f.Order != nil && f.Order.Status == api.OrderReady))
}

// AwaitsChange reports whether everything is published and Route 53 does not serve all of it yet, by the answers in
// Synced: until it does, the order need not be read. For 100 names that is 101 requests.
func AwaitsChange(in Input) bool {
	f := factsOf(in)
	if len(f.iss.Published) < len(f.iss.Domains) {
		return false
	}
	for _, v := range f.iss.Published {
		if !v.Submitted {
			return false
		}
	}
	return in.SyncErr == nil && f.served() != nil
}

// NeedsZones reports whether the zones are to be resolved: for a spec not seen before, after a refusal, for policies that changed
// and restrict zones, before an order and the key for it, and for an order under way when the record names another zone or role.
func NeedsZones(in Input) bool {
	f := factsOf(in)
	if needsNothing(f) {
		return false
	}
	if !f.blockedUntil().IsZero() {
		return false
	}
	if f.admission.kept || (newPolicies(f) && zonesMatter(f)) {
		return true
	}
	if f.next.Generation != f.Stored.ObservedGeneration || zoneReason(acceptedReason(f)) || f.zonesOutdated() {
		return true
	}
	_, _, wanted := f.wanted()
	return wanted && !f.held() && f.iss.OrderURL == "" && f.Account.Ready && f.digest != "" &&
		(len(f.iss.SealedKey) > 0 || Decide(in).Action == MakeKey)
}

// NeedsRenewalInfo reports whether the CA is to be asked about the installed certificate: only the account that issued it
// asks, only while it is installed and not expired, and no sooner than the CA allowed. What is not in the stored
// status yet is asked about in the next pass.
func NeedsRenewalInfo(in Input) bool {
	if in.Stored.ARI == nil {
		return false
	}
	f := factsOf(in)
	return !needsNothing(f) && asksRenewalInfo(f) && in.Stored.ARI != nil && in.Stored.ARI.CertID == f.next.ARI.CertID &&
		!f.Now.Before(f.next.ARI.NextCheckAt) && f.Account.Ready
}

// needsNothing reports whether the pass ends before anything outside ACM matters.
func needsNothing(f *facts) bool {
	return leased(f) != nil || f.Spec == nil || f.Spec.Suspend || !f.HasRecord ||
		(f.denied() && !f.admission.kept) || refuse(f) != nil
}

func asksRenewalInfo(f *facts) bool {
	ari := f.ari()
	return ari != nil && ari.CertID != "" && f.Account.Spec != nil && f.next.Account == f.Account.Name &&
		f.next.Directory == f.Account.Spec.Directory && f.Now.Before(f.primary.NotAfter)
}
