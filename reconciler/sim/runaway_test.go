package sim

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"certloop/reconciler/api"
)

// perDay is the bound of docs/design/architecture.md: two intervals, each with one certificate and one for each of
// three exemptions.
const perDay = 8

// mostWithin returns the largest number of certificates that the CA issued within d.
func (w *World) mostWithin(d time.Duration) (most int) {
	for i, first := range w.CA.Issued {
		n := 0
		for _, c := range w.CA.Issued[i:] {
			if c.Leaf.NotBefore.Sub(first.Leaf.NotBefore) < d {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

// TestIssue_NobodyCausesCertificatesWithoutEnd: in each case something asks for a certificate about every minute, for
// two days.
func TestIssue_NobodyCausesCertificatesWithoutEnd(t *testing.T) {
	every := func(d time.Duration, do func(w *World, n int)) func(*World) {
		return func(w *World) {
			for n := range int(2 * day / d) {
				do(w, n)
				w.Run(d)
			}
		}
	}
	names := func(n int) []any { return []any{fmt.Sprintf("n%d.example.com", n%7)} }
	remove := func(w *World) {
		if arn := w.status("www").ACMARN; w.ACM.certs[arn] != nil {
			w.ACM.drift(arn, nil)
			w.wake(certificateKey("www"), 0)
		}
	}
	for sentence, c := range map[string]struct {
		drive       func(*World)
		least, most int
	}{
		"a writer of other names":       {every(5*time.Minute, func(w *World, n int) { w.certificate("www", "domains", names(n)) }), 2, perDay},
		"a writer who changes its mind": {every(5*time.Minute, func(w *World, n int) { w.certificate("www", "domains", names(n%2)) }), 2, perDay},
		"a writer of tokens":            {every(5*time.Minute, func(w *World, n int) { w.certificate("www", "renew_token", fmt.Sprint(n)) }), 2, perDay},
		"a target that is deleted":      {every(5*time.Minute, func(w *World, _ int) { remove(w) }), 2, perDay},
		"all of them": {every(5*time.Minute, func(w *World, n int) {
			w.alwaysPast()
			w.certificate("www", "domains", names(n/3), "renew_token", fmt.Sprint(n/2))
			remove(w)
		}), 3, perDay},
		"a CA whose certificates are expired": {func(w *World) {
			w.CA.Ahead = -89 * day
			w.Life(90 * day)
			w.Run(2 * day)
		}, 1, 2},
		"a CA whose windows are in the past": {func(w *World) { w.alwaysPast(); w.Run(2 * day) }, 1, 2},
		"one whose certificates are too short": {func(w *World) {
			w.Life(2 * time.Hour)
			w.certificate("www", "domains", names(1))
			w.Run(2 * day)
		}, 2, 6},
		"that, and a writer of other names": {func(w *World) {
			w.Life(2 * time.Hour)
			every(5*time.Minute, func(w *World, n int) { w.certificate("www", "domains", names(n)) })(w)
		}, 4, 2 * perDay},
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			w := New(nil)
			installedWith()(w)
			w.AllowedCertificates = 1 << 20
			c.drive(w)
			if most := w.mostWithin(day); most > c.most || len(w.CA.Issued) < c.least {
				t.Errorf("%d certificates, %d of them within a day; want at least %d and %d a day", len(w.CA.Issued), most, c.least, c.most)
			} else {
				t.Logf("%d certificates, %d of them within a day", len(w.CA.Issued), most)
			}
		})
	}
}

// Life sets the lifetime of the CA's next certificates.
func (w *World) Life(d time.Duration) { w.CA.Life = d }

// TestARI_AWindowInThePastIsFollowedOnce: before the rule, a CA whose window is always in the past caused 3,081
// certificates and mails in a day.
func TestARI_AWindowInThePastIsFollowedOnce(t *testing.T) {
	w := New(nil)
	w.alwaysPast()
	installedWith()(w)
	w.AllowedCertificates = 1 << 20
	w.Run(365 * day)
	if n := len(w.CA.Issued); n < 5 || n > 14 {
		t.Errorf("%d certificates of 90 days in a year", n)
	}
	notices := 0
	for _, n := range w.Notices {
		if n.Reason == api.ReasonWindowIgnored {
			notices++
		}
	}
	if notices != 1 {
		t.Errorf("it was reported %d times", notices)
	}
	if !w.ready("www") {
		t.Error(w.Explain("www"))
	}
}

// TestARI_ARevocationIsFollowedAgainAfterAUsualWindow checks that a window in the past counts again after a normal one.
func TestARI_ARevocationIsFollowedAgainAfterAUsualWindow(t *testing.T) {
	w := New(nil)
	w.alwaysPast()
	past := w.CA.ARI
	installedWith()(w)
	w.AllowedCertificates = 3
	w.Run(2 * day)
	w.CA.ARI = func(string) (api.RenewalInfo, error) {
		return api.RenewalInfo{WindowStart: start.Add(60 * day), WindowEnd: start.Add(61 * day), RetryAfter: 6 * time.Hour}, nil
	}
	w.Run(2 * day)
	w.CA.ARI = past
	w.Run(2 * day)
	if n := len(w.CA.Issued); n != 3 {
		t.Errorf("%d certificates", n)
	}
}

// TestIssue_ALostStatusDoesNotShortenTheInterval of a renewal: the installed certificate shows when it was obtained.
func TestIssue_ALostStatusDoesNotShortenTheInterval(t *testing.T) {
	w := New(nil)
	w.CA.Ahead, w.CA.Life = -80*day, 90*day
	installedWith()(w)
	from := w.clock.now
	w.Table.DeleteStatus(api.Key{Kind: api.KindCertificateStatus, Name: "www"})
	w.wake(certificateKey("www"), 0)
	w.Run(10 * time.Hour)
	if w.reason("www", api.ConditionIssuing) != api.ReasonMinimumInterval {
		t.Errorf("after %s: %s", w.clock.now.Sub(from), w.Explain("www"))
	}
	w.AllowedCertificates = 2
	w.Run(2 * time.Hour)
	if len(w.CA.Issued) != 2 || len(w.Violations) > 0 {
		t.Errorf("%d certificates; %v", len(w.CA.Issued), w.Violations)
	}
}

// TestIssue_ACertificateReplacesAnotherOfTheSameDay: some CAs let all certificates of a day begin at midnight.
func TestIssue_ACertificateReplacesAnotherOfTheSameDay(t *testing.T) {
	w := New(nil)
	w.CA.Midnight = true
	installedWith()(w)
	w.AllowedCertificates = 2
	w.certificate("www", "renew_token", "again")
	w.Run(time.Hour)
	if serial := w.ACM.certs[w.status("www").ACMARN].Serial; len(w.CA.Issued) != 2 || serial != w.CA.Issued[1].Serial {
		t.Errorf("%d certificates, %s in place", len(w.CA.Issued), serial)
	}
}

// TestPace_AWeeklyLimitIsRespected: a CA that issues 50 certificates for a registered domain in a week sends when to
// retry.
func TestPace_AWeeklyLimitIsRespected(t *testing.T) {
	w := New(nil)
	registered(w)
	w.AllowedCertificates = 105
	w.CA.Weekly = 50
	for n := range 105 {
		w.certificate(fmt.Sprintf("r%d", n), "domains", []any{fmt.Sprintf("r%d.example.com", n)})
	}
	w.Run(day)
	if n := len(w.CA.Issued); n != 50 {
		t.Errorf("%d certificates on the first day", n)
	}
	for n := range 105 {
		s := w.status(fmt.Sprintf("r%d", n))
		c, _ := api.GetCondition(s.Conditions, api.ConditionIssuing)
		if api.IsTrue(s.Conditions, api.ConditionReady) {
			continue
		}
		if c.Status != api.ConditionFalse || c.Reason != api.ReasonRateLimited || s.RetryAfterUntil.Before(start.Add(6*day)) || s.Failures > 0 {
			t.Fatalf("%s; again at %s", w.Explain(fmt.Sprintf("r%d", n)), s.RetryAfterUntil)
		}
	}
	asked := len(slices.DeleteFunc(slices.Clone(w.calls.trace), func(op string) bool { return op != "ca.NewOrder" }))
	w.Run(5 * day)
	if again := len(slices.DeleteFunc(slices.Clone(w.calls.trace), func(op string) bool { return op != "ca.NewOrder" })); again != asked || asked != 105 {
		t.Errorf("%d orders were requested on the first day, and %d until the limit ended", asked, again)
	}
	w.Run(16 * day)
	if n := len(w.CA.Issued); n != 105 || w.mostWithin(7*day) > 50 {
		t.Errorf("%d certificates, %d of them in one week", n, w.mostWithin(7*day))
	}
}
