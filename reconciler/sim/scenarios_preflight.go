package sim

import (
	"time"

	"certloop/reconciler/api"
)

// preflight are the scenarios of what is known before an order is spent.
var preflight = []Scenario{
	{Name: "CAA forbids the CA for a day", Before: registered, Drive: func(w *World) {
		w.AllowedCertificates = 1
		w.DNS.caa.restrict("example.com", "other.test")
		w.certificate("www")
		w.want(w.RunUntil(atLongest, func() bool {
			return w.reason("www", api.ConditionIssuing) == api.ReasonCAAForbids && w.reported("www", api.ReasonCAAForbids)
		}), "the condition has the reason, and it is reported")
		w.Run(day)
		w.want(len(w.CA.orders) == 0 || w.calls.struck > 0, "%d orders", len(w.CA.orders))
		w.DNS.caa.restrict("example.com", "other.test", issuerName)
		w.Run(2 * settle)
	}, Check: converged("www")},
	{Name: "CAA forbids the renewal", Before: installedWith(), Drive: func(w *World) {
		w.AllowedCertificates = 2
		w.DNS.caa.restrict("www.example.com", "other.test")
		w.Run(50 * day)
		w.want(w.RunUntil(20*day, func() bool {
			return w.ready("www") && w.reason("www", api.ConditionIssuing) == api.ReasonCAAForbids
		}), "the certificate stays in place, and the condition has the reason")
		w.DNS.caa.restrict("www.example.com")
		w.Run(2 * settle)
	}, Check: converged("www")},
	{Name: "CAA records return SERVFAIL", Before: registered, Drive: func(w *World) {
		w.AllowedCertificates = 1
		w.DNS.caa.broken["example.com"] = true
		w.certificate("www")
		w.Run(settle)
	}, Check: converged("www")},
	{Name: "a changed record ends the pause after CAA", Before: registered, Drive: func(w *World) {
		w.AllowedCertificates = 1
		w.DNS.caa.restrict("www.example.com", "other.test")
		w.certificate("www")
		w.want(w.RunUntil(atLongest, func() bool { return w.reason("www", api.ConditionIssuing) == api.ReasonCAAForbids }), "the condition has the reason")
		w.certificate("www", "domains", []any{"api.example.com"})
		w.want(w.RunUntil(atLongest, func() bool { return w.ready("www") }), "the other name is issued")
		w.Run(time.Hour)
	}, Check: converged("www")},
}
