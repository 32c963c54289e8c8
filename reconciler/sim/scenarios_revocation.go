package sim

import (
	"strings"
	"time"

	"certloop/reconciler/api"
)

// askingCA is installedWith, in a world whose responder is asked.
func askingCA(extra ...any) func(*World) {
	return func(w *World) {
		w.checksRevocation()
		installedWith(extra...)(w)
	}
}

// twoDays is time for the daily check, and for what one or two faults delay.
const twoDays = 2*day + settle

// revoking are scenarios of revocation. AllowedCertificates rises with each verified revocation and with nothing else, so
// they hold that each revoked certificate gets exactly one successor.
var revoking = []Scenario{
	{Name: "revoked: not", Before: askingCA(), Drive: func(w *World) {
		w.Run(twoDays)
	}, Check: func(w *World) {
		converged("www")(w)
		w.want(w.revocation("www", 0).State == api.RevocationGood, "the status says that it is good: %+v", w.status("www").Revocations)
		w.want(!w.mailed("www", api.NoticeRevoked), "no notice was sent")
	}},
	{Name: "revoked: while installed", Before: askingCA(), Drive: func(w *World) {
		w.revokeAt(w.status("www").ACMARN)
		w.Run(twoDays)
	}, Check: revokedOnce},
	{Name: "revoked: installed before there was a check", Before: installedWith(), Drive: func(w *World) {
		w.checksRevocation()
		w.revokeAt(w.status("www").ACMARN)
		w.Run(day + twoDays)
	}, Check: revokedOnce},
	{Name: "revoked: two targets", Before: askingCA("targets", twoTargets()), Drive: func(w *World) {
		w.revokeAt(w.status("www").ACMARN)
		w.Run(twoDays)
	}, Check: func(w *World) {
		revokedOnce(w)
		renewed(2)(w)
	}},
	{Name: "revoked: at one of two targets", Before: func(w *World) {
		askingCA("targets", twoTargets())(w)
		w.replace(w.status("www").Targets[1].ARN)
	}, Drive: func(w *World) {
		w.revokeAt(w.status("www").Targets[1].ARN)
		w.Run(twoDays)
	}, Check: revokedOnce},
	{Name: "revoked: somebody else's certificate", Before: func(w *World) {
		askingCA()(w)
		w.replace(w.status("www").ACMARN)
		w.Run(day)
	}, Drive: func(w *World) {
		w.revokeAt(w.status("www").ACMARN)
		w.Run(twoDays)
	}, Check: revokedOnce},
	{Name: "revoked: the responder is down", Before: askingCA(), Drive: func(w *World) {
		w.revokeAt(w.status("www").ACMARN)
		w.Responder.Says = unanswered
		w.Run(2 * day)
		w.want(w.ready("www") && len(w.CA.Issued) == 1, "no answer changes nothing: %s", w.Explain("www"))
		w.Responder.Says = nil
		w.Run(twoDays)
	}, Check: revokedOnce},
	{Name: "revoked: the responder never answers", Before: askingCA(), Drive: func(w *World) {
		w.Responder.Says = unanswered
		w.Run(5 * day)
	}, Check: func(w *World) {
		converged("www")(w)
		r := w.revocation("www", 0)
		w.want(r.State == api.RevocationUnknown && r.Message != "" && r.NextCheckAt.After(w.clock.now), "the status says so: %+v", r)
		w.want(len(w.Notices) == 1, "nobody is alarmed: %v", w.Notices)
		for _, n := range w.Responder.asked {
			w.want(n <= 30, "it was asked %d times in five days", n)
		}
	}},
	{Name: "revoked: the responder flaps", Before: askingCA(), Drive: func(w *World) {
		first := chainOf(w.status("www").FingerprintSHA256)
		w.revokeAt(w.status("www").ACMARN)
		w.Responder.Says = func(n int, about string) (api.Revocation, bool) {
			return api.Revocation{State: api.RevocationGood}, about == first && n%2 == 0
		}
		w.Run(twoDays)
	}, Check: revokedOnce},
	{Name: "revoked: every successor too", Before: askingCA(), Drive: func(w *World) {
		w.Responder.All = true
		w.Run(3 * day)
		// The first was obtained before; the second at once, and all others an interval apart.
		w.want(len(w.CA.Issued) <= 2+3*2, "%d certificates in three days", len(w.CA.Issued))
		w.Responder.All = false
		w.RunCalmly(twoDays)
	}, Check: func(w *World) {
		converged("www")(w)
		for i := 2; i < len(w.CA.Issued); i++ {
			apart := w.CA.Issued[i].Leaf.NotBefore.Sub(w.CA.Issued[i-1].Leaf.NotBefore)
			w.want(apart >= 12*time.Hour-10*time.Minute, "two certificates are %s apart", apart)
		}
	}},
	{Name: "revoked: and the CA's window lies in the past", Before: func(w *World) {
		w.CA.ARI = func(string) (api.RenewalInfo, error) {
			return api.RenewalInfo{WindowStart: w.clock.now.Add(50 * day), WindowEnd: w.clock.now.Add(55 * day), RetryAfter: 6 * time.Hour}, nil
		}
		askingCA()(w)
	}, Drive: func(w *World) {
		w.AllowedCertificates, w.Responder.expected = 2, true
		usual, first := w.CA.ARI, w.status("www").ARI.CertID
		w.CA.ARI = func(certID string) (api.RenewalInfo, error) {
			info, err := usual(certID)
			if strings.Contains(certID, first) {
				info.WindowStart, info.WindowEnd = w.clock.now.Add(-2*time.Hour), w.clock.now.Add(-time.Hour)
			}
			return info, err
		}
		w.revokeAt(w.status("www").ACMARN)
		w.Run(twoDays)
	}, Check: converged("www")},
	{Name: "revoked: while suspended", Before: func(w *World) {
		askingCA()(w)
		w.certificate("www", "suspend", true)
		w.Run(time.Hour)
	}, Drive: func(w *World) {
		w.revokeAt(w.status("www").ACMARN)
		w.want(w.RunUntil(atLongest, func() bool { return w.mailed("www", api.NoticeRevoked) }), "a notice reports it: %s", w.Explain("www"))
		w.want(len(w.CA.Issued) == 1 && !w.ready("www"), "nothing is issued: %s", w.Explain("www"))
		w.certificate("www")
		w.Run(settle)
	}, Check: revokedOnce},
	{Name: "revoked: the status is deleted meanwhile", Before: askingCA(), Drive: func(w *World) {
		w.revokeAt(w.status("www").ACMARN)
		w.RunUntil(atLongest, func() bool { return w.object("www").Issuance != nil || len(w.CA.Issued) > 1 })
		w.deleteStatus("www")
		w.wake(certificateKey("www"), time.Minute)
		w.Run(twoDays)
	}, Check: converged("www")},
}

// revokedOnce checks that a revoked certificate was replaced once, and that a notice and the history say why.
func revokedOnce(w *World) {
	because(api.ReasonRevoked)(w)
	w.want(w.mailed("www", api.NoticeRevoked), "a notice reports the revocation")
	for arn := range w.ACM.certs {
		_, revoked := w.Responder.revoked[chainOf(w.ACM.certs[arn].FingerprintSHA256)]
		w.want(!revoked, "%s does not hold the revoked certificate", arn)
	}
}

func (w *World) revocation(name string, i int) api.RevocationStatus {
	if list := w.status(name).Revocations; i < len(list) {
		return list[i]
	}
	return api.RevocationStatus{}
}

// replace puts a certificate of the same names at arn, as somebody else does.
func (w *World) replace(arn string) {
	key, err := pooledKey(w.ACM.certs[arn].KeyType)
	must(err)
	leaf, _ := w.CA.make(key, []string{"www.example.com"})
	w.ACM.drift(arn, &leaf)
	w.wake(certificateKey("www"), 0)
	w.Run(time.Hour)
}
