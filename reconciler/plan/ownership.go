package plan

import (
	"slices"

	"certloop/reconciler/api"
)

// Ownership of a certificate in ACM is proved outside the status, because a status can be forged, stale or another
// record's. There are two proofs:
//
//   - the certificate carries our owner tag (certloop:owner = <table ARN>/<name>), and no other record that exists is
//     known to have claimed it, or
//   - the claim item of its ARN names this record, and it carries no owner tag of a record that exists.
//
// Everything that imports over a certificate, tags, untags, retires or deletes it asks owns, on a fresh observation. The
// executor reads the claim once more before it acts. What the status says (arn, claimed, imported, retired_arn) is a
// place to look, never a permission.
//
// A record that takes over from a deleted one writes the claim first and then waits until no effect of the other can be
// under way; whoever cleans up after a deleted record writes its lease first and then reads the claim. One of the two
// always sees the other.

// owns reports whether the certificate found at the target is proved to be this record's.
func (f *facts) owns(t *Target) bool {
	if t.Found == nil {
		return false
	}
	switch tag := t.Found.Tags[api.TagOwner]; {
	case tag == f.Owner:
		return t.ClaimedBy == "" || f.claims(t) || t.ClaimGone
	case tag != "" && (!t.OwnerGone || t.OwnerBusy):
		return false
	}
	return f.claims(t)
}

// claims reports whether the claim on what was found names this record.
func (f *facts) claims(t *Target) bool { return f.Name != "" && t.ClaimedBy == f.Name }

// ownsPredecessor reports whether the retired certificate of the target is proved to be this record's, was the target's,
// and is needed by no target.
func ownsPredecessor(f *facts, t *Target) bool {
	p := t.Predecessor
	if p == nil || f.wantedARN(p.ARN) {
		return false
	}
	tag, target := p.Tags[api.TagOwner], p.Tags[api.TagTarget]
	ours := tag == f.Owner || (tag == "" && f.Name != "" && t.PredecessorClaim == f.Name)
	return ours && (target == "" || target == t.Stored.Key)
}

// Owns is owns for those who observe.
func Owns(in Input, t Target) bool {
	f := facts{Input: in, next: in.Stored}
	return f.owns(&t)
}

// permitted reports whether the policies allow p, and whether what it changes in ACM is proved to be this record's. It
// holds for every plan that Decide returns: a row that forgets to ask is stopped here.
func permitted(f *facts, p *Plan) bool {
	if !allowedByPolicy(f, p.Action) {
		return false
	}
	switch p.Action {
	case Import:
		if p.ARN == "" {
			return true
		}
	case Tag, DeleteCertificate:
	default:
		return true
	}
	t, _ := f.target(p.Target)
	if t == nil || p.ARN == "" {
		return false
	}
	if p.Action == Tag && p.Reason == api.ReasonRetired {
		return t.Predecessor != nil && t.Predecessor.ARN == p.ARN && ownsPredecessor(f, t)
	}
	if p.Reason == api.ReasonDuplicate {
		return p.Action == DeleteCertificate && slices.ContainsFunc(t.Duplicates, func(d api.Installed) bool { return d.ARN == p.ARN && isDuplicate(f, t, d) })
	}
	return t.Found != nil && t.Found.ARN == p.ARN && f.owns(t)
}

// ownershipUnproven returns the verdict on a certificate that only the status calls ours.
func ownershipUnproven(t *Target) verdict {
	return verdict{state: api.Unknown, reason: api.ReasonOwnershipUnproven, message: "the status names " + t.Found.ARN +
		", but neither its tag " + api.TagOwner + " nor a claim proves that it belongs to this record"}
}
