package sim

import (
	"context"
	"strings"

	"certloop/reconciler/api"
)

// An exception is something that no outlook can know, because it is known only once it is tried.
type exception struct {
	reason string
	// applies reports whether it is so in the world at that moment of the scenario.
	applies func(w *World, scenario string) bool
}

// exceptions has them one by one. Each must be used.
var exceptions = []exception{
	{"the CA will not find the TXT records", func(w *World, _ string) bool { return w.CA.Reject }},
	{"the CA will refuse the order", func(w *World, _ string) bool { return w.CA.Problem != nil }},
	{"the CA will refuse the certificate", func(w *World, _ string) bool { return w.CA.Withhold != nil }},
	{"the CA will add names", func(w *World, _ string) bool { return len(w.CA.Adds) > 0 }},
	{"the CA will not end the order", func(w *World, _ string) bool { return w.CA.ReadyAgain }},
	{"the CA will sign after the order has expired", func(w *World, _ string) bool {
		return w.CA.Signing != nil && w.CA.Signing() > w.CA.orderLife()
	}},
	{"the EAB credential does not exist", func(w *World, _ string) bool {
		o, err := w.Table.GetAccount(context.Background(), "default")
		must(err)
		return o.Record["eab_secret_arn"] != nil && len(w.Vault.EAB) == 0
	}},
	{"ACM will refuse the import", func(w *World, _ string) bool { return len(w.ACM.Refuse) > 0 }},
	{"ACM will refuse the tags", func(w *World, _ string) bool { return w.ACM.RefuseTags != nil }},
	{"Route 53 will refuse the TXT records", func(w *World, _ string) bool { return len(w.DNS.RefuseIn) > 0 }},
	{"KMS will refuse", func(w *World, _ string) bool { return w.Vault.Disabled }},
	{"the key cannot be decrypted any more", func(w *World, _ string) bool { return w.Vault.destroyed }},
	{"no name server will have the TXT records", func(w *World, _ string) bool {
		return w.DNS.servers.states["ns1.example.com"] == api.ServerLacks && w.DNS.servers.states["ns2.example.com"] == api.ServerBogus
	}},
	{"two records want one certificate, and the first one gets it", func(_ *World, s string) bool {
		return s == "two records name one certificate"
	}},
	{"records compete for a limit of the CA", func(_ *World, s string) bool { return strings.HasPrefix(s, "limits: two records") }},
	{"records compete for a place in a policy", func(_ *World, s string) bool { return s == "policy: one place for two records" }},
}

// exception returns the reason of the first exception that applies; empty: none does.
func (w *World) exception(scenario string) string {
	for _, e := range exceptions {
		if e.applies(w, scenario) {
			return e.reason
		}
	}
	return ""
}
