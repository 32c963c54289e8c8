package sim

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
	{Name: "delete and retain", Before: installedWith(), Drive: func(w *World) {
		w.Remove(certificateKey("www"))
		w.Run(settle)
	}, Check: func(w *World) {
		w.want(len(w.ACM.certs) == 1, "the certificate is left in place")
		w.want(w.object("www").Status == nil, "nothing is left in the table")
	}},
}
