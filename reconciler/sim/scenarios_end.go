package sim

import "certloop/reconciler/api"

// ending are scenarios in which records end.
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
		w.checkTXTDeleted()
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
		w.want(len(w.ACM.certs) == 1, "a certificate in use stays")
		w.want(w.reported("www", api.ReasonInUse), "a notice reports that it is in use")
		w.want(w.reported("www", api.ReasonGaveUp), "a notice reports it before it is given up")
		w.want(w.object("www").Status == nil, "nothing is left in the table")
	}},
	{Name: "delete and retain", Before: installedWith(), Drive: func(w *World) {
		w.Remove(certificateKey("www"))
		w.Run(settle)
	}, Check: func(w *World) {
		w.want(len(w.ACM.certs) == 1, "the certificate stays")
		w.want(w.reported("www", api.ReasonRetained), "a notice reports it")
		w.want(w.object("www").Status == nil, "nothing is left in the table")
	}},
}
