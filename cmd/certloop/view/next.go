package view

import (
	"time"

	"certloop/cmd/certloop/lang"
	"certloop/reconciler/api"
)

// IsFailing reports whether an operator must act, or certloop repeats what failed: the record is rejected, or the last
// attempt failed, or the certificate is not Ready and nothing is under way.
func IsFailing(c Certificate) bool {
	if c.Record == nil || c.Status == nil || c.suspended() {
		return false
	}
	decisive := c.decisive()
	switch decisive.Type {
	case api.ConditionAccepted:
		return decisive.Status == api.ConditionFalse
	case api.ConditionIssuing:
		return decisive.Status == api.ConditionFalse
	case api.ConditionReady, api.ConditionServed:
	}
	return decisive.Status == api.ConditionFalse
}

// Advice is what happens next, and what an operator can do.
type Advice struct {
	// Reason is the reason that the advice is about; empty: there is nothing to do.
	Reason api.Reason
	// Remedy is an imperative, or that no action is needed.
	Remedy string
	// At is when certloop acts next; zero: that is not known.
	At time.Time
}

// Next returns what happens next with a certificate.
func Next(c Certificate, in lang.Language) Advice {
	status := c.status()
	switch {
	case c.Record == nil:
		return Advice{Remedy: in.T("No action needed: certloop finishes the deletion."), At: status.NextAttemptAt}
	case c.Status == nil:
		return Advice{Remedy: in.T("Wait a few seconds. If there is still no status then, run certloop doctor.")}
	case c.suspended():
		return Advice{Remedy: in.T("Run certloop resume to let certloop renew this certificate again.")}
	case !IsFailing(c) && status.NextAttemptAt.IsZero():
		if served, _ := api.GetCondition(status.Conditions, api.ConditionServed); isWronglyServed(served) {
			return Advice{Reason: served.Reason, Remedy: in.Remedy(served.Reason), At: status.RenewAt}
		}
		return Advice{Remedy: in.T("No action needed."), At: status.RenewAt}
	}
	reason := c.decisive().Reason
	remedy := in.Remedy(reason)
	if remedy == "" {
		remedy = in.T("No action needed.")
	}
	return Advice{Reason: reason, Remedy: remedy, At: status.NextAttemptAt}
}
