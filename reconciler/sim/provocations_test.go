package sim

import (
	"context"
	"maps"
	"slices"
	"time"

	"certloop/reconciler"
	"certloop/reconciler/api"
)

// In the scenarios of this file, one row of the decision is all that prevents harm to a record.

// nobody is a message about a name that is not in the table.
var nobody = Scenario{Name: "an unknown name", Drive: func(w *World) {
	w.wake(certificateKey("nobody"), 0)
	w.Run(time.Hour)
}, Check: func(w *World) {
	for _, op := range w.calls.trace {
		w.want(op == "table.Get", "an unknown name is only read, not: %s", op)
	}
}}

// impossible: one of two targets sets a certificate that accepts no import, and nothing is installed yet.
var impossible = Scenario{Name: "one of two targets can never take it", Before: withUnmanaged, Drive: func(w *World) {
	amazon := slices.IndexFunc(w.ACM.sorted(), func(c *installed) bool { return c.Type == "AMAZON_ISSUED" })
	w.certificate("www", "targets", []any{
		map[string]any{"region": "us-east-1", "acm_arn": w.ACM.sorted()[amazon].ARN}, map[string]any{"region": "ap-northeast-1"},
	})
	w.Run(settle)
}, Check: func(w *World) {
	w.want(w.reason("www", api.ConditionAccepted) == api.ReasonTargetNotImported, "the condition has the reason: %s", w.Explain("www"))
	w.want(len(w.CA.orders) == 0, "%d orders were placed for what cannot be installed", len(w.CA.orders))
}}

// rivals: if a fault overlaps the first record's work, the second record's pass runs in between.
var rivals = Scenario{Name: "two records reach for one certificate at once", Before: withUnmanaged, Drive: func(w *World) {
	w.AllowedCertificates = 1
	w.certificate("first", "acm_arn", w.adoptable())
	w.Table.PutRecord(map[string]any{"name": "second", "kind": "Certificate", "domains": []any{"www.example.com"},
		"key_type": "EC_prime256v1", "acm_arn": w.adoptable()})
	w.calls.meanwhile = func(time.Duration) {
		w.calls.quiet = true
		defer func() { w.calls.quiet = false }()
		w.pass(api.Request{Key: certificateKey("second")})
	}
	w.Run(settle)
}, Check: func(w *World) {
	owner, other := "first", "second"
	if w.ready(other) {
		owner, other = other, owner
	}
	w.CheckConverged(owner)
	w.want(w.says(other, api.ReasonOwnedByAnother), "the other record reports it: %s", w.Explain(other))
	w.want(len(w.CA.orders) == 1, "%d orders for one certificate", len(w.CA.orders))
}}

// standIn: a load balancer needs an ARN before the account can place orders.
var standIn = Scenario{Name: "a placeholder before the account is registered", Drive: func(w *World) {
	w.AllowedCertificates = 1
	w.requireEAB()
	w.account()
	w.certificate("www")
	_, err := w.Loop.Invoke(context.Background(), reconciler.Invocation{Names: []string{"www"}, Placeholder: true})
	must(err)
	arn := w.status("www").ACMARN
	w.want(arn != "", "an ARN exists at once")
	w.Run(time.Hour)
	w.account("eab_secret_arn", eabARN)
	w.Run(settle)
	w.want(w.status("www").ACMARN == arn, "the certificate is imported at the placeholder's ARN")
}, Check: converged("www")}

var accountLater = Scenario{Name: "the account comes an hour later", Drive: func(w *World) {
	w.AllowedCertificates = 1
	w.certificate("www")
	w.Run(time.Hour)
	w.want(w.says("www", api.ReasonAccountNotFound), "the condition reports what is missing: %s", w.Explain("www"))
	w.account()
	w.Run(settle)
}, Check: converged("www")}

// patience: every attempt is a request that counts against a rate limit.
var patience = Scenario{Name: "Route 53 refuses, and is not pestered", Before: registered, Drive: func(w *World) {
	w.DNS.Refuse = &api.Error{Kind: api.Terminal, Reason: api.ReasonDNSAccessDenied, Message: "access denied"}
	w.certificate("www")
	w.Run(3 * time.Hour)
}, Check: func(w *World) {
	n := w.calls.effects["dns.Publish"]
	w.want(n > 1, "it is retried")
	w.want(n <= 4, "%d attempts within three hours", n)
}}

var strangeOrder = Scenario{Name: "the CA shows the order in a status of its own", Before: registered, Drive: func(w *World) {
	w.AllowedCertificates = 1
	w.Loop.InlineWait = 0
	w.certificate("www")
	w.Run(10 * time.Second)
	for _, o := range w.CA.orders {
		o.Status = "deactivated"
	}
	w.Run(2 * time.Hour)
	w.want(w.ready("www"), "another order is placed at once")
	w.Run(settle)
}, Check: converged("www")}

// sorted returns all certificates by their ARN.
func (a *acm) sorted() []*installed {
	var all []*installed
	for _, c := range a.certs {
		all = append(all, c)
	}
	slices.SortFunc(all, func(x, y *installed) int {
		if x.ARN < y.ARN {
			return -1
		}
		return 1
	})
	return all
}

// twins: an import that arrived late left a second certificate.
var twins = Scenario{Name: "a second certificate of one target", Before: installedWith(), Drive: func(w *World) {
	first := w.ACM.certs[w.status("www").ACMARN]
	second := w.ACM.put("us-east-1", "IMPORTED", first.Leaf, maps.Clone(first.Tags))
	w.ACM.certs[second].visible = w.clock.now
	w.AllowedCertificates = 2
	w.Run(80 * day)
	w.want(w.ACM.certs[second] == nil, "the second certificate is deleted")
	w.want(w.status("www").ACMARN == first.ARN, "the first one stays")
}, Check: converged("www")}
