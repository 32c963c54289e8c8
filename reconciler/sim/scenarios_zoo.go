package sim

import (
	"time"

	"certloop/reconciler/api"
)

// inhabitant is a scenario with an unusual CA: a certificate is issued there with faults, and then renewed.
func inhabitant(name string, habits func(*World)) Scenario {
	return Scenario{Name: "zoo: " + name, Before: registered, Drive: func(w *World) {
		habits(w)
		w.AllowedCertificates = 1
		w.certificate("www")
		w.Run(2 * settle)
	}, Check: issuedAndRenewed}
}

// issuedAndRenewed runs the renewal, without faults.
func issuedAndRenewed(w *World) {
	w.want(len(w.CA.Issued) == 1, "%d certificates issued at first", len(w.CA.Issued))
	w.AllowedCertificates = 2
	w.Run(80 * day)
	renewed(1)(w)
}

// zoo are scenarios with real CAs' behaviour.
var zoo = []Scenario{
	inhabitant("a challenge stays pending for half a minute", func(w *World) { w.CA.PendingFor = 30 * time.Second }),
	inhabitant("replicas lag", func(w *World) { w.CA.Lag = 20 * time.Second }),
	inhabitant("orders are ready without challenges", func(w *World) { w.CA.Prevalidated = true }),
	inhabitant("an approval takes a day", func(w *World) {
		w.CA.Signing = func() time.Duration { return day }
		w.CA.OrderLife, w.CA.RetryAfter = 7*day, time.Hour
	}),
	inhabitant("a certificate has fewer days than others", func(w *World) { w.CA.Life = 75 * day }),
	inhabitant("every third answer is HTML", func(w *World) {
		n := 0
		w.CA.HTML = func() bool { n++; return n%3 == 0 }
	}),
	{Name: "zoo: the directory has query parameters", Drive: func(w *World) {
		const directory = "https://ca.test/dir?kid=1&action=renew"
		w.CA.Directory = directory
		w.AllowedCertificates = 1
		w.account("directory", directory)
		w.certificate("www")
		w.Run(settle)
	}, Check: issuedAndRenewed},
	{Name: "zoo: an EAB credential is good once, and renewal information there is none", Drive: func(w *World) {
		w.requireEAB()
		w.AllowedCertificates = 1
		w.account("eab_secret_arn", eabARN)
		w.certificate("www")
		w.Run(settle)
	}, Check: func(w *World) {
		issuedAndRenewed(w)
		w.want(w.CA.eabUses == 1, "the EAB credential was used %d times", w.CA.eabUses)
	}},
	{Name: "zoo: a problem of its own", Before: registered, Drive: func(w *World) {
		w.AllowedCertificates = 1
		w.CA.Problem = &api.Error{Kind: api.Terminal, Reason: api.ReasonOrderFailed, Message: "ca.test refuses the order: no contract (urn:ca.test:contract)"}
		w.certificate("www")
		w.want(w.RunUntil(atLongest, func() bool { return w.reported("www", api.ReasonOrderFailed) }), "it is reported with its reason")
		w.CA.Problem = nil
		w.Run(2 * settle)
	}, Check: converged("www")},
	{Name: "zoo: the bare name comes with every wildcard", Before: registered, Drive: func(w *World) {
		w.AllowedCertificates = mostThrownAway
		w.CA.Adds = []string{"example.com"}
		w.certificate("www", "domains", []any{"*.example.com"})
		w.Run(30 * day)
		w.want(len(w.CA.Issued) <= mostThrownAway && w.reported("www", api.ReasonChainRejected), "%d certificates were thrown away", len(w.CA.Issued))
		w.CA.Adds = nil // the record asks for it now
		w.AllowedCertificates = len(w.CA.Issued) + 1
		w.certificate("www", "domains", []any{"*.example.com", "example.com"})
		w.Run(settle)
	}, Check: func(w *World) { w.CheckConverged("www") }},
	{Name: "zoo: two records are handed the same order", Before: registered, Drive: func(w *World) {
		w.AllowedCertificates = 2
		w.CA.Shares, w.CA.PendingFor = true, 30*time.Second
		w.certificate("ec")
		w.certificate("rsa", "key_type", "RSA_2048")
		w.Run(settle)
	}, Check: func(w *World) {
		converged("ec", "rsa")(w)
		w.want(!w.reported("ec", api.ReasonChainRejected) && !w.reported("rsa", api.ReasonChainRejected), "no failure is reported")
	}},
	{Name: "zoo: an order is ready again after each finalization", Before: registered, Drive: func(w *World) {
		w.AllowedCertificates = 1
		w.CA.ReadyAgain = true
		w.certificate("www")
		w.Run(6 * time.Hour)
		w.want(len(w.CA.Issued) == 0 && w.most(w.CA.finalized) <= 9+2*6, "%d finalizations", w.most(w.CA.finalized))
		w.CA.ReadyAgain = false
		w.Run(settle)
	}, Check: converged("www")},
	{Name: "zoo: the certificate is refused for hours", Before: registered, Drive: func(w *World) {
		w.AllowedCertificates = 1
		w.CA.Withhold = &api.Error{Kind: api.Terminal, Reason: api.ReasonOrderFailed, Message: "ca.test refuses the certificate"}
		w.certificate("www")
		w.want(w.RunUntil(atLongest, func() bool { return w.reported("www", api.ReasonOrderFailed) }), "it is reported")
		w.Run(10 * time.Hour)
		w.CA.Withhold = nil
		w.Run(2 * settle)
	}, Check: converged("www")},
	{Name: "zoo: the window moves while the CA signs", Before: func(w *World) {
		windowed(w)
		w.Run(28 * day)
		w.window(30*day, time.Hour)
		w.Run(2*day - 4*time.Hour)
	}, Drive: func(w *World) {
		w.AllowedCertificates = 2
		w.CA.Signing = func() time.Duration { return 2 * time.Hour }
		w.RunUntil(atLongest, func() bool { return len(w.CA.Issued) == 2 })
		w.window(31*day, 6*time.Hour)
		w.Run(36 * time.Hour)
		w.CA.Signing = nil
		w.Run(settle)
	}, Check: renewed(1)},
	{Name: "zoo: an order that was given up is signed after all", Before: registered, Drive: func(w *World) {
		w.AllowedCertificates = 1
		w.CA.Signing, w.CA.RetryAfter = func() time.Duration { return 26 * time.Hour }, time.Hour
		w.certificate("www")
		w.want(w.RunUntil(atLongest, func() bool { return w.reported("www", api.ReasonProcessing) }), "it is reported that the CA takes long")
		w.RunUntil(atLongest, func() bool { return len(w.CA.Issued) == 1 })
		w.CA.PendingFor = 3 * time.Hour // of the next order
		w.Run(3 * settle)
	}, Check: converged("www")},
	{Name: "zoo: the zone is corrected while the order is pending", Before: registered, Drive: func(w *World) {
		w.AllowedCertificates = 1
		w.DNS.zones["ZOLD"] = "www.example.com"
		w.DNS.RefuseIn["ZOLD"] = &api.Error{Kind: api.Terminal, Reason: api.ReasonDNSAccessDenied, Message: "access denied"}
		w.certificate("www", "zone", "ZOLD")
		w.RunUntil(atLongest, func() bool { return w.reported("www", api.ReasonDNSAccessDenied) })
		w.certificate("www", "zone", "ZCOM")
		w.want(w.RunUntil(atLongest, func() bool { return len(w.CA.Issued) == 1 }), "the order goes on in the other zone")
		w.Run(settle)
	}, Check: converged("www")},
}

// mostThrownAway is how many certificates a CA may issue that are not what was ordered.
const mostThrownAway = 2

func (w *World) most(counts map[string]int) (most int) {
	for _, n := range counts {
		most = max(most, n)
	}
	return most
}

// window makes the CA suggest a renewal that long after a certificate's beginning, and a repeated request after a
// while.
func (w *World) window(after, again time.Duration) {
	w.CA.ARI = func(certID string) (api.RenewalInfo, error) {
		for _, c := range w.CA.Issued {
			if at := c.Leaf.NotBefore.Add(after); c.Leaf.CertID == certID {
				return api.RenewalInfo{WindowStart: at, WindowEnd: at.Add(time.Second), RetryAfter: again}, nil
			}
		}
		return api.RenewalInfo{}, &api.Error{Kind: api.NotFound, Message: "no such certificate"}
	}
}

// windowed prepares a world with a certificate whose window opens on its thirtieth day.
func windowed(w *World) {
	w.window(30*day, day)
	installedWith()(w)
}
