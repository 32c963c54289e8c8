package plan

import (
	"fmt"
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
	s.iss = api.Issuance{
		Version: s.iss.Version, Published: s.iss.Published, Imports: s.iss.Imports,
		Digest: s.digest, Force: s.status.Force, RenewToken: s.status.RenewToken,
		Account: s.Account.Name, Directory: s.Account.Spec.Directory, Profile: s.profile(),
		Domains: s.Spec.Domains, CommonName: s.Spec.CommonName(), KeyType: s.keyType,
		CreatedAt: s.Now, SealedKey: o.Sealed, PublicKeySHA256: o.PublicKeySHA256,
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
	s.iss.Zones, s.iss.OrderURL, s.iss.CreatedAt = s.Zones, o.Order.URL, s.Now
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
				v.Done, v.ChangeID = true, o.ChangeID
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
	s.iss.Accepted = true
	for i := range s.iss.Published {
		s.iss.Published[i].ChangeID, s.iss.Published[i].ServedFrom = "", time.Time{}
	}
}

// settleFinalize: a key that no longer opens starts the issuance again; everything else waits for its turn.
func settleFinalize(s *state, p Plan, o Outcome) {
	if o.Err == nil {
		s.clearRetries()
		return
	}
	s.fail(o.Err, api.ReasonOrderFailed)
	if keyLost(o.Err) || (api.KindOf(o.Err) == api.Terminal && !o.NotTried) {
		s.dropIssuance()
	}
}

func keyLost(err error) bool { return api.ReasonOf(err, "") == api.ReasonKeyLost }

// settleDownload holds the chain if it is what was asked for.
func settleDownload(s *state, p Plan, o Outcome) {
	if o.Err != nil {
		s.fail(o.Err, api.ReasonCAUnavailable)
		if kind := api.KindOf(o.Err); !o.NotTried && (kind == api.Terminal || kind == api.NotFound) {
			s.dropIssuance()
		}
		return
	}
	leaf, err := CheckChain(o.Chain, s.iss, s.Now)
	if err != nil {
		s.fail(err, api.ReasonChainRejected)
		s.dropIssuance()
		return
	}
	s.clearFailures()
	s.status.RetryAfterUntil, s.status.RetryAfterFor = time.Time{}, ""
	s.iss.Chain = o.Chain
	s.iss.Serial, s.iss.FingerprintSHA256, s.iss.Issuer = leaf.Serial, leaf.FingerprintSHA256, leaf.Issuer
	s.iss.NotBefore, s.iss.NotAfter, s.iss.CertID = leaf.NotBefore, leaf.NotAfter, leaf.CertID
	s.iss.KeyUsages, s.iss.ExtendedKeyUsages = leaf.KeyUsages, leaf.ExtendedKeyUsages
	s.record(api.ReasonIssued, fmt.Sprintf("serial %s by %s", leaf.Serial, leaf.Issuer))
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
	}
	s.dropIssuance()
}

func (s *state) dropIssuance() {
	s.iss = api.Issuance{Version: s.iss.Version, Published: s.iss.Published, Imports: s.iss.Imports}
	s.Order, s.OrderErr = nil, nil
}

// noteSuccess tells people once that a new certificate is in place.
func (s *state) noteSuccess() {
	if s.iss.RenewalOf == "" {
		s.notify(api.NoticeIssued, api.ReasonIssued, "the certificate is in place")
		return
	}
	s.notify(api.NoticeRenewed, api.ReasonIssued, "the new certificate is in place")
}

func settleCleanDNS(s *state, p Plan, o Outcome) {
	gone := o.Err == nil || api.KindOf(o.Err) == api.NotFound
	if !gone && api.KindOf(o.Err) != api.Conflict {
		s.status.CleanupFailures++
		wait := step(s.status.CleanupFailures)
		if api.KindOf(o.Err) == api.Transient {
			wait = transientWait(s.status.CleanupFailures)
		}
		s.status.CleanupNext = s.Now.Add(max(wait, retryAfterOf(o.Err)))
		if s.status.CleanupFailures == 1 {
			s.record(api.ReasonDNSFailed, api.MessageOf(o.Err))
		}
		return
	}
	if !gone {
		return
	}
	s.status.CleanupFailures, s.status.CleanupNext = 0, time.Time{}
	for _, v := range p.Values {
		s.forgetValue(p.Zone, v)
	}
}
