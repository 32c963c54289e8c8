package sandbox

import (
	"strings"

	"certloop/reconciler/api"
)

// claimed is the ARN that two records set.
var claimed string

var _ = add(map[string]scenario{
	"two records with overlapping names issue at once": {
		put: func(b *box) {
			b.certificate("apex", []string{"overlap.example.com"})
			b.certificate("wildcard", []string{"*.overlap.example.com"})
		},
		check: func(b *box) {
			b.installed("apex", b.CA, "overlap.example.com")
			b.installed("wildcard", b.CA, "*.overlap.example.com")
		},
	},
	"two records set one ARN": {
		put: func(b *box) {
			claimed = b.importUnmanaged(Region, "claimed.example.com", "before.example.com")
			b.certificate("claimant-1", []string{"claimed.example.com"}, "acm_arn", claimed)
			b.certificate("claimant-2", []string{"claimed.example.com"}, "acm_arn", claimed)
		},
		check: func(b *box) {
			owner, other := b.owner("claimant-1", "claimant-2")
			b.installed(owner, b.CA, "claimed.example.com")
			message := b.condition(other, api.ConditionAccepted, api.ConditionFalse, api.ReasonOwnedByAnother)
			if !strings.Contains(message, claimed) || !strings.Contains(message, owner) {
				b.t.Errorf("the condition's message is %q", message)
			}
			b.awaitMail(other, "certloop: FAILED "+other+" (OwnedByAnother)")
			b.remove(owner, api.KindCertificate)
			b.forgotten(owner)
			b.mustInvoke(`{"action":"resync"}`)
			b.settled(other)
			b.issued(b.CA, 1, "claimed.example.com")
			if c, _ := b.ACM.Certificate(Region, claimed); c.Tags[api.TagOwner] != api.Owner(b.TableARN, other) {
				b.t.Errorf("%s has the tags %v", claimed, c.Tags)
			}
		},
	},
})

// owner waits until one of two records is Ready, and returns it first.
func (b *box) owner(one, two string) (owner, other string) {
	b.t.Helper()
	b.eventually("one of "+one+" and "+two+" becomes Ready", func() string {
		for _, pair := range [][2]string{{one, two}, {two, one}} {
			if s := b.status(pair[0]); s != nil && api.IsTrue(s.Conditions, api.ConditionReady) {
				owner, other = pair[0], pair[1]
				return ""
			}
		}
		return explain(b.status(one)) + "; " + explain(b.status(two))
	})
	return owner, other
}
