package plan

import (
	"slices"
	"strings"
	"time"

	"certloop/reconciler/api"
)

// What operators are told of trouble, once for each cause:
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
	causeNotReady = "NotReady" // a CertificateNotReady was sent, so its end is told too
	causeLasting  = "Lasting"  // reportAfter is over
)

// isFailure reports whether a notice of that type is bad news.
func isFailure(kind string) bool { return api.IsFailureNotice(kind) }

// report sends a failure notice, unless its cause was reported already. place is the target's key for what concerns one
// target, else empty.
func (s *state) report(reason api.Reason, place, message string, next time.Time) {
	cause := strings.TrimSpace(string(reason) + " " + place)
	if s.isReported(cause) || s.isReported(string(reason)) {
		return
	}
	s.addReported(cause)
	s.notifyOf(api.NoticeFailed, reason, message, next)
}

// anyReported reports whether a notice was sent of the trouble under way.
func (s *state) anyReported() bool { return len(s.status.ReportedCauses) > 0 }

func (s *state) isReported(cause string) bool { return slices.Contains(s.status.ReportedCauses, cause) }

// isReportedAnywhere reports whether the reason was reported, of the record or of one of its targets.
func (s *state) isReportedAnywhere(reason api.Reason) bool {
	return slices.ContainsFunc(s.status.ReportedCauses, func(c string) bool {
		return c == string(reason) || strings.HasPrefix(c, string(reason)+" ")
	})
}

func (s *state) addReported(cause string) {
	if !s.isReported(cause) {
		all := append(slices.Clone(s.status.ReportedCauses), cause)
		s.status.ReportedCauses = all[max(len(all)-mostReported, 0):]
	}
}

// forgetReported has the causes reported anew, where they recur: the record was changed. That it is not ready stays, so
// that the end of it is told.
func (s *state) forgetReported(which func(cause string) bool) {
	s.status.ReportedCauses = slices.DeleteFunc(slices.Clone(s.status.ReportedCauses), which)
	if len(s.status.ReportedCauses) == 0 {
		s.status.ReportedCauses = nil
	}
}

// forgetReportedOf has what fails at one target reported anew.
func (s *state) forgetReportedOf(key string) {
	s.forgetReported(func(cause string) bool { return strings.HasSuffix(cause, " "+key) })
}

// settleReports reports what the conditions alone do not, and forgets what is over.
func (s *state) settleReports(p Plan) {
	if !s.HasRecord {
		return
	}
	s.reportReady()
	if p.Action == Notify {
		return
	}
	s.timeWaiting(p)
	s.reportStuck(p)
	s.reportLasting(p)
	s.reportExpiry(p)
	if s.troubleIsOver(p) {
		s.status.ReportedCauses = nil
	}
}

// reportReady sends one notice for one event: a new certificate in place, Ready that came back, or Ready for the first
// time without a certificate of ours.
func (s *state) reportReady() {
	ready := api.IsTrue(s.status.Conditions, api.ConditionReady)
	before, had := api.GetCondition(s.Status.Conditions, api.ConditionReady)
	known := before.Status
	if known == api.ConditionUnknown {
		known = s.Status.LastKnownReady
	}
	switch {
	case ready && !s.held() && s.isReported(causeNotReady):
		s.notify(api.NoticeReady, api.ReasonRecovered, "every target holds a valid certificate again")
		s.forgetReported(func(cause string) bool { return cause == causeNotReady })
	case s.installed != "":
		s.notify(s.installed, api.ReasonIssued, "the new certificate is in place")
	case ready && !s.held() && had && known != api.ConditionTrue:
		s.notify(api.NoticeReady, api.ReasonReady, "every target holds a valid certificate")
	}
}

// timeWaiting keeps since when an issuance that is due, or cannot be judged, has not come to its end.
func (s *state) timeWaiting(p Plan) {
	_, _, wanted := s.wanted()
	resting := p.Action == Wait && (p.Reason == api.ReasonNotNeeded || p.Reason == api.ReasonSuspended)
	reason, _ := s.waitsFor(p)
	known := p.Action == Wait && (s.waitsForFailedAccount() || s.isReportedAnywhere(reason))
	switch {
	case resting || known: // what follows when it goes on is an issuance of its own
		s.status.WaitingSince = time.Time{}
	case s.status.WaitingSince.IsZero() && (wanted || s.inFlight() || s.anyUnknown() || s.firstBlocked() != nil):
		s.status.WaitingSince = s.Now
	}
}

// reportStuck reports what only an operator can change, as soon as it is found out.
func (s *state) reportStuck(p Plan) {
	if p.Action != Wait {
		return
	}
	if p.Reason == api.ReasonUsagesIncompatible {
		s.report(p.Reason, "", p.Message, time.Time{})
	}
	for i := range s.Targets {
		t := &s.Targets[i]
		if t.Wanted && api.KindOf(t.Err) == api.Terminal {
			s.report(s.checks[i].reason, t.Status.Key, s.checks[i].message, time.Time{})
		}
	}
}

// reportLasting reports an issuance that waits for long, once, whatever it waits for: not what was reported already, nor
// an account's failure, which the account reports.
func (s *state) reportLasting(p Plan) {
	since := s.status.WaitingSince
	if p.Action != Wait || since.IsZero() || s.Now.Sub(since) < reportAfter || s.isReported(causeLasting) {
		return
	}
	reason, message := s.waitsFor(p)
	if reason == api.ReasonNotYetValid || s.isReportedAnywhere(reason) || s.waitsForFailedAccount() {
		return
	}
	s.addReported(causeLasting)
	s.addReported(string(reason))
	if message == "" {
		message = "see the conditions of the record"
	}
	s.notify(api.NoticeFailed, reason, "not finished since "+since.UTC().Format(time.RFC3339)+": "+message)
}

func (s *state) waitsForFailedAccount() bool {
	return !s.held() && s.Account.Found && s.Account.Failed && !s.Account.Ready
}

// waitsFor is why the record is not where it should be, in the words of its conditions.
func (s *state) waitsFor(p Plan) (api.Reason, string) {
	for _, of := range []api.ConditionType{api.ConditionAccepted, api.ConditionIssuing} {
		c, _ := api.GetCondition(s.status.Conditions, of)
		if c.Status == api.ConditionFalse && c.Reason != api.ReasonNotNeeded && c.Reason != api.ReasonBlocked {
			return c.Reason, c.Message
		}
	}
	if p.Reason == api.ReasonBackingOff && s.status.LastReason != "" {
		return s.status.LastReason, s.status.LastError
	}
	return p.Reason, p.Message
}

// troubleIsOver reports whether nothing is left of what was reported.
func (s *state) troubleIsOver(p Plan) bool {
	if p.Action != Wait || p.Reason != api.ReasonNotNeeded {
		return false
	}
	for _, t := range s.status.Targets {
		if t.Failures > 0 {
			return false
		}
	}
	return api.IsTrue(s.status.Conditions, api.ConditionAccepted) && api.IsTrue(s.status.Conditions, api.ConditionReady)
}

// nextReport is when something is to be reported if nothing changes until then; zero: nothing is.
func (s *state) nextReport() time.Time {
	if !s.HasRecord {
		return time.Time{}
	}
	at := s.nextExpiryReport()
	if since := s.status.WaitingSince; !since.IsZero() && !s.isReported(causeLasting) {
		at = earliest(at, future(s.Now, since.Add(reportAfter)))
	}
	return at
}
