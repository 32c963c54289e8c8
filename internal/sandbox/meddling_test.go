package sandbox

import (
	"sync"

	"certloop/reconciler/api"
)

// midOrderIn is the content of the table while the key of "midorder" is being decrypted, just before the order is
// finalized.
var midOrderIn []string

var _ = add(map[string]scenario{
	"the status of a Ready record is deleted by hand": {
		put: func(b *box) { b.certificate("forgetful", []string{"forgetful.example.com"}) },
		check: func(b *box) {
			before := b.installed("forgetful", b.CA, "forgetful.example.com")
			b.remove("forgetful", api.KindCertificateStatus)
			b.mustInsist("forgetful", "")
			after := b.installed("forgetful", b.CA, "forgetful.example.com")
			if after.ACMARN != before.ACMARN || after.IssuanceDigest != before.IssuanceDigest {
				b.t.Errorf("it was %s for %s, and is %s for %s", before.ACMARN, before.IssuanceDigest, after.ACMARN, after.IssuanceDigest)
			}
			b.imported(before.ACMARN, 1)
		},
	},
	"the status is deleted by hand in mid-order": {
		// The function gives up a request that is held for long. So the status is deleted at once, and checked later.
		put: func(b *box) {
			midOrder, goOn := b.wire.hold("Decrypt", `"midorder"`)
			defer goOn()
			b.certificate("midorder", []string{"midorder.example.com"})
			b.reached(midOrder, "midorder is about to be finalized")
			if iss := b.issuance("midorder"); iss == nil || iss.OrderURL == "" || len(iss.SealedKey) == 0 || iss.Chain != "" {
				b.t.Fatalf("the issuance in mid-order is %+v", iss)
			}
			midOrderIn = b.table()
			b.remove("midorder", api.KindCertificateStatus)
		},
		check: func(b *box) {
			s := b.installed("midorder", b.CA, "midorder.example.com")
			b.imported(s.ACMARN, 1)
		},
	},
	"a record is written again unchanged": {
		put: func(b *box) { b.certificate("again", []string{"again.example.com"}) },
		check: func(b *box) {
			b.installed("again", b.CA, "again.example.com")
			before := b.unmarked("again")
			// A write that changes nothing is not in the stream, so the test asks for a reconcile.
			b.certificate("again", []string{"again.example.com"})
			b.mustInvoke(`{"action":"reconcile","names":["again"]}`)
			b.issued(b.CA, 1, "again.example.com")
			if after := b.item("again", api.KindCertificateStatus); after != before {
				b.t.Errorf("the status was\n%s\nand is\n%s", before, after)
			}
		},
	},
	"two invocations, and more, work on one record at once": {
		put: func(b *box) {},
		check: func(b *box) {
			b.certificate("crowd", []string{"crowd.example.com"})
			var all sync.WaitGroup
			for range 3 {
				all.Go(func() {
					if _, err := b.insist("crowd", ""); err != nil {
						b.t.Errorf("an invocation failed: %v", err)
					}
				})
			}
			all.Wait()
			s := b.installed("crowd", b.CA, "crowd.example.com")
			b.imported(s.ACMARN, 1)
		},
	},
})

// unmarked waits until nothing of the issuance is left, and returns the status as it is stored.
func (b *box) unmarked(name string) string {
	b.t.Helper()
	b.eventually("the issuance of "+name+" is deleted", func() string {
		return b.item(api.IssuancePartition(name), api.KindIssuance)
	})
	return b.item(name, api.KindCertificateStatus)
}

// reached waits until the channel is closed.
func (b *box) reached(c <-chan struct{}, what string) {
	b.t.Helper()
	b.eventually(what, func() string {
		select {
		case <-c:
			return ""
		default:
			return "not yet"
		}
	})
}
