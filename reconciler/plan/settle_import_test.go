package plan

import (
	"reflect"
	"testing"
	"time"

	"certloop/reconciler/api"
)

func TestSettleImport_AFirstImportIsOnRecord(t *testing.T) {
	in := fresh(issuing(held(successor)), peoplesTags(map[string]string{"team": "web"}))
	got := next(t, in, Import, Outcome{ARN: ownARN})
	ts := got.Status.Targets[0]
	want := api.TargetStatus{
		Key: place, Location: api.Location{Region: place}, ARN: ownARN, Imported: true, Serial: "b2", FingerprintSHA256: successor.FingerprintSHA256, NotAfter: successor.NotAfter,
		ImportedAt: now, State: api.Satisfies, TagKeys: []string{"team"},
	}
	if !reflect.DeepEqual(ts, want) {
		t.Errorf("target %+v, want %+v", ts, want)
	}
	if got.Status.ACMARN != ownARN || !isReady(got.Status) || got.Status.Account != "default" || got.Status.Serial != "b2" {
		t.Errorf("status %+v", got.Status)
	}
	if !got.Issuance.Installed || got.Issuance.Imports[place].IsZero() {
		t.Errorf("until the search by tag shows it, the mark stays: %+v", got.Issuance)
	}
	if e := lastEntry(got.Status); e.Reason != api.ReasonImported || e.Message != "serial b2 into "+ownARN {
		t.Errorf("history: %+v", e)
	}
}

func TestSettleImport_AReimportIsOnRecord(t *testing.T) {
	in := kept(issuing(held(successor)), asks(now.Add(day)))
	got := next(t, in, Import, Outcome{ARN: ownARN})
	s := got.Status
	if ts := s.Targets[0]; ts.Serial != "b2" || ts.ARN != ownARN || !ts.Imported || !ts.ImportedAt.Equal(now) {
		t.Errorf("target %+v", ts)
	}
	if s.Serial != "b2" || s.ARI == nil || s.ARI.CertID != "aki.b2" || !s.ARI.NextCheckAt.IsZero() || !s.NotAfter.Equal(successor.NotAfter) {
		t.Errorf("the status speaks of %s until %s, asks about %+v", s.Serial, s.NotAfter, s.ARI)
	}
	if got.Issuance.Imports != nil {
		t.Errorf("an import under an ARN needs no mark: %+v", got.Issuance.Imports)
	}
}

func TestSettleImport_AnImportUnderANewARNLeavesItsPredecessorBehind(t *testing.T) {
	got := next(t, kept(spec(wantsRSA), issuing(held(rsa(successor)))), Import, Outcome{ARN: otherARN})
	if ts := got.Status.Targets[0]; ts.ARN != otherARN || ts.RetiredARN != ownARN || !ts.Imported {
		t.Errorf("target %+v", ts)
	}
}

func TestSettleImport_AnImportThatFails(t *testing.T) {
	for sentence, c := range map[string]struct {
		err    error
		wait   time.Duration
		marked bool
		notice int
		reason api.Reason
	}{
		"a refusal, after which nothing will show up": {failing(api.Terminal, api.ReasonQuotaExceeded, "quota"), 5 * time.Minute, false, 1, api.ReasonQuotaExceeded},
		"no answer, after which it may":               {failing(api.Transient, "", "no answer"), 10 * time.Second, true, 0, api.ReasonImportFailed},
		"an error nobody foresaw, after which it may": {errBug, 5 * time.Minute, true, 1, api.ReasonImportFailed},
		"throttled":                  {throttled(0), 10 * time.Second, false, 0, api.ReasonImportFailed},
		"throttled for an hour":      {throttled(time.Hour), time.Hour, false, 0, api.ReasonImportFailed},
		"a certificate that is gone": {failing(api.NotFound, "", "gone"), 5 * time.Minute, false, 1, api.ReasonImportFailed},
	} {
		t.Run(sentence, func(t *testing.T) {
			got := next(t, fresh(issuing(held(successor))), Import, Outcome{Err: c.err})
			ts := got.Status.Targets[0]
			if ts.Failures != 1 || ts.NextAttemptAt.Sub(now) != c.wait || ts.FailedSerial != "b2" || ts.Reason != c.reason || ts.Message != api.MessageOf(c.err) {
				t.Errorf("target %+v", ts)
			}
			if marked := !got.Issuance.Imports[place].IsZero(); marked != c.marked {
				t.Errorf("marked as perhaps under way: %v, want %v", marked, c.marked)
			}
			if n := noticesSent(got.Status, api.NoticeFailed); n != c.notice {
				t.Errorf("%d notices, want %d", n, c.notice)
			}
			if got.Issuance.Chain == "" || got.Issuance.Installed {
				t.Error("the chain is held no longer, or counts as installed")
			}
			if got.Status.Failures != 0 || !got.Status.FailureBackoffUntil.IsZero() {
				t.Error("a target's refusal counts against the issuance")
			}
		})
	}
}

// TestSettleImport_AnotherChainStartsWithItsOwnFailures: the pause of the one before does not lengthen its own, and operators are notified.
func TestSettleImport_AnotherChainStartsWithItsOwnFailures(t *testing.T) {
	before := target(both(refusing(now.Add(-time.Hour)), func(t *Target) { t.Stored.Failures, t.Stored.FailedSerial = 4, "a1" }))
	got := next(t, kept(before, issuing(held(successor))), Import, Outcome{Err: failing(api.Terminal, "", "no")})
	if ts := got.Status.Targets[0]; ts.Failures != 1 || ts.NextAttemptAt.Sub(now) != 5*time.Minute || noticesSent(got.Status, api.NoticeFailed) != 1 {
		t.Errorf("another chain: %d failures, again in %s, %d notices", ts.Failures, ts.NextAttemptAt.Sub(now), noticesSent(got.Status, api.NoticeFailed))
	}
	same := target(both(refusing(now.Add(-time.Hour)), func(t *Target) { t.Stored.Failures = 4 }))
	got = next(t, kept(same, issuing(held(successor)), reported(string(api.ReasonImportFailed)+" "+place)), Import, Outcome{Err: failing(api.Terminal, "", "no")})
	if ts := got.Status.Targets[0]; ts.Failures != 5 || ts.NextAttemptAt.Sub(now) != day || noticesSent(got.Status, api.NoticeFailed) != 0 {
		t.Errorf("the same chain: %d failures, again in %s, %d notices", ts.Failures, ts.NextAttemptAt.Sub(now), noticesSent(got.Status, api.NoticeFailed))
	}
}

// TestSettleImport_AChainWhoseKeyIsLostIsGivenUp: no target can ever take it, and another has to be made.
func TestSettleImport_AChainWhoseKeyIsLostIsGivenUp(t *testing.T) {
	in := kept(another(asIs), target(missing), issuing(held(successor), txt("ZCOM", "left over")), cleanupUntil(now.Add(time.Hour)))
	got := next(t, in, Import, Outcome{Err: failing(api.Terminal, api.ReasonKeyLost, "the sealed key does not open")})
	if i := got.Issuance; i.Chain != "" || len(i.SealedKey) > 0 || i.OrderURL != "" || i.Imports != nil || len(i.Published) != 1 {
		t.Errorf("left is %+v, want the TXT values alone", i)
	}
	if s := got.Status; s.LastReason != api.ReasonKeyLost || s.Failures != 1 || !s.FailureBackoffUntil.Equal(now.Add(5*time.Minute)) || s.Targets[0].Failures != 0 {
		t.Errorf("status %+v", s)
	}
	waiting := next(t, in, Import, Outcome{Err: failing(api.Transient, api.ReasonKeyUnavailable, "disabled")})
	if waiting.Issuance.Chain == "" || waiting.Status.Targets[0].Reason != api.ReasonKeyUnavailable {
		t.Errorf("a key that is not to be had at the moment is waited for: %+v", waiting)
	}
	placeholder := next(t, fresh(wantsPlaceholder), ImportPlaceholder, Outcome{Err: failing(api.Terminal, api.ReasonKeyLost, "lost")})
	if placeholder.Status.Targets[0].Failures != 1 {
		t.Errorf("a placeholder has no such key: %+v", placeholder.Status)
	}
}

func TestSettleImport_AWriteInBetweenIsNoFailureOfATarget(t *testing.T) {
	got := next(t, fresh(issuing(held(successor))), Import, Outcome{Err: failing(api.Conflict, "", "another import runs")})
	if ts := got.Status.Targets[0]; ts.Failures != 0 || !ts.NextAttemptAt.IsZero() || len(got.Status.Outbox) > 0 {
		t.Errorf("target %+v", ts)
	}
}

func TestSettleImport_APlaceholderIsOnRecord(t *testing.T) {
	got := next(t, fresh(wantsPlaceholder), ImportPlaceholder, Outcome{ARN: ownARN})
	if ts := got.Status.Targets[0]; ts.ARN != ownARN || !ts.Imported || ts.Serial != "" {
		t.Errorf("target %+v", ts)
	}
	if got.Status.ACMARN != ownARN || isReady(got.Status) {
		t.Errorf("ARN %s, ready: %v", got.Status.ACMARN, isReady(got.Status))
	}
	if e := lastEntry(got.Status); e.Reason != api.ReasonPlaceholder {
		t.Errorf("history: %+v", e)
	}
	refused := next(t, fresh(wantsPlaceholder), ImportPlaceholder, Outcome{Err: failing(api.Terminal, "", "no")})
	if ts := refused.Status.Targets[0]; ts.Failures != 1 || ts.ARN != "" || refused.Issuance.Imports != nil {
		t.Errorf("refused: %+v", ts)
	}
}
