package plan

import (
	"slices"
	"time"

	"certloop/reconciler/api"
)

// A record with a rollout keeps its certificate with the sealed key until the rollout of the successor is done: only then is it
// known that nobody needs it again. Any other record erases the key once every target has the certificate.

// keep keeps the held certificate, which every target has now, in place of the one before. It follows the success of an issuance.
func (d *draft) keep() {
	d.iss.Kept = nil
	if d.Spec != nil && d.Spec.Rollout != nil && d.held() {
		d.iss.Kept = &api.KeptCertificate{SealedKey: d.iss.SealedKey, PublicKeySHA256: d.iss.PublicKeySHA256, Chain: d.iss.Chain}
	}
	d.readKept()
}

// forgetKept erases the kept certificate where it is of no use: the record has no rollout any more, or the certificate is over
// or revoked. A decision to put it back goes with it.
func forgetKept(d *draft) {
	d.readKept()
	if d.iss.Kept == nil {
		d.iss.Rollback, d.iss.Replaced = nil, nil
		return
	}
	gone := d.Spec != nil && d.Spec.Rollout == nil
	if gone || d.kept == nil || !d.Now.Before(d.kept.NotAfter) || isRevoked(&d.facts, d.kept.FingerprintSHA256) {
		d.iss.Kept, d.iss.Rollback, d.iss.Replaced, d.kept = nil, nil, nil, nil
		return
	}
	if !d.held() {
		d.iss.Rollback, d.iss.Replaced = nil, nil
	}
}

// readKept reads the facts of the kept certificate from its chain.
func (d *draft) readKept() {
	if d.kept = nil; d.iss.Kept != nil {
		d.kept = leafOf(d.iss.Kept.Chain)
	}
}

func leafOf(chain string) *api.Leaf {
	certs, err := api.ParseChain([]byte(chain))
	if err != nil {
		return nil
	}
	leaf, err := api.ParseLeaf(certs[0])
	if err != nil {
		return nil
	}
	leaf.NotBefore, leaf.NotAfter = leaf.NotBefore.UTC(), leaf.NotAfter.UTC()
	return &leaf
}

// believeKept reports whether the kept chain is that of the kept key.
func believeKept(k *api.KeptCertificate) bool {
	certs, err := api.ParseChain([]byte(k.Chain))
	return err == nil && len(k.SealedKey) > 0 && spkiDigest(certs[0]) == k.PublicKeySHA256
}

// keptIsAt reports whether the target has the kept certificate.
func keptIsAt(f *facts, t *Target) bool {
	return f.kept != nil && t.Found != nil && t.Found.FingerprintSHA256 == f.kept.FingerprintSHA256
}

// noteReplaced notes, before the import is tried, that it takes the place of the kept certificate.
func noteReplaced(d *draft, p Plan) {
	t, _ := d.target(p.Target)
	if t != nil && keptIsAt(&d.facts, t) && !slices.Contains(d.iss.Replaced, p.Target) {
		d.iss.Replaced = append(slices.Clone(d.iss.Replaced), p.Target)
	}
}

// ToImport returns the sealed key and the chain that an Import is about.
func ToImport(in Input, p Plan) (sealed []byte, chain string) {
	if p.PutBack {
		return in.Issuance.Kept.SealedKey, in.Issuance.Kept.Chain
	}
	return in.Issuance.SealedKey, in.Issuance.Chain
}

// leafToImport returns the facts of the certificate that an Import is about.
func leafToImport(f *facts, p Plan) api.Leaf {
	if p.PutBack && f.kept != nil {
		return *f.kept
	}
	return heldLeaf(f)
}

// cannotPutBack returns why the kept certificate cannot take the place of the held one at the target; empty: it can.
func cannotPutBack(f *facts, t *Target) string {
	switch {
	case f.kept == nil:
		return "the key of the certificate before is not kept: that certificate was installed before the record had a rollout, has ended, or was revoked"
	case f.kept.KeyType != f.iss.KeyType:
		return "the certificate before has key type " + string(f.kept.KeyType) + ", and ACM does not let the key type of an ARN change"
	case !f.Now.Add(leastLife).Before(f.kept.NotAfter):
		return "the certificate before ends at " + f.kept.NotAfter.Format(time.RFC3339)
	}
	if missing, fit := usagesFit(heldLeaf(f), *f.kept); !fit {
		return "the certificate before lacks " + missing + ", which ACM lets nobody remove"
	}
	if !slices.Contains(f.iss.Replaced, t.Stored.Key) {
		return "the new certificate did not take the place of the one before at " + t.Stored.Key
	}
	return ""
}

// leastLife is what a certificate that is put back must be valid for.
const leastLife = time.Hour
