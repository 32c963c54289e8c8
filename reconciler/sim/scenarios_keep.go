package sim

import (
	"slices"
	"time"

	"certloop/reconciler/api"
)

// keeping are scenarios of renewal, repair and replacement.
var keeping = []Scenario{
	{Name: "renew", Before: installedWith(), Drive: func(w *World) {
		w.AllowedCertificates = 2
		w.Run(80 * 24 * time.Hour)
	}, Check: func(w *World) {
		renewed(1)(w)
		because(api.ReasonRenewalDue)(w)
	}},
	{Name: "renew two targets", Before: installedWith("targets", twoTargets()), Drive: func(w *World) {
		w.AllowedCertificates = 2
		w.Run(80 * 24 * time.Hour)
	}, Check: renewed(2)},
	{Name: "repair a deleted certificate", Before: installedWith(), Drive: func(w *World) {
		w.AllowedCertificates = 2
		w.ACM.drift(w.status("www").ACMARN, nil)
		w.wake(certificateKey("www"), 0)
		w.Run(settle)
	}, Check: because(api.ReasonRepair)},
	{Name: "repair one of two targets", Before: installedWith("targets", twoTargets()), Drive: func(w *World) {
		w.AllowedCertificates = 2
		w.ACM.drift(w.status("www").Targets[1].ARN, nil)
		w.wake(certificateKey("www"), 0)
		w.Run(settle)
	}, Check: func(w *World) {
		converged("www")(w)
		w.want(len(w.ACM.owned(TableARN+"/www")) == 2, "each of two targets holds the certificate")
	}},
	{Name: "change the key type", Before: installedWith(), Drive: func(w *World) {
		w.AllowedCertificates = 2
		w.certificate("www", "key_type", "RSA_2048")
		w.Run(settle)
	}, Check: func(w *World) {
		converged("www")(w)
		w.want(len(w.ACM.certs) == 2, "the predecessor stays")
		w.want(len(w.ACM.owned(TableARN+"/www")) == 1, "and is marked as retired")
	}},
	{Name: "status deleted later", Before: installedWith(), Drive: func(w *World) {
		w.Run(24 * time.Hour)
		w.deleteStatus("www")
		w.wake(certificateKey("www"), 0)
		w.wake(certificateKey("www"), time.Hour)
		w.Run(settle)
	}, Check: converged("www")},
	{Name: "force", Before: installedWith("renew_token", "one"), Drive: func(w *World) {
		w.AllowedCertificates = 2
		w.certificate("www", "renew_token", "two")
		w.Run(settle)
	}, Check: because(api.ReasonForced)},
	{Name: "force by the first token", Before: installedWith(), Drive: func(w *World) {
		w.AllowedCertificates = 2
		w.certificate("www", "renew_token", "one")
		w.Run(settle)
	}, Check: because(api.ReasonForced)},
	{Name: "status deleted later, with a token", Before: installedWith("renew_token", "one"), Drive: func(w *World) {
		w.Run(24 * time.Hour)
		w.deleteStatus("www")
		w.wake(certificateKey("www"), 0)
		w.wake(certificateKey("www"), time.Hour)
		w.Run(settle)
	}, Check: converged("www")},
	{Name: "the CA's window always lies in the past", Before: func(w *World) {
		w.alwaysPast()
		installedWith()(w)
	}, Drive: func(w *World) {
		w.AllowedCertificates = 2
		w.Run(4 * day)
	}, Check: func(w *World) {
		converged("www")(w)
		w.want(w.reported("www", api.ReasonWindowIgnored), "a notice reports that the window is not followed")
	}},
	{Name: "the certificate is deleted again and again", Before: installedWith(), Drive: func(w *World) {
		w.AllowedCertificates = 2
		w.flap(11 * time.Hour)
		w.want(w.RunUntil(day, func() bool {
			return w.ready("www") || w.reason("www", api.ConditionIssuing) == api.ReasonMinimumInterval
		}), "the condition reports what the second repair waits for: %s", w.Explain("www"))
		w.AllowedCertificates = 4
		w.Run(settle)
	}, Check: func(w *World) { w.CheckConverged("www") }},
	{Name: "change the domains", Before: installedWith(), Drive: func(w *World) {
		w.AllowedCertificates = 2
		w.certificate("www", "domains", []any{"www.example.com", "api.example.com"})
		w.Run(settle)
	}, Check: func(w *World) {
		converged("www")(w)
		w.want(len(w.ACM.certs) == 1, "the ARN is unchanged")
	}},
}

// alwaysPast makes the CA answer for each certificate that its window is over.
func (w *World) alwaysPast() {
	w.CA.ARI = func(string) (api.RenewalInfo, error) {
		now := w.clock.now.Truncate(time.Second)
		return api.RenewalInfo{WindowStart: now.Add(-2 * time.Hour), WindowEnd: now.Add(-time.Hour), RetryAfter: day}, nil
	}
}

// flap deletes the record's certificate every ten minutes, unless a chain is held for it, which would be imported
// again.
func (w *World) flap(d time.Duration) {
	for end := w.clock.now.Add(d); w.clock.now.Before(end); w.Run(10 * time.Minute) {
		if arn := w.status("www").ACMARN; w.ACM.certs[arn] != nil && w.object("www").Issuance == nil {
			w.ACM.drift(arn, nil)
			w.wake(certificateKey("www"), 0)
		}
	}
}

// because checks that a certificate was issued again and that the history has that reason.
func because(r api.Reason) func(*World) {
	return func(w *World) {
		converged("www")(w)
		history := w.status("www").History
		w.want(slices.ContainsFunc(history, func(h api.HistoryEntry) bool { return h.Reason == r }), "the history has %s: %v", r, history)
	}
}
