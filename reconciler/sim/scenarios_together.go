package sim

import (
	"context"
	"time"

	"certloop/reconciler"
	"certloop/reconciler/api"
)

// together are scenarios with several records, several invocations, and changes by users.
var together = []Scenario{
	{Name: "apex and wildcard in two records at once", Before: registered, Drive: func(w *World) {
		w.AllowedCertificates = 2
		w.certificate("apex", "domains", []any{"example.com"})
		w.certificate("wildcard", "domains", []any{"*.example.com"})
		w.Run(settle)
	}, Check: converged("apex", "wildcard")},
	{Name: "more notices than are mailed one by one", Before: registered, Drive: func(w *World) {
		w.Loop.MailsPerHour = 1
		w.AllowedCertificates = 3
		for _, name := range []string{"www", "api", "shop"} {
			w.certificate(name, "domains", []any{name + ".example.com"})
		}
		w.Run(50 * time.Minute)
		w.faultyTicks = true // the digest is closed and mailed
		w.Run(40 * time.Minute)
		w.faultyTicks = false
		w.Run(3 * day)
	}, Check: func(w *World) {
		converged("www", "api", "shop")(w)
		s, err := w.Table.GetController(context.Background())
		w.want(err == nil && len(s.Withheld)+len(s.Outbox) == 0, "the controller withholds nothing: %+v, %v", s, err)
		w.want(w.calls.struck > 0 || len(w.Notices) == 2 && w.Notices[1].Name == "2 notices", "one mail and a digest of two: %+v", w.Notices)
	}},
	{Name: "two records name one certificate", Before: withUnmanaged, Drive: func(w *World) {
		w.AllowedCertificates = 1
		w.certificate("first", "acm_arn", w.adoptable())
		w.certificate("second", "acm_arn", w.adoptable())
		w.Run(settle)
	}, Check: func(w *World) {
		w.want(len(w.CA.Issued) == 1, "%d certificates issued, one asked for", len(w.CA.Issued))
		w.want(w.ready("first") != w.ready("second"), "one of the two is ready")
		w.want(w.says("first", api.ReasonOwnedByAnother) != w.says("second", api.ReasonOwnedByAnother), "the other one reports why not")
	}},
	{Name: "the owner of a named certificate goes", Before: func(w *World) {
		withUnmanaged(w)
		w.AllowedCertificates = 1
		w.certificate("first", "acm_arn", w.adoptable())
		w.certificate("second", "acm_arn", w.adoptable())
		w.Run(time.Hour)
		if !w.ready("first") {
			panic("the scenario does not begin with an owner: " + w.Explain("first"))
		}
	}, Drive: func(w *World) {
		w.Remove(certificateKey("first"))
		w.Run(3 * day)
	}, Check: converged("second")},
	{Name: "the record is put again unchanged, all the time", Before: registered, Drive: func(w *World) {
		w.AllowedCertificates = 1
		for range 20 {
			w.certificate("www")
			w.Run(7 * time.Second)
		}
		w.Run(settle)
	}, Check: converged("www")},
	{Name: "the domains change in mid-order", Before: registered, Drive: func(w *World) {
		w.AllowedCertificates = 2
		w.certificate("www")
		w.Run(15 * time.Second)
		w.certificate("www", "domains", []any{"www.example.com", "api.example.com"})
		w.Run(settle)
	}, Check: func(w *World) { w.CheckConverged("www") }},
	{Name: "suspended over its renewal", Before: installedWith(), Drive: func(w *World) {
		w.certificate("www", "suspend", true)
		w.Run(70 * day)
		w.want(len(w.CA.Issued) == 1, "%d certificates issued while suspended", len(w.CA.Issued))
		w.AllowedCertificates = 2
		w.certificate("www")
		w.Run(settle)
	}, Check: renewed(1)},
	{Name: "a placeholder first", Before: registered, Drive: func(w *World) {
		w.certificate("www", "suspend", true)
		w.survive(func() {
			_, _ = w.Loop.Invoke(context.Background(), reconciler.Invocation{Names: []string{"www"}, Placeholder: true})
		})
		w.Run(time.Hour)
		w.AllowedCertificates = 1
		w.certificate("www")
		w.Run(settle)
	}, Check: func(w *World) {
		converged("www")(w)
		w.want(len(w.ACM.certs) == 1, "the certificate is at the placeholder's ARN")
		for arn, c := range w.ACM.certs {
			w.want(c.Tags[api.TagPlaceholder] == "", "%s is no longer a placeholder", arn)
		}
	}},
	{Name: "another account", Before: installedWith(), Drive: func(w *World) {
		w.AllowedCertificates, w.AllowedAccounts = 2, 2
		w.Put(map[string]any{"name": "other", "kind": "Account", "directory": "https://ca.test/other"})
		w.certificate("www", "account", "other")
		w.Run(settle)
	}, Check: func(w *World) {
		w.CheckConverged("www")
		w.want(w.status("www").Account == "other", "the status has the other account")
	}},
}
