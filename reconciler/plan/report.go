package plan

import (
	"slices"
	"strings"
	"time"

	"certloop/reconciler/api"
)

// What operators are notified of, once for each cause:
//
//   - A failure that counts, a transient error that lasts, a wait for something that only an operator can change: when it
//     is found out.
//   - An issuance that is due and does not come to its end, whatever it waits for: after reportAfter.
//   - A certificate in place that comes near its end and is not renewed, whatever the reason: see expiry.go.
//   - A Ready that goes, and that comes back.
//
// Reported holds the causes until the trouble is over or the record changes.

// reportAfter is how long an issuance may wait for what usually passes by itself.
const reportAfter = 6 * time.Hour

// mostReported is how many causes are kept.
const mostReported = 60

// Causes that are no reasons.
const (
	causeNotReady = "NotReady" // a CertificateNotReady was sent, so its end is reported too
	causeLasting  = "Lasting"  // reportAfter is over
)

// isFailure reports whether a notice of that type is bad news.
func isFailure(kind string) bool { return api.IsFailureNotice(kind) }

// report sends a failure notice, unless its cause was reported already. place is the target's key for what concerns one
// target, else empty.
func (d *draft) report(reason api.Reason, place, message string, next time.Time) {
	cause := strings.TrimSpace(string(reason) + " " + place)
	if d.isReported(cause) || d.isReported(string(reason)) {
		return
	}
	d.addReported(cause)
	d.notifyOf(api.NoticeFailed, reason, message, next)
}

// anyReported reports whether a notice was sent of the trouble under way.
func anyReported(f *facts) bool { return len(f.next.ReportedCauses) > 0 }

func (f *facts) isReported(cause string) bool { return slices.Contains(f.next.ReportedCauses, cause) }

// isReportedAnywhere reports whether the reason was reported, of the record or of one of its targets.
func isReportedAnywhere(f *facts, reason api.Reason) bool {
	return slices.ContainsFunc(f.next.ReportedCauses, func(c string) bool {
		return c == string(reason) || strings.HasPrefix(c, string(reason)+" ")
	})
}

func (d *draft) addReported(cause string) {
	if !d.isReported(cause) {
		all := append(slices.Clone(d.next.ReportedCauses), cause)
		d.next.ReportedCauses = all[max(len(all)-mostReported, 0):]
	}
}

// forgetReported has the causes reported anew, where they recur: the record was changed. That it is not ready stays, so
// that its end is reported.
func (d *draft) forgetReported(which func(cause string) bool) {
	d.next.ReportedCauses = slices.DeleteFunc(slices.Clone(d.next.ReportedCauses), which)
	if len(d.next.ReportedCauses) == 0 {
		d.next.ReportedCauses = nil
	}
}

// forgetReportedOf has what fails at one target reported anew.
func (d *draft) forgetReportedOf(key string) {
	d.forgetReported(func(cause string) bool { return strings.HasSuffix(cause, " "+key) })
}

// settleReports reports what the conditions alone do not, and forgets what is over.
func settleReports(d *draft, p Plan) {
	if !d.HasRecord {
		return
	}
	reportReady(d)
	if p.Action == Notify {
		return
	}
	trackWaiting(d, p)
	reportStuck(d, p)
	reportLasting(d, p)
	reportExpiry(d, p)
	if troubleIsOver(&d.facts, p) {
		d.next.ReportedCauses = nil
	}
}

// reportReady sends one notice for one event: a new certificate in place, Ready that came back, or Ready for the first
// time without a certificate of ours.
func reportReady(d *draft) {
	ready := api.IsTrue(d.next.Conditions, api.ConditionReady)
	before, had := api.GetCondition(d.Stored.Conditions, api.ConditionReady)
	known := before.Status
	if known == api.ConditionUnknown {
		known = d.Stored.LastKnownReady
	}
	switch {
	case ready && !d.held() && d.isReported(causeNotReady):
		d.notify(api.NoticeReady, api.ReasonRecovered, "every target holds a valid certificate again")
		d.forgetReported(func(cause string) bool { return cause == causeNotReady })
	case d.installed != "":
		d.notify(d.installed, api.ReasonIssued, "the new certificate is in place")
	case ready && !d.held() && had && known != api.ConditionTrue:
		d.notify(api.NoticeReady, api.ReasonReady, "every target holds a valid certificate")
	}
}

// trackWaiting keeps since when an issuance that is due, or cannot be judged, has not come to its end.
func trackWaiting(d *draft, p Plan) {
	_, _, wanted := d.wanted()
	resting := p.Action == Wait && (p.Reason == api.ReasonNotNeeded || p.Reason == api.ReasonSuspended || p.Reason == api.ReasonRollingOut)
	reason, _ := waitsFor(&d.facts, p)
	known := p.Action == Wait && (waitsForFailedAccount(&d.facts) || isReportedAnywhere(&d.facts, reason))
	switch {
	case resting || known: // what follows when it goes on is an issuance of its own
		d.next.WaitingSince = time.Time{}
	case d.next.WaitingSince.IsZero() && (wanted || d.inFlight() || anyUnknown(&d.facts) || firstBlocked(&d.facts) != nil):
		d.next.WaitingSince = d.Now
	}
}

// reportStuck reports what only an operator can change, as soon as it is found out.
func reportStuck(d *draft, p Plan) {
	if p.Action != Wait {
		return
	}
	if p.Reason == api.ReasonUsagesIncompatible || p.Reason == api.ReasonRolloutStopped {
		d.report(p.Reason, "", p.Message, time.Time{})
	}
	for i := range d.Targets {
		t := &d.Targets[i]
		if t.Wanted && api.KindOf(t.Err) == api.Terminal {
			d.report(d.verdicts[i].reason, t.Stored.Key, d.verdicts[i].message, time.Time{})
		}
	}
}

// reportLasting reports an issuance that waits for long, once, whatever it waits for: not what was reported already, nor
// an account's failure, which the account reports.
func reportLasting(d *draft, p Plan) {
	since := d.next.WaitingSince
	if p.Action != Wait || since.IsZero() || d.Now.Sub(since) < reportAfter || d.isReported(causeLasting) {
		return
	}
	reason, message := waitsFor(&d.facts, p)
	if reason == api.ReasonNotYetValid || isReportedAnywhere(&d.facts, reason) || waitsForFailedAccount(&d.facts) {
		return
	}
	d.addReported(causeLasting)
	d.addReported(string(reason))
	if message == "" {
		message = "read the conditions of the record"
	}
	d.notify(api.NoticeFailed, reason, "not finished since "+since.UTC().Format(time.RFC3339)+": "+message)
}

func waitsForFailedAccount(f *facts) bool {
	return !f.held() && f.Account.Found && f.Account.Failed && !f.Account.Ready
}

// waitsFor returns why the record is not where it should be, in the words of its conditions.
func waitsFor(f *facts, p Plan) (api.Reason, string) {
	for _, of := range []api.ConditionType{api.ConditionAccepted, api.ConditionIssuing} {
		c, _ := api.GetCondition(f.next.Conditions, of)
		if c.Status == api.ConditionFalse && c.Reason != api.ReasonNotNeeded && c.Reason != api.ReasonBlocked {
			return c.Reason, c.Message
		}
	}
	if p.Reason == api.ReasonBackingOff && f.next.LastReason != "" {
		return f.next.LastReason, f.next.LastError
	}
	return p.Reason, p.Message
}

// troubleIsOver reports whether nothing is left of what was reported.
func troubleIsOver(f *facts, p Plan) bool {
	if p.Action != Wait || p.Reason != api.ReasonNotNeeded {
		return false
	}
	for _, t := range f.next.Targets {
		if t.Failures > 0 {
			return false
		}
	}
	return api.IsTrue(f.next.Conditions, api.ConditionAccepted) && api.IsTrue(f.next.Conditions, api.ConditionReady)
}

// nextReport returns when something is to be reported if nothing changes until then; zero: nothing is.
func nextReport(f *facts) time.Time {
	if !f.HasRecord {
		return time.Time{}
	}
	at := nextExpiryReport(f)
	if since := f.next.WaitingSince; !since.IsZero() && !f.isReported(causeLasting) {
		at = earliest(at, future(f.Now, since.Add(reportAfter)))
	}
	return at
}

// waitsForOperator reports whether a wait for that reason ends only when somebody changes something.
func waitsForOperator(r api.Reason) bool {
	switch r {
	case api.ReasonAccountNotReady, api.ReasonUsagesIncompatible, api.ReasonRolloutStopped, api.ReasonRolledBack, api.ReasonTargetAccessDenied, api.ReasonTargetUnknown:
		return true
	}
	return r.RejectsRecord()
}
