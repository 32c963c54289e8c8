package sim

import (
	"time"

	"certloop/reconciler/api"
)

// issuing are scenarios of a first issuance.
var issuing = []Scenario{
	{Name: "register", Drive: func(w *World) {
		w.requireEAB()
		w.account("eab_secret_arn", eabARN)
		w.Run(settle)
	}, Check: func(w *World) {
		w.want(w.accountReady(), "the account is ready")
		w.want(w.CA.eabUses == 1, "the EAB credential was used %d times", w.CA.eabUses)
		w.checkSecrets()
	}},
	{Name: "the contact is removed", Before: registered, Drive: func(w *World) {
		w.Put(map[string]any{"name": "default", "kind": "Account", "directory": "https://ca.test/dir"})
		w.Run(settle)
	}, Check: func(w *World) {
		w.want(w.accountReady(), "the account is ready")
		for uri, email := range w.CA.contacts {
			w.want(email == "", "the CA has no contact of %s: %q", uri, email)
		}
	}},
	{Name: "issue with its account", Drive: func(w *World) {
		w.AllowedCertificates = 1
		w.certificate("www")
		w.account()
		w.Run(settle)
	}, Check: converged("www")},
	{Name: "issue", Before: registered, Drive: func(w *World) {
		w.AllowedCertificates = 1
		w.GuardTXT("_acme-challenge.example.com", "somebody else's")
		w.certificate("www", "domains", []any{"example.com", "*.example.com"})
		w.Run(settle)
	}, Check: converged("www")},
	{Name: "issue for two targets and two zones", Before: registered, Drive: func(w *World) {
		w.AllowedCertificates = 1
		w.certificate("www", "targets", twoTargets(), "domains", []any{"www.example.com", "www.example.org"})
		w.Run(settle)
	}, Check: func(w *World) {
		converged("www")(w)
		w.want(len(w.ACM.owned(TableARN+"/www")) == 2, "each of two targets holds the certificate")
	}},
	{Name: "adopt a named certificate", Before: withUnmanaged, Drive: func(w *World) {
		w.AllowedCertificates = 1
		w.certificate("www", "acm_arn", w.adoptable())
		w.Run(settle)
	}, Check: func(w *World) {
		converged("www")(w)
		w.want(w.ACM.certs[w.adoptable()].Tags[api.TagAdopted] == "true", "the certificate is marked as adopted")
		w.want(len(w.CA.Issued) == 1 && w.ACM.certs[w.adoptable()].Serial == w.CA.Issued[0].Serial, "the new certificate is at the record's ARN")
	}},
	{Name: "adopt two named certificates", Before: withUnmanaged, Drive: func(w *World) {
		w.AllowedCertificates = 1
		far := w.ACM.put("ap-northeast-1", "IMPORTED", w.ACM.certs[w.adoptable()].Leaf, nil)
		w.certificate("www", "targets", []any{map[string]any{"acm_arn": w.adoptable()}, map[string]any{"acm_arn": far}})
		w.Run(settle)
	}, Check: func(w *World) {
		converged("www")(w)
		for _, t := range w.status("www").Targets {
			c := w.ACM.certs[t.ARN]
			w.want(c.Tags[api.TagAdopted] == "true", "%s is marked as adopted", t.ARN)
			w.want(len(w.CA.Issued) == 1 && c.Serial == w.CA.Issued[0].Serial, "the new certificate is at %s", t.ARN)
		}
		w.want(len(w.status("www").Targets) == 2, "there are two targets")
	}},
	{Name: "delete in mid-order", Before: registered, Drive: func(w *World) {
		w.AllowedCertificates = 1
		w.certificate("www", "deletion_policy", "Delete")
		w.Run(10 * time.Second)
		w.Remove(certificateKey("www"))
		w.Run(settle)
	}, Check: func(w *World) {
		w.want(w.object("www").Status == nil && w.object("www").Issuance == nil, "nothing is left in the table")
		w.want(len(w.ACM.certs) == 0, "no certificate is left in ACM")
		w.checkTXTDeleted()
	}},
	{Name: "status deleted in mid-order", Before: registered, Drive: func(w *World) {
		w.AllowedCertificates = 1
		w.certificate("www")
		w.Run(10 * time.Second)
		w.deleteStatus("www")
		w.wake(certificateKey("www"), 0)
		w.wake(certificateKey("www"), time.Hour)
		w.Run(settle)
	}, Check: converged("www")},
}
