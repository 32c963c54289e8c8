package plan

import "certloop/reconciler/api"

// Unprobed is why the endpoints of a certificate are not probed. Whether a certificate is probed is decided by WhyUnprobed only.
type Unprobed struct {
	// Why is for users; empty: the endpoints are probed.
	Why string
	// Forget: what was seen before concerns nobody any more. Otherwise it is kept, and the probe is postponed.
	Forget bool
	// Lasting: the record must change before they are probed.
	Lasting bool
}

// WhyUnprobed returns why the endpoints of the certificate are not probed. The first reason counts.
func WhyUnprobed(in ProbeInput) Unprobed {
	switch {
	case !in.HasRecord:
		return Unprobed{Why: "the record does not exist", Forget: true, Lasting: true}
	case in.Spec == nil:
		return Unprobed{Why: "the record is not valid, so its endpoints are not known: read the condition Accepted"}
	case in.Spec.Probe.Off:
		return Unprobed{Why: "the record switches probes off: remove probe.off", Forget: true, Lasting: true}
	case len(AllEndpoints(in)) == 0 && !in.ReadsFrontends:
		return Unprobed{Why: "the record has no name that can be probed: set probe.names_for_wildcards or probe.endpoints", Forget: true, Lasting: true}
	case !isInPlace(in.Status):
		return Unprobed{Why: "no certificate is in place yet"}
	case authorize(in.Policies, in.Name, in.Status.Policy, certificateRules, specUses(in.Spec)).refusal != "":
		return Unprobed{Why: "no policy allows the record: read the condition Accepted"}
	case len(AllEndpoints(in)) == 0 && !FrontendsDue(in):
		return Unprobed{Why: "the record has no name that can be probed, and no load balancer, distribution or API that certloop can " +
			"describe uses the certificate: set probe.names_for_wildcards or probe.endpoints", Lasting: true}
	}
	return Unprobed{}
}

// NeverServed returns why the condition Served cannot become True before the record changes; empty: it can. A record that is not valid
// is rejected anyway.
func NeverServed(in ProbeInput) string {
	if why := WhyUnprobed(in); why.Lasting && in.HasRecord {
		return why.Why
	}
	return ""
}

func isInPlace(s *api.CertificateStatus) bool {
	return s != nil && s.FingerprintSHA256 != "" && s.DeletingSince.IsZero()
}

// LacksProbe reports whether a certificate is in place whose next probe is not planned, or later than the interval of the record
// allows: it was never probed, its item was lost or damaged, or the record was changed.
func LacksProbe(in ProbeInput) bool {
	if WhyUnprobed(in).Forget || !isInPlace(in.Status) {
		return false
	}
	return in.Served.DueAt == 0 || in.Served.DueAt > in.Now.Add(probeInterval(in.Spec)).Unix()
}

// Postponed returns what is stored of a certificate that is not probed now, and is not forgotten.
func Postponed(in ProbeInput) api.ServedStatus {
	s := in.Served
	s.DueAt = nextSlot(in.Name, defaultProbeInterval, in.Now).Unix()
	return s
}
