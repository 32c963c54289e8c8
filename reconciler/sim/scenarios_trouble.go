package sim

import (
	"crypto/x509"
	"slices"
	"time"

	"certloop/reconciler/api"
)

// trouble are scenarios in which a service refuses for a while.
var trouble = []Scenario{
	{Name: "the CA finds no TXT record for a while", Before: registered, Drive: func(w *World) {
		w.AllowedCertificates = 1
		w.CA.Reject = true
		w.certificate("www")
		w.want(w.RunUntil(atLongest, func() bool {
			return !w.ready("www") && w.reason("www", api.ConditionIssuing) == api.ReasonValidationFailed
		}), "the condition has the reason")
		w.Run(time.Hour)
		w.CA.Reject = false
		w.Run(settle)
	}, Check: converged("www")},
	{Name: "one of two targets refuses for a day", Before: registered, Drive: func(w *World) {
		w.AllowedCertificates = 1
		w.ACM.Refuse["ap-northeast-1"] = &api.Error{Kind: api.Terminal, Reason: api.ReasonQuotaExceeded, Message: "the quota is used up"}
		w.certificate("www", "targets", twoTargets())
		w.want(w.RunUntil(atLongest, func() bool { return len(w.ACM.owned(TableARN+"/www")) == 1 }), "the other target holds the certificate")
		w.want(w.RunUntil(atLongest, func() bool {
			return w.reason("www", api.ConditionReady) == api.ReasonQuotaExceeded
		}), "the condition has the reason")
		w.Run(24 * time.Hour)
		w.ACM.Refuse = map[string]error{}
		w.Run(2 * settle)
	}, Check: func(w *World) {
		converged("www")(w)
		w.want(len(w.ACM.owned(TableARN+"/www")) == 2, "each of two targets holds the certificate")
	}},
	{Name: "a certificate may not be taken over for a day", Before: withUnmanaged, Drive: func(w *World) {
		w.AllowedCertificates = 1
		w.ACM.RefuseTags = &api.Error{Kind: api.Terminal, Reason: api.ReasonTargetAccessDenied, Message: "access denied"}
		w.certificate("www", "acm_arn", w.adoptable())
		w.want(w.RunUntil(atLongest, func() bool {
			return w.reason("www", api.ConditionAccepted) == api.ReasonTakeoverRefused
		}), "the condition has the reason")
		w.Run(24 * time.Hour)
		w.want(len(w.CA.Issued) == 0, "nothing is issued that could not be installed")
		w.ACM.RefuseTags = nil
		w.Run(2 * time.Hour)
	}, Check: func(w *World) {
		converged("www")(w)
		w.want(w.ACM.certs[w.adoptable()].Tags[api.TagAdopted] == "true", "the certificate is marked as adopted")
	}},
	{Name: "a target cannot be seen for ten days", Before: installedWith("targets", twoTargets()), Drive: func(w *World) {
		w.ACM.Blind["ap-northeast-1"] = &api.Error{Kind: api.Terminal, Reason: api.ReasonTargetAccessDenied, Message: "access denied"}
		w.wake(certificateKey("www"), 0)
		w.Run(10 * 24 * time.Hour)
		w.ACM.Blind = map[string]error{}
		w.Run(settle)
	}, Check: converged("www")},
	{Name: "the new chain lacks a key usage of the old one", Before: func(w *World) {
		w.CA.Usage = x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment
		installedWith("key_type", "RSA_2048")(w)
		w.CA.Usage = x509.KeyUsageDigitalSignature
	}, Drive: func(w *World) {
		w.AllowedCertificates = 2
		w.Run(85 * 24 * time.Hour)
	}, Check: func(w *World) {
		w.want(len(w.CA.Issued) == 2, "%d certificates issued, the second of which no target accepts", len(w.CA.Issued))
		w.want(w.object("www").Issuance != nil, "it is held")
		w.want(w.says("www", api.ReasonUsagesIncompatible), "the condition has the reason: %s", w.Explain("www"))
		s := w.status("www")
		w.want(s.LastReason == api.ReasonUsagesIncompatible && s.LastError != "" && !s.NextAttemptAt.IsZero(), "the fields are set: %+v", s)
		w.want(w.mailed("www", api.NoticeFailed) && w.mailed("www", api.NoticeExpiring), "it is reported, and again towards the certificate's end: %v", w.kindsOf("www"))
	}},
	{Name: "the certificate begins ten minutes ahead", Before: registered, Drive: func(w *World) {
		w.AllowedCertificates = 1
		w.CA.Ahead = 10 * time.Minute
		w.certificate("www")
		w.Run(settle)
	}, Check: converged("www")},
	{Name: "the KMS key is destroyed in mid-order", Before: registered, Drive: func(w *World) {
		w.AllowedCertificates = 2
		w.certificate("www")
		w.Run(10 * time.Second)
		w.Vault.DestroyKey()
		w.Run(2 * settle)
	}, Check: func(w *World) { w.CheckConverged("www") }},
	{Name: "the KMS key is destroyed with a certificate on hold", Before: registered, Drive: func(w *World) {
		w.AllowedCertificates = 2
		w.ACM.Refuse["us-east-1"] = &api.Error{Kind: api.Transient, Message: "no answer"}
		w.certificate("www")
		w.RunUntil(settle, func() bool { return w.object("www").Issuance != nil && w.object("www").Issuance.Chain != "" })
		w.Vault.DestroyKey()
		w.ACM.Refuse = map[string]error{}
		w.want(w.RunUntil(atLongest, func() bool { return w.object("www").Issuance == nil || w.object("www").Issuance.Chain == "" }),
			"what cannot be decrypted is dropped")
		w.Run(settle)
	}, Check: func(w *World) { w.CheckConverged("www") }},
	{Name: "the KMS key is disabled for some hours", Before: registered, Drive: func(w *World) {
		w.AllowedCertificates = 1
		w.Vault.Disabled = true
		w.certificate("www")
		w.want(w.RunUntil(atLongest, func() bool { return w.reported("www", api.ReasonKeyUnavailable) }), "a notice reports that the KMS key is disabled")
		w.Vault.Disabled = false
		w.Run(settle)
	}, Check: converged("www")},
	{Name: "the machines' channel refuses for an hour", Before: registered, Drive: func(w *World) {
		w.AllowedCertificates = 1
		w.Refusing[eventChannel] = &api.Error{Kind: api.Terminal, Message: "no such bus"}
		w.certificate("www")
		w.want(w.RunUntil(day, func() bool { return w.mailed("www", api.NoticeIssued) }),
			"everything is mailed in spite of it")
		w.Run(time.Hour)
		w.Refusing = map[string]error{}
		w.Run(settle)
	}, Check: converged("www")},
	{Name: "some reads of the account key are denied", Before: registered, Drive: func(w *World) {
		w.AllowedCertificates = 1
		w.Vault.KeyFault = nth(0, 8, &api.Error{Kind: api.Terminal, Reason: api.ReasonSecretUnavailable, Message: "access denied"})
		w.certificate("www")
		w.Run(time.Hour)
		w.Vault.KeyFault = nil
		w.Run(settle)
	}, Check: converged("www")},
	{Name: "some reads of a new account's key find none", Drive: func(w *World) {
		w.requireEAB()
		w.Vault.KeyFault = nth(2, 4, &api.Error{Kind: api.NotFound, Message: "no such secret"})
		w.account("eab_secret_arn", eabARN)
		w.Run(time.Hour)
		w.Vault.KeyFault = nil
		w.Run(settle)
	}, Check: func(w *World) {
		w.want(w.accountReady(), "the account is ready")
		w.want(w.CA.eabUses == 1, "the EAB credential was used %d times", w.CA.eabUses)
	}},
	{Name: "the account cannot be registered", Drive: func(w *World) {
		w.AllowedCertificates = 1
		w.account("eab_secret_arn", eabARN)
		w.certificate("www")
		w.want(w.RunUntil(atLongest, func() bool { return w.mailed("default", api.NoticeAccountFailed) }), "the account reports its failure")
		w.requireEAB()
		w.Run(2 * settle)
	}, Check: func(w *World) {
		converged("www")(w)
		w.want(w.mailed("default", api.NoticeAccountReady), "and the end of it")
		// A crash may keep the account from reporting for a day; then the certificate reports it.
		w.want(w.calls.struck > 0 || !w.mailed("www", api.NoticeFailed), "the certificate does not repeat it: %v", w.Notices)
	}},
	{Name: "the CA moves the window", Before: func(w *World) {
		w.CA.ARI = func(string) (api.RenewalInfo, error) {
			return api.RenewalInfo{WindowStart: start.Add(60 * day), WindowEnd: start.Add(61 * day), RetryAfter: 6 * time.Hour}, nil
		}
		installedWith()(w)
	}, Drive: func(w *World) {
		w.AllowedCertificates = 2
		w.CA.ARI = func(string) (api.RenewalInfo, error) {
			at := w.CA.Issued[len(w.CA.Issued)-1].Leaf.NotBefore
			if len(w.CA.Issued) == 1 {
				return api.RenewalInfo{WindowStart: at, WindowEnd: at.Add(time.Hour), RetryAfter: 6 * time.Hour}, nil
			}
			return api.RenewalInfo{WindowStart: at.Add(60 * day), WindowEnd: at.Add(61 * day), RetryAfter: 6 * time.Hour}, nil
		}
		w.Run(5 * day)
	}, Check: converged("www")},
	{Name: "nobody is woken but by the resync", Before: installedWith(), Drive: func(w *World) {
		w.AllowedCertificates = 2
		w.faultyTicks = true
		w.ACM.drift(w.status("www").ACMARN, nil)
		w.Run(3 * day)
	}, Check: converged("www")},
}

const day = 24 * time.Hour

// reason returns the condition's reason, or "".
func (w *World) reason(name string, t api.ConditionType) api.Reason {
	c, _ := api.GetCondition(w.status(name).Conditions, t)
	return c.Reason
}

func (w *World) message(name string, t api.ConditionType) string {
	c, _ := api.GetCondition(w.status(name).Conditions, t)
	return c.Message
}

// says reports whether some condition has the reason.
func (w *World) says(name string, r api.Reason) bool {
	for _, c := range w.status(name).Conditions {
		if c.Reason == r {
			return true
		}
	}
	return false
}

// reported reports whether a notice with the reason was mailed.
func (w *World) reported(name string, r api.Reason) bool {
	return slices.ContainsFunc(w.Notices, func(n api.Notice) bool { return n.Name == name && n.Reason == r })
}

// mailed reports whether a notice of that type was mailed.
func (w *World) mailed(name, kind string) bool {
	return slices.ContainsFunc(w.Notices, func(n api.Notice) bool { return n.Name == name && n.Type == kind })
}

// nth makes the nth of every few calls fail.
func nth(n, of int, err error) func(int) error {
	return func(i int) error {
		if i%of == n {
			return err
		}
		return nil
	}
}
