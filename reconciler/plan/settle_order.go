package plan

import (
	"slices"
	"time"

	"certloop/reconciler/api"
)

func settleMakeKey(s *state, p Plan, o Outcome) {
	if o.Err != nil {
		s.fail(o.Err, api.ReasonKeyUnavailable)
		return
	}
	s.clearRetries()
	reason, message, _ := s.wanted()
	_, exemption := s.intervalEnd()
	s.iss = api.Issuance{
		Version: s.iss.Version, Published: s.iss.Published, Imports: s.iss.Imports,
		Digest: s.digest, Force: s.status.Force, RenewToken: s.status.RenewToken,
		Account: s.Account.Name, Directory: s.Account.Spec.Directory, Profile: s.profile(),
		Domains: s.Spec.Domains, CommonName: s.Spec.CommonName(), KeyType: s.keyType,
		CreatedAt: s.Now, SealedKey: o.Sealed, PublicKeySHA256: o.PublicKeySHA256,
		Exemption: exemption, EarlyWindow: s.earlyState(),
	}
	if s.primary != nil {
		s.iss.RenewalOf = s.primary.Serial
	}
	s.record(reason, message)
}

func settleNewOrder(s *state, p Plan, o Outcome) {
	if o.Err != nil {
		s.fail(o.Err, api.ReasonOrderFailed)
		return
	}
	s.clearRetries()
	s.setZones()
	s.iss.OrderURL, s.iss.CreatedAt = o.Order.URL, s.Now
	s.status.LastAttemptAt = s.Now
	s.Order = o.Order
}

// propagation is how long Route 53 takes to carry a change to all its name servers ("generally within 60 seconds",
// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html). A value that was there
// already may be that of a change whose reply was lost a moment ago.
const propagation = time.Minute

func settlePublish(s *state, p Plan, o Outcome) {
	if o.Err != nil {
		s.fail(o.Err, api.ReasonDNSFailed)
		return
	}
	s.clearRetries()
	for i := range s.iss.Published {
		v := &s.iss.Published[i]
		for _, w := range p.Values {
			if v.Zone == p.Zone && v.TXT == w {
				v.Submitted, v.ChangeID = true, o.ChangeID
				if o.ChangeID == "" {
					v.ServedFrom = s.Now.Add(propagation)
				}
			}
		}
	}
}

func settleAccept(s *state, p Plan, o Outcome) {
	if o.Err != nil {
		s.fail(o.Err, api.ReasonValidationFailed)
		return
	}
	s.clearRetries()
	for i := range s.iss.Published {
		v := &s.iss.Published[i]
		v.ChangeID, v.ServedFrom = "", time.Time{}
		if slices.ContainsFunc(s.Order.Authorizations, func(a api.Authorization) bool {
			return a.TXTValue == v.Value && slices.Contains(p.URLs, a.ChallengeURL)
		}) {
			v.RespondedAt = s.Now
		}
	}
}

// settleDrop erases key, order and chain. What was published stays listed until it is removed.
func settleDrop(s *state, p Plan, o Outcome) {
	if o.Err != nil {
		s.fail(o.Err, api.ReasonInternalError)
		return
	}
	switch {
	case p.Success:
		s.status.IssuanceDigest, s.status.IssuanceForce = s.iss.Digest, s.iss.Force
		s.clearFailures()
		s.noteSuccess()
	case p.Failure != nil:
		s.fail(p.Failure, p.Reason)
	default:
		s.record(p.Reason, p.Message)
		if s.finalized() && !s.held() {
			s.noteIssued() // nobody fetched it, but the CA may have made it
		}
	}
	if p.KeepKey {
		s.giveUpOrder()
		return
	}
	s.dropIssuance()
}

func (s *state) dropIssuance() {
	s.iss = api.Issuance{Version: s.iss.Version, Published: s.iss.Published, Imports: s.iss.Imports}
	s.Order, s.OrderErr = nil, nil
}

// giveUpOrder lets another order be placed with the same key. Where the CA may still make a certificate of this one, it
// is remembered: should that come to be, it is fetched, and the other order is never finalized.
func (s *state) giveUpOrder() {
	if !s.iss.FinalizedAt.IsZero() && !s.endedByCA() {
		s.iss.GivenUpOrder = s.iss.OrderURL
	}
	s.iss.OrderURL, s.iss.Zones, s.iss.FinalizedAt = "", nil, time.Time{}
	s.iss.OrderDeniedAt, s.iss.CertificateDeniedAt, s.iss.SlowSince = time.Time{}, time.Time{}, time.Time{}
	s.Order, s.OrderErr = nil, nil
}

// noteSuccess has one notice sent of the new certificate in place (see reportReady).
func (s *state) noteSuccess() {
	s.installed = api.NoticeRenewed
	if s.iss.RenewalOf == "" {
		s.installed = api.NoticeIssued
	}
}

func settleCleanDNS(s *state, p Plan, o Outcome) {
	gone := o.Err == nil || api.KindOf(o.Err) == api.NotFound
	if !gone && api.KindOf(o.Err) != api.Conflict {
		cleanupBackoff(&s.status).Fail(s.Now, o.Err, forCleanup)
		if s.status.CleanupFailures == 1 {
			s.record(api.ReasonDNSFailed, api.MessageOf(o.Err))
		}
		return
	}
	if !gone {
		return
	}
	cleanupBackoff(&s.status).Reset()
	for _, v := range p.Values {
		s.forgetValue(p.Zone, v)
	}
}
