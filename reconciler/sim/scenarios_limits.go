package sim

import (
	"time"

	"certloop/reconciler/api"
)

// limiting are scenarios in which the CA limits what an account may order, and the ledger stops before it refuses.
var limiting = []Scenario{
	{Name: "limits: two records of one domain, one certificate in two days", Before: limitedTo(api.CALimits{
		CertificatesPerDomain: api.Limit{Count: 1, Per: 2 * day}, Gradual: true, ExemptsRenewals: true,
	}), Drive: func(w *World) {
		w.AllowedCertificates = 2
		w.certificate("www")
		w.certificate("api", "domains", []any{"api.example.com"})
		w.Run(2 * day)
		w.want(w.calls.struck > 0 || w.ready("www") != w.ready("api"), "one of the two waits")
		w.Run(settle)
	}, Check: withinLimits("www", "api")},
	{Name: "limits: validations fail at first", Before: limitedTo(api.CALimits{
		Orders: api.Limit{Count: 4, Per: 12 * time.Hour}, CertificatesPerDomain: api.Limit{Count: 2, Per: 7 * day}, FailedValidations: api.Limit{Count: 3, Per: time.Hour},
		Gradual: true, ExemptsRenewals: true,
	}), Drive: func(w *World) {
		w.AllowedCertificates = 1
		w.CA.Reject = true
		w.certificate("www")
		w.Run(time.Hour)
		w.CA.Reject = false
		w.Run(settle)
	}, Check: withinLimits("www")},
}

// limitedTo prepares a world whose CA enforces the limits, and whose account says so.
func limitedTo(l api.CALimits) func(*World) {
	return func(w *World) {
		directory := "https://ca.test/dir"
		if l.Gradual {
			directory = "letsencrypt"
		}
		w.CA.Limits = newCALimits(l)
		w.account("directory", directory, "limits", limitAttributes(l))
		w.Run(time.Minute)
	}
}

// limitAttributes are the limits as a record has them.
func limitAttributes(l api.CALimits) map[string]any {
	return map[string]any{
		"orders": l.Orders.String(), "certificates_per_domain": l.CertificatesPerDomain.String(), "certificates_per_set": l.CertificatesPerSet.String(),
		"failed_validations": l.FailedValidations.String(),
	}
}

// withinLimits checks that the records converged, and that the CA never refused an order for its limits.
func withinLimits(names ...string) func(*World) {
	return func(w *World) {
		converged(names...)(w)
		w.want(len(w.CA.Limits.Refused) == 0, "the CA refused orders for its limits: %v", w.CA.Limits.Refused)
	}
}
