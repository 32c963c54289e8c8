package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"certloop/reconciler/api"
)

// assumed stands for whatever a service would return: an ARN, a URL, the ID of a change.
const assumed = "(assumed)"

// outcome returns what comes of the step if it succeeds, and counts it.
func (r *dryRun) outcome(p Plan) Outcome {
	o := &r.outlook
	t := r.target(p.Target)
	switch p.Action {
	case ClaimARN:
		if t.named() {
			o.Adoptions++
		}
		return Outcome{Owner: r.in.Name}
	case DeleteCertificate:
		o.Deletions++
	case Import, ImportPlaceholder:
		o.Imports++
		r.imports[p.Target]++
		arn := p.ARN
		if arn == "" {
			arn = fmt.Sprintf("%s %d", assumed, o.Imports)
		}
		return Outcome{ARN: arn, Claimed: true}
	case MakeKey:
		return Outcome{Sealed: []byte(assumed), PublicKeySHA256: assumed}
	case NewOrder:
		o.Orders++
		return Outcome{Order: r.newOrder()}
	case Publish:
		return Outcome{ChangeID: assumed}
	case Admit:
		if !r.full && len(p.Places) > 0 {
			return Outcome{Policy: p.Places[0].Policy}
		}
	}
	return Outcome{}
}

// change brings the step into the world.
func (r *dryRun) change(p Plan, out Outcome) {
	in, t := &r.in, r.target(p.Target)
	switch p.Action {
	case ClaimARN:
		t.ClaimedBy, t.ClaimGone = in.Name, false
	case ReleaseTarget:
		in.Targets = withoutTarget(in.Targets, p.Target)
	case Tag:
		t.tag(p)
	case DeleteCertificate:
		t.delete(p)
	case Import, ImportPlaceholder:
		t.install(in, p, out)
	case NewOrder:
		in.Order, in.OrderErr = out.Order, nil
	case ResumeOrder:
		in.Order, in.OrderErr, in.GivenUp, in.GivenUpErr = in.GivenUp, nil, nil, nil
	case DropIssuance:
		in.Order, in.OrderErr, in.GivenUp, in.GivenUpErr = nil, nil, nil, nil
	case Accept:
		r.validated(p.URLs)
	case Finalize:
		order := *in.Order
		order.Status = api.OrderValid
		in.Order = &order
	}
}

// target returns that target; an empty one for a step that is about none.
func (r *dryRun) target(key string) *Target {
	for i := range r.in.Targets {
		if r.in.Targets[i].Stored.Key == key {
			return &r.in.Targets[i]
		}
	}
	return &Target{}
}

func (t *Target) tag(p Plan) {
	if p.Reason == api.ReasonRetired {
		t.Predecessor, t.PredecessorARN, t.PredecessorClaim = nil, "", ""
		return
	}
	if t.Found == nil || t.Found.ARN != p.ARN {
		return
	}
	found := *t.Found
	if found.Tags = maps.Clone(found.Tags); found.Tags == nil {
		found.Tags = map[string]string{}
	}
	maps.Copy(found.Tags, p.Set)
	for _, key := range p.Unset {
		delete(found.Tags, key)
	}
	t.Found = &found
}

func (t *Target) delete(p Plan) {
	if p.Reason == api.ReasonDuplicate {
		t.Duplicates = slices.DeleteFunc(slices.Clone(t.Duplicates), func(d api.Installed) bool { return d.ARN == p.ARN })
		return
	}
	t.Found = nil
}

// install puts the held chain, or a placeholder, into the target. What it leaves behind becomes its predecessor.
func (t *Target) install(in *Input, p Plan, out Outcome) {
	f := factsOf(*in)
	leaf := leafToImport(f, p)
	if p.Action == ImportPlaceholder {
		leaf = api.Leaf{Domains: in.Spec.Domains, Serial: assumed, FingerprintSHA256: assumed, KeyType: f.keyType, SelfSigned: true,
			NotBefore: in.Now, NotAfter: in.Now.Add(30 * day)}
	}
	now := api.Installed{ARN: out.ARN, Type: "IMPORTED", Leaf: leaf, ImportedAt: in.Now, Tags: p.Set}
	switch {
	case t.Found != nil && p.ARN != "":
		now.Tags, now.InUseBy = t.Found.Tags, t.Found.InUseBy
	case t.Found != nil:
		t.Predecessor, t.PredecessorARN, t.PredecessorClaim, t.PredecessorErr = t.Found, t.Found.ARN, t.ClaimedBy, nil
	}
	t.Found, t.Listed, t.ClaimedBy, t.ClaimGone = &now, true, in.Name, false
}

// downloaded returns what is on record once the certificate is downloaded: one that is as the record asks for, lives as
// long as the one in place, and has the usages of those that it replaces.
func (r *dryRun) downloaded() Settled {
	d := newDraft(r.in)
	d.next.ClaimID, d.next.LeaseUntil = "", time.Time{}
	life := 90 * day
	if d.primary != nil && d.primary.NotAfter.After(d.primary.NotBefore) {
		life = d.primary.NotAfter.Sub(d.primary.NotBefore)
	}
	leaf := api.Leaf{
		Domains: d.iss.Domains, Serial: assumed, FingerprintSHA256: assumed, KeyType: d.iss.KeyType, CertID: assumed,
		NotBefore: d.Now, NotAfter: d.Now.Add(max(life, d.Config.MinInterval+2*issuanceTime)),
	}
	for i := range d.Targets {
		if found := d.Targets[i].Found; found != nil && d.Targets[i].Wanted {
			leaf.KeyUsages = union(leaf.KeyUsages, found.KeyUsages)
			leaf.ExtendedKeyUsages = union(leaf.ExtendedKeyUsages, found.ExtendedKeyUsages)
		}
	}
	d.hold(Outcome{Chain: assumed}, leaf)
	d.refresh()
	noteTargets(d)
	settleConditions(d, Plan{Action: Download, Reason: api.ReasonDownloading})
	d.bound()
	return d.settled()
}

func union(a, b []string) []string {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(slices.Clip(a), s)
		}
	}
	return a
}

// guessedZones returns a zone of ours for each domain.
func guessedZones(domains []string) []api.ChallengeZone {
	var zones []api.ChallengeZone
	for _, domain := range domains {
		z := api.ChallengeZone{Domain: strings.TrimPrefix(domain, "*."), Zone: assumed}
		z.FQDN = "_acme-challenge." + z.Domain
		if !slices.Contains(zones, z) {
			zones = append(zones, z)
		}
	}
	return zones
}
