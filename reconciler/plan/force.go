package plan

import (
	"fmt"
	"time"

	"certloop/reconciler/api"
)

// min_force_interval of a policy bounds how often a token may force a certificate, be it renew_token or the token of a
// direct invocation. A renew_token that comes too early is taken when the time is over; a direct invocation is refused.

// forcePause returns until when no token forces a certificate; zero: one may. The least interval counts of the policies that
// allow the record without another place. Where the status does not say what was obtained, because it was lost or the record
// was created again, the last certificate counts as forced.
func forcePause(f *facts) time.Time {
	at := f.issued().LastForcedAt
	if f.issued().At.IsZero() {
		at = later(at, lastIssued(f))
	}
	return forceAgain(f, at)
}

// newTokenPause returns until when a token that is new does not replace the one on record; zero: it does. Besides forcePause, it
// counts from the finalization of an order that a token forced: the CA may have made its certificate.
func newTokenPause(f *facts) time.Time {
	at := f.iss.FinalizedAt
	if f.iss.GivenUpOrder != "" {
		at = later(at, f.iss.CreatedAt)
	}
	if f.held() || f.iss.Force == "" || f.iss.Force == forcedBefore(f) {
		at = time.Time{}
	}
	return later(forcePause(f), forceAgain(f, at))
}

// forcedBefore returns the token of the certificate that was obtained last.
func forcedBefore(f *facts) string {
	if issued := f.issued(); issued.Digest != "" {
		return issued.Force
	}
	return f.next.IssuanceForce
}

// forceAgain returns when the policies allow another forced certificate after one of that time; zero: now.
func forceAgain(f *facts, at time.Time) time.Time {
	if at.IsZero() || at.After(f.Now) {
		return time.Time{}
	}
	var least time.Duration
	for i, p := range f.admission.allowed {
		if i > 0 && p.MaxCertificates > 0 {
			continue
		}
		if p.MinForceInterval == 0 {
			return time.Time{}
		}
		if least == 0 || p.MinForceInterval < least {
			least = p.MinForceInterval
		}
	}
	if until := at.Add(least); f.Now.Before(until) {
		return until
	}
	return time.Time{}
}

// tokenPause returns until when the token on record forces nothing; zero: it does. It was taken under other policies, or when the
// record asked for something else that another policy allows. A token that a certificate was obtained for is paid.
func tokenPause(f *facts) time.Time {
	if reason, _, _ := f.wanted(); reason != api.ReasonForced || f.renewalDue() || f.issued().Force == f.next.Force {
		return time.Time{}
	}
	return forcePause(f)
}

func tooEarly(attribute string, until time.Time) string {
	return fmt.Sprintf("%s: the policies allow another forced certificate at %s (min_force_interval)",
		attribute, until.UTC().Format(time.RFC3339))
}

// ForceRefused returns why the token of a direct invocation forces nothing; empty: it does, or there is none.
func ForceRefused(in Input) string {
	if in.Force == "" {
		return ""
	}
	f := factsOf(in)
	if f.forceRefused.IsZero() {
		return ""
	}
	return string(api.ReasonPolicyDenied) + ": " + tooEarly("force", f.forceRefused)
}
