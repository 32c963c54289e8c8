package sim

import (
	"crypto/x509"
	"slices"
	"strings"
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
	{Name: "a name server lags behind for half an hour", Before: registered, Drive: func(w *World) {
		w.AllowedCertificates = 1
		w.answers("ns2.example.com", api.ServerLacks)
		w.certificate("www")
		named := w.RunUntil(atLongest, func() bool {
			return w.reason("www", api.ConditionIssuing) == api.ReasonWaitingForDNS && strings.Contains(w.message("www", api.ConditionIssuing), "ns2.example.com (192.0.2.1)")
		})
		w.want(named || w.calls.struck > 0, "the condition names the server")
		w.Run(30 * time.Minute)
		w.answers("ns2.example.com", api.ServerServes)
		w.Run(settle)
		w.want(len(w.CA.orders) == 1 || w.calls.struck > 0, "%d orders", len(w.CA.orders))
	}, Check: converged("www")},
	{Name: "a name server stays stale", Before: registered, Drive: func(w *World) {
		w.AllowedCertificates = 1
		w.answers("ns2.example.com", api.ServerLacks)
		w.certificate("www")
		w.Run(settle)
	}, Check: converged("www")},
	{Name: "a lame name server during issue", Before: registered, Drive: func(w *World) {
		w.AllowedCertificates = 1
		w.answers("ns2.example.com", api.ServerLame)
		w.certificate("www")
		w.Run(settle)
		named := slices.ContainsFunc(w.status("www").History, func(h api.HistoryEntry) bool {
			return h.Reason == api.ReasonNameServersDiffer && strings.Contains(h.Message, "ns2.example.com")
		})
		w.want(named || w.calls.struck > 0, "the history names the server")
	}, Check: converged("www")},
	{Name: "no name server has the record for a day", Before: registered, Drive: func(w *World) {
		w.AllowedCertificates = 1
		w.answers("ns1.example.com", api.ServerLacks)
		w.answers("ns2.example.com", api.ServerBogus)
		w.certificate("www")
		w.want(w.RunUntil(atLongest, func() bool { return w.reported("www", api.ReasonNameServersDiffer) }), "it is reported")
		w.Run(day)
		w.answers("ns1.example.com", api.ServerServes)
		w.answers("ns2.example.com", api.ServerServes)
		w.Run(2 * settle)
	}, Check: converged("www")},
	{Name: "the CA drops clientAuth", Before: registered, Drive: func(w *World) {
		w.AllowedCertificates = 2
		w.CA.Extended = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
		w.certificate("www")
		w.Run(settle)
		w.CA.Extended = nil
		w.certificate("api", "domains", []any{"api.example.com"})
		w.Run(settle)
		shapes := w.accountStatus().Shapes
		w.want(len(shapes) == 1 && !slices.Contains(shapes[0].ExtendedKeyUsages, "TLS_WEB_CLIENT_AUTHENTICATION") || w.calls.struck > 0, "the account has %v", shapes)
	}, Check: converged("www", "api")},
}
