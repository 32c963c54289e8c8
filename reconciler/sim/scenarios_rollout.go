package sim

import (
	"context"
	"time"

	"certloop/reconciler"
	"certloop/reconciler/api"
)

// rolling are scenarios of certificates that go to their targets in waves.
var rolling = []Scenario{
	{Name: "rollout: wave after wave", Before: inWaves("stop"), Drive: func(w *World) {
		w.AllowedCertificates = 2
		w.Run(80 * day)
	}, Check: func(w *World) {
		renewed(2)(w)
		w.want(w.object("www").Issuance.Kept != nil, "the certificate is kept with its key")
		w.want(w.status("www").Rollout == nil, "nothing is rolled out any more")
	}},
	{Name: "rollout: the first wave serves it late", Before: inWaves("stop"), Drive: func(w *World) {
		w.AllowedCertificates = 2
		w.waves[0].lag = 12 * time.Hour
		w.Run(80 * day)
	}, Check: func(w *World) {
		renewed(2)(w)
		w.want(w.reported("www", api.ReasonRolloutStopped), "a notice reports that the rollout stopped")
	}},
	{Name: "rollout: the first wave breaks, and is rolled back", Before: inWaves("rollback"), Drive: func(w *World) {
		w.AllowedCertificates, w.AllowedReturns = 2, 1
		w.waves[0].breaksWith = 2
		w.Run(80 * day)
	}, Check: func(w *World) {
		w.wantRolledBack()
	}},
	{Name: "rollout: rolled back, mended, rolled out again", Before: inWaves("rollback"), Drive: func(w *World) {
		w.AllowedCertificates, w.AllowedReturns = 2, 2
		w.waves[0].breaksWith = 2
		w.RunUntil(80*day, func() bool { return w.isRolledBack() })
		w.waves[0].breaksWith = 0
		w.Run(2 * time.Hour)
		w.invokeUntil(reconciler.Invocation{RollOutAgain: true}, func() bool { return !w.isRolledBack() })
		w.Run(settle)
	}, Check: func(w *World) {
		renewed(2)(w)
	}},
	{Name: "rollout: rolled back by hand", Before: inWaves("stop"), Drive: func(w *World) {
		w.AllowedCertificates, w.AllowedReturns = 2, 1
		w.waves[0].lag = 400 * day
		w.RunUntil(80*day, func() bool { return w.isNth(w.ACM.certs[w.waves[0].arn].Serial, 2) })
		w.invokeUntil(reconciler.Invocation{RollBack: true}, w.isRolledBack)
		w.Run(settle)
	}, Check: func(w *World) {
		w.wantRolledBack()
	}},
	{Name: "rollout: rolled back, and another certificate is made", Before: inWaves("rollback"), Drive: func(w *World) {
		w.AllowedCertificates, w.AllowedReturns = 3, 1
		w.waves[0].breaksWith = 2
		w.RunUntil(80*day, func() bool { return w.isRolledBack() })
		w.certificate("www", "targets", twoTargets(), "rollout", rollout("rollback"), "probe", rolloutProbe(), "renew_token", "two")
		w.Run(settle)
	}, Check: func(w *World) {
		renewed(2)(w)
	}},
	{Name: "rollout: a newer certificate than the one that is rolled back", Before: inWaves("rollback"), Drive: func(w *World) {
		w.AllowedCertificates, w.AllowedReturns = 2, 1
		w.waves[0].breaksWith = 2
		w.RunUntil(80*day, func() bool { return w.isNth(w.ACM.certs[w.waves[0].arn].Serial, 2) })
		key, err := pooledKey(api.EC256)
		must(err)
		newer, _ := w.CA.make(key, []string{"www.example.com"})
		w.ACM.drift(w.front.arn, &newer)
		w.waves = nil // the first wave will never serve the one that is rolled out
		w.Run(settle)
	}, Check: func(w *World) {
		serial := w.ACM.certs[w.front.arn].Serial
		w.want(!w.isNth(serial, 1) && !w.isNth(serial, 2), "the newer certificate stays, not %s", serial)
	}},
	{Name: "rollout: nothing can be seen", Before: func(w *World) {
		installedWith("targets", twoTargets(), "rollout", map[string]any{"soak": "6h"})(w)
	}, Drive: func(w *World) {
		w.AllowedCertificates = 2
		w.Run(80 * day)
	}, Check: func(w *World) {
		renewed(2)(w)
		var first, second time.Time
		for _, c := range w.ACM.certs {
			if c.region == "us-east-1" {
				first = c.ImportedAt
			} else {
				second = c.ImportedAt
			}
		}
		w.want(second.Sub(first) >= 6*time.Hour, "the second wave waits: %s", second.Sub(first))
	}},
	{Name: "rollout: the predecessor ends while it is back", Before: inWaves("rollback"), Drive: func(w *World) {
		w.AllowedCertificates, w.AllowedReturns = 3, 2
		w.waves[0].breaksWith = 2
		w.RunUntil(80*day, func() bool { return w.isRolledBack() })
		w.waves[0].breaksWith, w.waves = 0, nil
		w.RunCalmly(40 * day)
		w.Run(settle)
	}, Check: func(w *World) {
		w.CheckConverged("www")
		for arn, c := range w.ACM.certs {
			w.want(w.clock.now.Before(c.NotAfter), "%s is valid", arn)
		}
	}},
	{Name: "rollout: the record gives it up", Before: inWaves("rollback"), Drive: func(w *World) {
		w.certificate("www", "targets", twoTargets(), "probe", rolloutProbe())
		w.Run(settle)
	}, Check: func(w *World) {
		converged("www")(w)
		w.want(w.object("www").Issuance == nil, "no key is kept without a rollout")
	}},
}

func rollout(onFailure string) map[string]any {
	return map[string]any{"waves": []any{[]any{"us-east-1"}, []any{"ap-northeast-1"}}, "on_failure": onFailure}
}

func rolloutProbe() map[string]any {
	return map[string]any{"interval": "1d", "endpoints": []any{
		map[string]any{"host": "one.example.net", "sni": "www.example.com", "target": "us-east-1"},
		map[string]any{"host": "two.example.net", "sni": "www.example.com", "target": "ap-northeast-1"},
	}}
}

// inWaves prepares a world with a certificate at two targets, each behind a load balancer, that is renewed in two waves.
func inWaves(onFailure string) func(*World) {
	return func(w *World) {
		installedWith("targets", twoTargets(), "rollout", rollout(onFailure), "probe", rolloutProbe())(w)
		w.open("www", 0)
		targets := w.status("www").Targets
		one, two := w.frontOf(targets[0].ARN, 2*time.Minute), w.frontOf(targets[1].ARN, 2*time.Minute)
		w.front, w.fronts = one, map[string]*front{"one.example.net": one, "two.example.net": two}
		w.Run(49 * time.Hour) // the resync begins the probes
		w.wantServed(api.ConditionTrue, api.ReasonServed)
		w.waves = []*front{one, two}
	}
}

// isNth reports whether it is the serial of the nth certificate of the CA, from 1.
func (w *World) isNth(serial string, n int) bool {
	return n > 0 && len(w.CA.Issued) >= n && w.CA.Issued[n-1].Serial == serial
}

func (w *World) isRolledBack() bool {
	r := w.status("www").Rollout
	return r != nil && r.State == api.RolloutRolledBack
}

// invokeUntil repeats a direct invocation as a user does, until it has had its effect.
func (w *World) invokeUntil(i reconciler.Invocation, done func() bool) {
	i.Names = []string{"www"}
	for range 20 {
		w.survive(func() { _, _ = w.Loop.Invoke(context.Background(), i) })
		if done() {
			return
		}
		w.Run(10 * time.Minute)
	}
}

func (w *World) wantRolledBack() {
	w.want(w.isRolledBack(), "it is rolled back: %+v", w.status("www").Rollout)
	w.want(len(w.CA.Issued) == 2, "no other certificate is made: %d", len(w.CA.Issued))
	for arn, c := range w.ACM.certs {
		w.want(c.Serial == w.CA.Issued[0].Serial, "%s has the certificate before", arn)
	}
	w.want(w.reported("www", api.ReasonRolledBack), "a notice reports it")
	w.want(w.ready("www"), "the certificate before is valid")
	w.checkTXTDeleted()
	w.checkSecrets()
}
