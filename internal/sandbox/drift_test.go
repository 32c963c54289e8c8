package sandbox

import (
	"certloop/reconciler/api"
)

var _ = add(map[string]scenario{
	"the resync replaces a deleted certificate, and Delete removes it with its record": {
		put: func(b *box) { b.certificate("drift", []string{"drift.example.com"}, "deletion_policy", "Delete") },
		check: func(b *box) {
			before := b.installed("drift", b.CA, "drift.example.com")
			b.ACM.Remove(before.ACMARN)
			b.mustInvoke(`{"action":"resync"}`)
			b.eventually("another certificate", func() string {
				if s := b.status("drift"); s.Serial == before.Serial {
					return explain(s)
				}
				return ""
			})
			after := b.settled("drift")
			b.holds(after, b.issued(b.CA, 2, "drift.example.com")[1])
			b.awaitMail("drift", "certloop: NOT READY drift (Missing)")
			b.awaitMail("drift", "certloop: ready drift")
			b.remove("drift", api.KindCertificate)
			b.forgotten("drift")
			if _, ok := b.ACM.Certificate(Region, after.ACMARN); ok {
				b.t.Errorf("%s is still there", after.ACMARN)
			}
			b.awaitMail("drift", "certloop: deleted drift")
			b.noTXT("drift.example.com")
		},
	},
	"Retain keeps the certificate when its record is deleted": {
		put: func(b *box) { b.certificate("retained", []string{"retained.example.com"}) },
		check: func(b *box) {
			s := b.installed("retained", b.CA, "retained.example.com")
			b.remove("retained", api.KindCertificate)
			b.forgotten("retained")
			b.holds(s, s.Serial)
		},
	},
	"a suspended record is not changed until it is resumed": {
		put: func(b *box) { b.certificate("suspended", []string{"suspended.example.com"}, "suspend", true) },
		check: func(b *box) {
			b.condition("suspended", api.ConditionIssuing, api.ConditionFalse, api.ReasonSuspended)
			b.mustInvoke(`{"action":"reconcile","names":["suspended"],"force":"token"}`)
			b.issued(b.CA, 0, "suspended.example.com")
			b.certificate("suspended", []string{"suspended.example.com"})
			before := b.installed("suspended", b.CA, "suspended.example.com")
			b.certificate("suspended", []string{"suspended.example.com"}, "suspend", true)
			b.condition("suspended", api.ConditionIssuing, api.ConditionFalse, api.ReasonSuspended)
			b.ACM.Remove(before.ACMARN)
			b.mustInvoke(`{"action":"reconcile","names":["suspended"]}`)
			b.condition("suspended", api.ConditionReady, api.ConditionFalse, api.ReasonMissing)
			b.issued(b.CA, 1, "suspended.example.com")
			b.certificate("suspended", []string{"suspended.example.com"})
			b.holds(b.settled("suspended"), b.issued(b.CA, 2, "suspended.example.com")[1])
		},
	},
})
