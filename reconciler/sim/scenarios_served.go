package sim

import (
	"slices"
	"time"

	"certloop/reconciler/api"
)

// serving are scenarios of what visitors get. A probe writes beside the loop, and neither may disturb the other.
var serving = []Scenario{
	servedLate("served: a renewal that is served late", behindFront, func(*World) {}),
	{Name: "served: a renewal that is served soon", Before: behindFront(2 * time.Minute), Drive: func(w *World) {
		w.AllowedCertificates = 2
		w.Run(80 * day)
	}, Check: func(w *World) {
		renewed(1)(w)
		w.wantServed(api.ConditionTrue, api.ReasonServed)
		w.want(!w.mailed("www", api.NoticeNotServed), "nothing is reported")
	}},
	{Name: "served: the certificate of another", Before: behindFront(0), Drive: func(w *World) {
		other := *w.front.served
		other.FingerprintSHA256, other.Issuer = "of another", "Another CA"
		w.front.arn, w.front.served = "", &other
		w.Run(settle)
	}, Check: func(w *World) {
		converged("www")(w)
		w.wantServed(api.ConditionFalse, api.ReasonAnotherServed)
		w.want(w.reported("www", api.ReasonAnotherServed), "a notice reports it")
	}},
	{Name: "served: nothing answers", Before: behindFront(0), Drive: func(w *World) {
		w.front.arn, w.front.served = "", nil
		w.Run(settle)
	}, Check: func(w *World) {
		converged("www")(w)
		w.wantServed(api.ConditionUnknown, api.ReasonUnreachable)
		w.want(!w.mailed("www", api.NoticeNotServed), "nothing is reported: it is not known what visitors get")
	}},
	servedLate("served: a load balancer that only ACM names lags", behindBalancer, func(w *World) {
		w.want(w.asksBalancer(), "the load balancer is asked")
	}),
	{Name: "served: a right to describe is missing", Before: behindBalancer(3 * time.Hour), Drive: func(w *World) {
		w.front.denied = "the role may not describe load balancers"
		w.AllowedCertificates = 2
		w.Run(80 * day)
	}, Check: func(w *World) {
		renewed(1)(w)
		w.wantServed(api.ConditionTrue, api.ReasonServed)
		served := w.object("www").Served
		w.want(served.FrontendsMessage == w.front.denied, "it is said once: %q", served.FrontendsMessage)
		w.want(w.asksBalancer(), "what was known before is still asked")
	}},
	{Name: "served: the record is not valid for a while", Before: behindFront(0), Drive: func(w *World) {
		w.certificate("www", "probe", map[string]any{"interval": "1d"}, "domains", []any{})
		w.Run(settle)
		w.certificate("www", "probe", map[string]any{"interval": "1d"})
		w.Run(settle)
	}, Check: func(w *World) {
		converged("www")(w)
		w.wantServed(api.ConditionTrue, api.ReasonServed)
		w.want(!w.mailed("www", api.NoticeNotServed), "nothing is reported")
	}},
	{Name: "served: no policy allows the record for a while", Before: behindFront(0), Drive: func(w *World) {
		w.policy("team", "probe_endpoints", []any{})
		w.certificate("www", "probe", map[string]any{"interval": "1d", "endpoints": []any{map[string]any{"host": "inside.test", "sni": "www.example.com"}}})
		w.Run(settle)
		w.certificate("www", "probe", map[string]any{"interval": "1d"})
		w.Run(settle)
	}, Check: func(w *World) {
		converged("www")(w)
		w.wantServed(api.ConditionTrue, api.ReasonServed)
		w.want(w.front.asked["inside.test"] == 0, "what no policy allows is not asked")
	}},
	{Name: "served: the record is deleted", Before: behindFront(0), Drive: func(w *World) {
		w.Remove(certificateKey("www"))
		w.Run(settle)
	}, Check: func(w *World) {
		w.want(w.object("www").Served == nil, "nothing is kept of a record that is gone")
	}},
}

// servedLate renews a certificate behind something that serves the one before for three hours.
func servedLate(name string, behind func(lag time.Duration) func(*World), check func(*World)) Scenario {
	return Scenario{Name: name, Before: behind(3 * time.Hour), Drive: func(w *World) {
		w.AllowedCertificates = 2
		w.Run(80 * day)
	}, Check: func(w *World) {
		renewed(1)(w)
		w.wantServed(api.ConditionTrue, api.ReasonServed)
		w.want(w.mailed("www", api.NoticeNotServed) || w.calls.struck > 0, "a notice reports that the certificate before is still served")
		w.want(w.mailed("www", api.NoticeServed) || w.calls.struck > 0, "and one that this is over")
		check(w)
	}}
}

// behindFront prepares a world with a certificate that a load balancer serves.
func behindFront(lag time.Duration) func(*World) {
	return func(w *World) {
		installedWith("probe", map[string]any{"interval": "1d"})(w)
		w.open("www", lag)
		w.Run(49 * time.Hour) // the resync begins the probes
		w.wantServed(api.ConditionTrue, api.ReasonServed)
	}
}

// behindBalancer is behindFront with another load balancer, which only ACM names, and which picks up an import that late.
func behindBalancer(lag time.Duration) func(*World) {
	return func(w *World) {
		behindFront(0)(w)
		w.balance(lag)
		w.Run(25 * time.Hour)
		w.want(w.asksBalancer(), "the load balancer is asked before the scenario begins")
	}
}

// asksBalancer reports whether the load balancer that ACM names is among the endpoints.
func (w *World) asksBalancer() bool {
	served := w.object("www").Served
	return served != nil && slices.ContainsFunc(served.Endpoints, func(e api.ServedEndpoint) bool { return e.Host == balancerHost })
}

func (w *World) wantServed(status api.ConditionStatus, reason api.Reason) {
	c, had := api.GetCondition(w.status("www").Conditions, api.ConditionServed)
	w.want(had && c.Status == status && c.Reason == reason, "Served is %s %s: %+v", status, reason, c)
}
