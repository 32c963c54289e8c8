package plan

import "certloop/reconciler/api"

// Ownership of a certificate in ACM is proved outside the status, because a status can be forged, stale or another
// record's. There are two proofs:
//
//   - the certificate carries our owner tag (certloop:owner = <table ARN>/<name>), or
//   - it carries no owner tag of a record that exists, and the claim item of its ARN names this record.
//
// Everything that imports over a certificate, tags, untags, retires or deletes it asks proven, on a fresh observation.
// The executor reads the claim once more before it acts. What the status says (arn, claimed, imported, retired_arn) is a
// place to look, never a permission.

// proven reports whether f is proved to be this record's. ownerGone: the record in its owner tag no longer exists.
func (s *state) proven(f *api.Installed, claimedBy string, ownerGone bool) bool {
	if f == nil {
		return false
	}
	switch tag := f.Tags[api.TagOwner]; {
	case tag == s.Owner:
		return true
	case tag != "" && !ownerGone:
		return false
	}
	return s.Name != "" && claimedBy == s.Name
}

// owns reports whether the certificate found at the target is proved to be this record's.
func (s *state) owns(t *Target) bool { return s.proven(t.Found, t.ClaimedBy, t.OwnerGone) }

// ownsPredecessor reports whether the retired certificate of the target is proved to be this record's, was the target's,
// and is needed by no target.
func (s *state) ownsPredecessor(t *Target) bool {
	p := t.Predecessor
	if !s.proven(p, t.PredecessorClaim, false) || s.wantedARN(p.ARN) {
		return false
	}
	target := p.Tags[api.TagTarget]
	return target == "" || target == t.Status.Key
}

// Owns is owns for those who observe.
func Owns(in Input, t Target) bool {
	s := state{Input: in}
	return s.owns(&t)
}

// permitted reports whether what p changes in ACM is proved to be this record's. It holds for every plan that Decide
// returns: a row that forgets to ask is stopped here.
func (s *state) permitted(p *Plan) bool {
	switch p.Action {
	case Import:
		if p.ARN == "" {
			return true
		}
	case Tag, DeleteCertificate:
	default:
		return true
	}
	t, _ := s.target(p.Target)
	if t == nil || p.ARN == "" {
		return false
	}
	if p.Action == Tag && p.Reason == api.ReasonRetired {
		return t.Predecessor != nil && t.Predecessor.ARN == p.ARN && s.ownsPredecessor(t)
	}
	return t.Found != nil && t.Found.ARN == p.ARN && s.owns(t)
}

// unproven is the verdict on a certificate that only the status calls ours.
func unproven(t *Target) verdict {
	return verdict{state: api.Unknown, reason: api.ReasonOwnershipUnproven, message: "the status names " + t.Found.ARN +
		", and neither its tag " + api.TagOwner + " nor a claim proves that it belongs to this record"}
}
