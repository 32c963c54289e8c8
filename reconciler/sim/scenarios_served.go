package sim

import (
	"time"

	"certloop/reconciler/api"
)

// serving are scenarios of what visitors get. A probe writes beside the loop, and neither may disturb the other.
var serving = []Scenario{
	{Name: "served: a renewal that is served late", Before: behindFront(3 * time.Hour), Drive: func(w *World) {
		w.AllowedCertificates = 2
		w.Run(80 * day)
	}, Check: func(w *World) {
		renewed(1)(w)
		w.wantServed(api.ConditionTrue, api.ReasonServed)
		w.want(w.mailed("www", api.NoticeNotServed), "a notice reports that the certificate before is still served")
		w.want(w.mailed("www", api.NoticeServed), "and one that this is over")
	}},
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
	{Name: "served: the record is deleted", Before: behindFront(0), Drive: func(w *World) {
		w.Remove(certificateKey("www"))
		w.Run(settle)
	}, Check: func(w *World) {
		w.want(w.object("www").Served == nil, "nothing is kept of a record that is gone")
	}},
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

func (w *World) wantServed(status api.ConditionStatus, reason api.Reason) {
	c, had := api.GetCondition(w.status("www").Conditions, api.ConditionServed)
	w.want(had && c.Status == status && c.Reason == reason, "Served is %s %s: %+v", status, reason, c)
}
