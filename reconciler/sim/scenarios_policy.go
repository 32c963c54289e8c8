package sim

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"certloop/reconciler/api"
)

// governing are scenarios of policies and when they take effect.
var governing = []Scenario{
	{Name: "policy: denied, then allowed", Before: registered, Drive: func(w *World) {
		w.policy("team", "domains", []any{"**.team.example.com"})
		w.forbid("www")
		w.certificate("www")
		w.Run(2 * time.Hour)
		w.permit("www")
		w.AllowedCertificates = 1
		w.policy("team", "domains", []any{"*.example.com"})
		w.Run(settle)
	}, Check: func(w *World) {
		converged("www")(w)
		w.wantAdmitted("www", "team")
	}},
	{Name: "policy: revoked in mid-order, and granted again", Before: func(w *World) {
		w.CA.PendingFor = settle
		orderedUntil(w, func() bool { return len(w.DNS.values["_acme-challenge.www.example.com"]) > 0 })
	}, Drive: func(w *World) {
		w.revoke("www")
		w.CA.PendingFor = 0
		w.want(len(w.DNS.values["_acme-challenge.www.example.com"]) == 0, "no TXT value is left while the record is denied")
		w.grant("www")
	}, Check: converged("www")},
	{Name: "policy: revoked while the CA signs, and granted again", Before: func(w *World) {
		w.CA.Signing = func() time.Duration { return time.Hour }
		orderedUntil(w, func() bool { return len(w.CA.finalized) > 0 })
	}, Drive: func(w *World) {
		w.revoke("www")
		w.grant("www")
	}, Check: converged("www")},
	{Name: "policy: revoked before the import, and granted again", Before: func(w *World) {
		w.ACM.Refuse["us-east-1"] = &api.Error{Kind: api.Terminal, Reason: api.ReasonQuotaExceeded, Message: "the quota is used up"}
		orderedUntil(w, func() bool { return len(w.CA.Issued) == 1 })
	}, Drive: func(w *World) {
		w.revoke("www")
		w.ACM.Refuse = map[string]error{}
		w.RunCalmly(settle)
		w.want(len(w.ACM.certs) == 0, "nothing is imported while the record is denied")
		w.grant("www")
	}, Check: converged("www")},
	{Name: "policy: one that is not valid, over a renewal", Before: func(w *World) {
		w.CA.Life = 10 * day
		installedWith()(w)
	}, Drive: func(w *World) {
		w.policy("team", "domian", []any{"*.example.com"})
		w.forbid("www")
		for range 18 {
			if !w.mailed("www", api.NoticeExpiring) {
				w.RunCalmly(12 * time.Hour)
			}
		}
		w.want(w.says("www", api.ReasonPolicyDenied), "www is denied: %s", w.Explain("www"))
		w.want(w.reported("www", api.ReasonPolicyDenied) && w.mailed("www", api.NoticeExpiring), "the denial and the end of the certificate are reported")
		w.permit("www")
		w.AllowedCertificates, w.CA.Life = 2, 90*day
		w.policy("team", "domian", nil)
		w.Run(settle)
	}, Check: renewed(1)},
	{Name: "policy: one place for two records", Before: func(w *World) {
		registered(w)
		w.policy("team", "max_certificates", json.Number("1"))
		w.AllowedCertificates = 1
		w.certificate("www")
		w.Run(time.Hour)
	}, Drive: func(w *World) {
		w.certificate("api", "domains", []any{"api.example.com"})
		w.Run(2 * time.Hour)
		w.want(w.RunUntil(atLongest, func() bool { return w.says("api", api.ReasonPolicyDenied) }), "api is not admitted: %s", w.Explain("api"))
		w.want(w.ready("www"), "www is admitted: %s", w.Explain("www"))
		w.AllowedCertificates = 2
		w.Remove(certificateKey("www"))
		w.Run(10 * time.Minute)
		w.RunCalmly(2 * settle)
	}, Check: func(w *World) {
		converged("api")(w)
		w.wantAdmitted("api", "team")
		w.want(w.object("www").Status == nil, "the deleted record's status is deleted")
	}},
	{Name: "policy: a denied record is deleted", Before: installedWith("deletion_policy", "Delete"), Drive: func(w *World) {
		w.policy("team", "domains", []any{})
		w.forbid("www")
		w.Run(time.Hour)
		w.permit("www")
		w.Remove(certificateKey("www"))
		w.Run(settle)
	}, Check: func(w *World) {
		w.want(w.object("www").Status == nil && w.object("www").Issuance == nil, "nothing is left in the table")
		w.want(len(w.ACM.certs) == 0, "no certificate is left in ACM")
	}},
	{Name: "policy: an account is denied, then allowed", Drive: func(w *World) {
		w.policy("shared", "directories", []any{})
		w.account()
		w.certificate("www")
		w.forbid("www")
		w.Run(2 * time.Hour)
		w.want(w.CA.registrations == 0, "no account is registered while no policy allows it")
		w.permit("www")
		w.AllowedCertificates = 1
		w.policy("shared", "directories", []any{"https://ca.test/dir"})
		w.Run(settle)
	}, Check: converged("www")},
	{Name: "policy: tokens that come too soon", Before: installedWith(), Drive: func(w *World) {
		w.policy("team", "min_force_interval", "7d")
		w.AllowedCertificates = 2
		w.certificate("www", "renew_token", "one")
		w.RunUntil(atLongest, func() bool { return len(w.CA.Issued) == 2 && w.object("www").Issuance == nil })
		w.certificate("www", "renew_token", "two")
		w.RunCalmly(6 * day)
		w.AllowedCertificates = 3
		w.Run(3 * day)
	}, Check: converged("www")},
}

// orderedUntil prepares a world in which a new record's issuance has reached that point.
func orderedUntil(w *World, reached func() bool) {
	registered(w)
	w.AllowedCertificates = 1
	w.certificate("www")
	if !w.RunUntil(time.Hour, reached) {
		panic("the scenario does not begin in mid-order: " + w.Explain("www"))
	}
}

// revoke makes a policy deny the record, and gives the loop time to stop.
func (w *World) revoke(name string) {
	w.policy("team", "domains", []any{})
	w.forbid(name)
	w.Run(2 * time.Hour)
	w.want(w.RunUntil(atLongest, func() bool { return w.says(name, api.ReasonPolicyDenied) }), "%s is denied: %s", name, w.Explain(name))
}

// grant deletes that policy. What follows is a normal issuance.
func (w *World) grant(name string) {
	w.permit(name)
	w.noPolicy("team")
	w.RunCalmly(settle)
}

// policy writes a policy for all records and waits until it is in force.
func (w *World) policy(name string, extra ...any) {
	record := with(map[string]any{"name": api.PolicyPartition(name), "kind": "Policy", "records": []any{"*"}}, extra)
	for key, v := range record {
		if v == nil {
			delete(record, key)
		}
	}
	w.Put(record)
	w.inForce(name, api.SpecDigest(record))
}

// noPolicy deletes a policy and waits until it is no longer in force.
func (w *World) noPolicy(name string) {
	w.Remove(api.Key{Kind: api.KindPolicy, Name: name})
	w.inForce(name, "")
}

// inForce waits until the set of all policies has that one.
func (w *World) inForce(name, digest string) {
	ok := w.RunUntil(atLongest, func() bool {
		set, err := w.Table.GetPolicySet(context.Background())
		must(err)
		i := slices.IndexFunc(set.Policies, func(e api.PolicyEntry) bool { return e.Name == name })
		return i < 0 && digest == "" || i >= 0 && set.Policies[i].Digest == digest
	})
	w.want(ok, "policy %s is in force", name)
}

// forbid records that no policy allows the record from now on.
func (w *World) forbid(name string) { w.forbidden[name] = w.clock.now }

// permit ends forbid.
func (w *World) permit(name string) { delete(w.forbidden, name) }

// underWay is how long an effect may continue that was claimed before a policy was in force: its lease.
const underWay = 3 * time.Minute

// checkAllowed detects an effect for a record that no policy allows.
func (w *World) checkAllowed(what string) {
	since, denied := w.forbidden[w.current.Name]
	if denied && w.clock.now.Sub(since) > underWay {
		w.violate("%s for %s, %s after no policy allowed it any more", what, w.current.Name, w.clock.now.Sub(since))
	}
}

func (w *World) wantAdmitted(name, policy string) {
	w.want(w.status(name).Policy == policy, "%s is admitted by %q", name, w.status(name).Policy)
}
