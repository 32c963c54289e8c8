package sim

import "certloop/reconciler/api"

// ending: how it ends.
var ending = []Scenario{
	{Name: "drop a target", Before: installedWith("targets", twoTargets(), "deletion_policy", "Delete"), Drive: func(w *World) {
		w.certificate("www", "deletion_policy", "Delete")
		w.Run(settle)
	}, Check: func(w *World) {
		converged("www")(w)
		w.want(len(w.ACM.certs) == 1, "the dropped target's certificate is deleted")
	}},
	{Name: "delete", Before: installedWith("targets", twoTargets(), "deletion_policy", "Delete"), Drive: func(w *World) {
		w.Remove(certificateKey("www"))
		w.Run(settle)
	}, Check: func(w *World) {
		w.want(len(w.ACM.certs) == 0, "both certificates are deleted")
		w.want(w.object("www").Status == nil && w.object("www").Issuance == nil, "nothing is left in the table")
		w.checkTXTGone()
	}},
	{Name: "delete what is in use for ever", Before: installedWith("deletion_policy", "Delete"), Drive: func(w *World) {
		for _, c := range w.ACM.certs {
			c.InUseBy = []string{"arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/web/1/2"}
		}
		w.Remove(certificateKey("www"))
		w.Run(day)
		w.RunCalmly(5 * day)
		w.Run(4 * day)
	}, Check: func(w *World) {
		w.want(len(w.ACM.certs) == 1, "what is in use is left in place")
		w.want(w.told("www", api.ReasonInUse), "people are told that it is in use")
		w.want(w.told("www", api.ReasonGaveUp), "people are told before it is given up")
		w.want(w.object("www").Status == nil, "nothing is left in the table")
	}},
	{Name: "delete and retain", Before: installedWith(), Drive: func(w *World) {
		w.Remove(certificateKey("www"))
		w.Run(settle)
	}, Check: func(w *World) {
		w.want(len(w.ACM.certs) == 1, "the certificate is left in place")
		w.want(w.told("www", api.ReasonRetained), "people are told that it is")
		w.want(w.object("www").Status == nil, "nothing is left in the table")
	}},
}
