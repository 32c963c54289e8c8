package plan

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"certloop/reconciler/api"
)

// take takes a step as a pass does: what Intend says is on record before, and what Settle says after it.
func take(in Input, p Plan, o Outcome) Settled {
	return Settle(claimed(in, p), p, o)
}

// claimed returns the Input as it is stored once the step is claimed.
func claimed(in Input, p Plan) Input {
	if p.Passive() {
		return in
	}
	intent := Intend(in, p, in.Now)
	intent.Status.ClaimID = "claim-1"
	return stored(in, intent)
}

// stored returns the Input as the next observation of the table shows it.
func stored(in Input, s Settled) Input {
	in.HasStatus, in.Stored = true, s.Status
	if s.Issuance != nil {
		in.Issuance = s.Issuance
		if s.Issuance.IsEmpty() {
			in.Issuance = nil
		}
	}
	return in
}

// next decides and takes that step.
func next(t *testing.T, in Input, action Action, o Outcome) Settled {
	t.Helper()
	p := Decide(in)
	if p.Action != action {
		t.Fatalf("decided %+v, want %s", p, action)
	}
	return take(in, p, o)
}

// noticesSent returns the notices of that type.
func noticesSent(s api.CertificateStatus, kind string) (n int) {
	for _, notice := range s.Outbox {
		if notice.Type == kind {
			n++
		}
	}
	return n
}

func lastEntry(s api.CertificateStatus) api.HistoryEntry {
	if len(s.History) == 0 {
		return api.HistoryEntry{}
	}
	return s.History[len(s.History)-1]
}

func isReady(s api.CertificateStatus) bool { return api.IsTrue(s.Conditions, api.ConditionReady) }

func TestSettle_AClaimIsOnRecord(t *testing.T) {
	in := fresh(target(both(unclaimed, holds(leaf("a1", began, ends)))), target(func(t *Target) { t.Found.Tags = nil }))
	got := next(t, in, ClaimARN, Outcome{Owner: "www"})
	if ts := got.Status.Targets[0]; !ts.Claimed || ts.ARN != ownARN || ts.Imported {
		t.Errorf("target %+v", ts)
	}
	if e := lastEntry(got.Status); e.Reason != api.ReasonAdopted || e.Message != ownARN {
		t.Errorf("history: %+v", e)
	}
	other := next(t, in, ClaimARN, Outcome{Owner: "api"})
	if ts := other.Status.Targets[0]; ts.Claimed || ts.Reason != api.ReasonOwnedByAnother || ts.BlockedBy != "api" || ts.Failures != 0 {
		t.Errorf("claimed by another: %+v", ts)
	}
	if c, _ := api.GetCondition(other.Status.Conditions, api.ConditionAccepted); c.Status != api.ConditionFalse || c.Reason != api.ReasonOwnedByAnother {
		t.Errorf("claimed by another: %+v", c)
	}
	imported := kept(target(notClaimed))
	if ts := next(t, imported, ClaimARN, Outcome{Owner: "www"}).Status.Targets[0]; !ts.Claimed || !ts.Imported {
		t.Errorf("imported: %+v", ts)
	}
	taken := next(t, imported, ClaimARN, Outcome{Owner: "api"})
	if ts := taken.Status.Targets[0]; ts.Claimed || ts.Reason != api.ReasonOwnedByAnother || !ts.NextAttemptAt.After(now) || !isReady(taken.Status) {
		t.Errorf("imported, and claimed by another: %+v", ts)
	}
	failed := next(t, in, ClaimARN, Outcome{Err: failing(api.Transient, "", "no answer")})
	if ts := failed.Status.Targets[0]; ts.Claimed || ts.Failures != 1 || ts.NextAttemptAt.Sub(now) != 10*time.Second {
		t.Errorf("no answer: %+v", ts)
	}
}

func TestSettle_ATargetThatIsLetGo(t *testing.T) {
	in := kept(another(both(dropped, missing)), issuing(imports(now.Add(-time.Hour))), func(in *Input) { in.Issuance.Imports[tokyo] = now.Add(-time.Hour) })
	got := next(t, in, ReleaseTarget, Outcome{})
	if len(got.Status.Targets) != 1 || got.Status.Targets[0].Key != place {
		t.Errorf("targets %+v", got.Status.Targets)
	}
	if _, marked := got.Issuance.Imports[tokyo]; marked {
		t.Error("its import is still looked for")
	}
	failed := next(t, in, ReleaseTarget, Outcome{Err: failing(api.Transient, "", "no answer")})
	if len(failed.Status.Targets) != 2 || failed.Status.Targets[1].NextAttemptAt.Sub(now) != 10*time.Second {
		t.Errorf("no answer: %+v", failed.Status.Targets)
	}
	if e := lastEntry(got.Status); e.Reason != api.ReasonTargetDropped {
		t.Errorf("history: %+v", e)
	}
}

func TestSettle_TagsAreOnRecord(t *testing.T) {
	in := kept(peoplesTags(map[string]string{"team": "web", "env": "prod"}))
	in.Stored.SpecDigest = in.SpecDigest
	got := next(t, in, Tag, Outcome{})
	if ts := got.Status.Targets[0]; !slices.Equal(ts.TagKeys, []string{"env", "team"}) || ts.TagFailures != 0 {
		t.Errorf("target %+v", ts)
	}
	for sentence, c := range map[string]struct {
		err  error
		n    int
		wait time.Duration
	}{
		"refused":               {failing(api.Terminal, "", "no"), 0, 5 * time.Minute},
		"refused again":         {failing(api.Terminal, "", "no"), 1, 30 * time.Minute},
		"throttled for an hour": {throttled(time.Hour), 0, time.Hour},
		"no answer":             {failing(api.Transient, "", "no answer"), 0, 10 * time.Second},
	} {
		t.Run(sentence, func(t *testing.T) {
			got := next(t, in.with(target(func(t *Target) { t.Stored.TagFailures = c.n })), Tag, Outcome{Err: c.err})
			if said := len(got.Status.History) > len(in.Stored.History); said != (c.n == 0) {
				t.Errorf("the history says so after %d failures: %t", c.n+1, said)
			}
			if ts := got.Status.Targets[0]; ts.TagFailures != c.n+1 || ts.NextTagAt.Sub(now) != c.wait || ts.Failures != 0 {
				t.Errorf("target %+v", ts)
			}
			if !isReady(got.Status) {
				t.Error("a certificate without its tags is not ready")
			}
		})
	}
	gone := next(t, in, Tag, Outcome{Err: failing(api.NotFound, "", "gone")})
	if ts := gone.Status.Targets[0]; ts.TagFailures != 0 {
		t.Errorf("a certificate that is gone: %+v", ts)
	}
}

// TestSettle_ATakeoverThatIsRefusedIsSaid: with the remedy, and until it is allowed.
func TestSettle_ATakeoverThatIsRefusedIsSaid(t *testing.T) {
	in := kept(target(both(named, tagsGone, claimedBy("www"))))
	got := next(t, in, Tag, Outcome{Err: failing(api.Terminal, api.ReasonTargetAccessDenied, "access denied")})
	accepted, _ := api.GetCondition(got.Status.Conditions, api.ConditionAccepted)
	if accepted.Status != api.ConditionFalse || accepted.Reason != api.ReasonTakeoverRefused ||
		!strings.Contains(accepted.Message, ownARN+" may not be adopted: access denied") {
		t.Errorf("refused: %+v", accepted)
	}
	again := kept(target(mayNotTag), at(now.Add(5*time.Minute)))
	got = next(t, again, Tag, Outcome{})
	if ts := got.Status.Targets[0]; ts.Reason != "" || ts.Message != "" || !api.IsTrue(got.Status.Conditions, api.ConditionAccepted) {
		t.Errorf("allowed: %+v, %+v", ts, got.Status.Conditions)
	}
	owned := next(t, kept(peoplesTags(map[string]string{"team": "web"})), Tag, Outcome{Err: failing(api.Terminal, api.ReasonTargetAccessDenied, "access denied")})
	if !api.IsTrue(owned.Status.Conditions, api.ConditionAccepted) || !isReady(owned.Status) {
		t.Errorf("a certificate of ours whose tags cannot be changed: %+v", owned.Status.Conditions)
	}
}

func TestSettle_TagsThatCameToBeUnnoticedAreOnRecord(t *testing.T) {
	in := kept(peoplesTags(map[string]string{"team": "web"}), target(both(tagged(map[string]string{"team": "web"}), func(t *Target) {
		t.Stored.TagFailures, t.Stored.NextTagAt = 2, now.Add(time.Hour)
	})))
	if ts := Settle(in, Decide(in), Outcome{}).Status.Targets[0]; ts.TagFailures != 0 || !ts.NextTagAt.IsZero() || !slices.Equal(ts.TagKeys, []string{"team"}) {
		t.Errorf("target %+v", ts)
	}
}

func TestSettle_APredecessorIsRetiredOnce(t *testing.T) {
	in := kept(target(leftBehind))
	for name, o := range map[string]Outcome{"tagged": {}, "gone": {Err: failing(api.NotFound, "", "gone")}} {
		got := next(t, in, Tag, o)
		if ts := got.Status.Targets[0]; ts.RetiredARN != "" || lastEntry(got.Status).Reason != api.ReasonRetired {
			t.Errorf("%s: %+v, history %+v", name, ts, lastEntry(got.Status))
		}
	}
	superseded := kept(target(func(t *Target) { t.Superseded = otherARN }))
	if ts := Settle(superseded, Decide(superseded), Outcome{}).Status.Targets[0]; ts.RetiredARN != otherARN {
		t.Errorf("the search found another beside it: %+v", ts)
	}
}

func TestSettle_ADeletionIsOnRecord(t *testing.T) {
	in := kept(recordGone(api.Delete))
	for name, o := range map[string]Outcome{"deleted": {}, "gone already": {Err: failing(api.NotFound, "", "gone")}} {
		got := next(t, in, DeleteCertificate, o)
		if ts := got.Status.Targets[0]; ts.ARN != "" || ts.Imported || noticesSent(got.Status, api.NoticeDeleted) != 1 || lastEntry(got.Status).Reason != api.ReasonDeleted {
			t.Errorf("%s: %+v, %d notices", name, ts, noticesSent(got.Status, api.NoticeDeleted))
		}
	}
	after := next(t, in.with(target(importPauses)), DeleteCertificate, Outcome{Err: failing(api.Terminal, api.ReasonInUse, "in use")})
	if ts := after.Status.Targets[0]; ts.Failures != 1 || ts.NextAttemptAt.Sub(now) != 5*time.Minute {
		t.Errorf("after an import that failed: %+v", ts)
	}
	inUse := next(t, in, DeleteCertificate, Outcome{Err: failing(api.Terminal, api.ReasonInUse, "in use")})
	if ts := inUse.Status.Targets[0]; ts.ARN != ownARN || ts.NextAttemptAt.Sub(now) != 5*time.Minute || ts.Reason != api.ReasonInUse {
		t.Errorf("in use: %+v", ts)
	}
	ofDropped := next(t, kept(spec(deleting), another(dropped)), DeleteCertificate, Outcome{})
	if n := len(ofDropped.Status.Outbox); n != 0 {
		t.Errorf("of a dropped target: %d notices", n)
	}
}

func TestSettle_ADeletedRecordIsForgottenWithItsClaims(t *testing.T) {
	in := kept(another(reportedRetained), target(both(named, reportedRetained)), recordGone(api.Retain))
	got := next(t, in, Forget, Outcome{})
	if !got.Forget || !slices.Equal(got.Claims, []string{ownARN, otherARN}) {
		t.Errorf("forget: %v, claims %v", got.Forget, got.Claims)
	}
	if failed := take(in, Plan{Action: Forget}, Outcome{Err: errBug}); failed.Forget {
		t.Error("it is forgotten after an error")
	}
	if since := Settle(in, *wait(now.Add(time.Hour), api.ReasonDeleting, ""), Outcome{}).Status.DeletingSince; !since.Equal(now) {
		t.Errorf("deleting since %s", since)
	}
	back := kept(deletingSince(now.Add(-day)))
	if since := Settle(back, Decide(back), Outcome{}).Status.DeletingSince; !since.IsZero() {
		t.Errorf("a record that came back is deleted since %s", since)
	}
}

// TestSettle_ACertificateThatIsLeftInPlaceIsToldOf once, before its record is forgotten with its outbox.
func TestSettle_ACertificateThatIsLeftInPlaceIsToldOf(t *testing.T) {
	in := kept(another(asIs), recordGone(api.Retain))
	got := next(t, in, Wait, Outcome{})
	if n := noticesSent(got.Status, api.NoticeRetained); n != 2 || lastEntry(got.Status).Reason != api.ReasonRetained {
		t.Errorf("%d notices, history %+v", n, lastEntry(got.Status))
	}
	for i, ts := range got.Status.Targets {
		if ts.Reason != api.ReasonRetained || !strings.Contains(got.Status.Outbox[i].Message, ts.ARN) {
			t.Errorf("target %+v, sent %q", ts, got.Status.Outbox[i].Message)
		}
	}
	in = seenAgain(in, got)
	for range 2 {
		got = next(t, in, Notify, Outcome{})
		in = seenAgain(in, got)
	}
	if got := next(t, in, Forget, Outcome{}); !got.Forget {
		t.Errorf("after it was sent: %+v", got)
	}
	if got := next(t, kept(recordGone(api.Delete)), DeleteCertificate, Outcome{}); noticesSent(got.Status, api.NoticeRetained) != 0 {
		t.Errorf("of one that is deleted: %+v", got.Status.Outbox)
	}
	if got := rest(kept()); noticesSent(got.Status, api.NoticeRetained) != 0 {
		t.Errorf("of one whose record is there: %+v", got.Status.Outbox)
	}
}

func TestSettle_ANoticeLeavesTheOutboxOnceItIsSent(t *testing.T) {
	two := status(func(s *api.CertificateStatus) {
		s.Outbox = []api.OutboxEntry{waiting("1"), waiting("2")}
		s.DeliveryFailures = 2
	})
	got := next(t, kept(two), Notify, Outcome{})
	if len(got.Status.Outbox) != 1 || got.Status.Outbox[0].ID != "2" || got.Status.DeliveryFailures != 0 || !got.At.Equal(now) {
		t.Errorf("outbox %+v, again at %s", got.Status.Outbox, got.At)
	}
	if last := next(t, kept(status(withNotice)), Notify, Outcome{}); last.Status.Outbox != nil {
		t.Errorf("outbox %+v", last.Status.Outbox)
	}
	for sentence, c := range map[string]struct {
		err  error
		wait time.Duration
	}{
		"no answer":             {failing(api.Transient, "", "no answer"), 40 * time.Second},
		"throttled for an hour": {throttled(time.Hour), time.Hour},
		"refused":               {failing(api.Terminal, "", "no topic"), 40 * time.Second},
	} {
		failed := next(t, kept(two), Notify, Outcome{Err: c.err})
		if s := failed.Status; len(s.Outbox) != 2 || s.DeliveryFailures != 3 || s.NextDeliveryAt.Sub(now) != c.wait {
			t.Errorf("%s: %d notices, again in %s", sentence, len(s.Outbox), s.NextDeliveryAt.Sub(now))
		}
	}
}

// TestSettle_AChannelThatTookANoticeIsOnRecord, so that it is sent again on the others only, and keep no later one back.
func TestSettle_AChannelThatTookANoticeIsOnRecord(t *testing.T) {
	refused := failing(api.Transient, "", "no bus")
	for sentence, c := range map[string]struct {
		before []api.OutboxEntry
		out    Outcome
		want   []api.OutboxEntry
	}{
		"one took it": {
			[]api.OutboxEntry{waiting("1"), waiting("2")}, Outcome{DeliveredTo: []string{"people"}, Err: refused},
			[]api.OutboxEntry{tried("1", "people"), waiting("2")},
		},
		"a later one is reported first where an earlier one was": {
			[]api.OutboxEntry{tried("1", "people"), waiting("2"), waiting("3")}, Outcome{DeliveredTo: []string{"people"}, Err: refused},
			[]api.OutboxEntry{tried("1", "people"), tried("2", "people"), waiting("3")},
		},
		"also where nobody took the earlier one": {
			[]api.OutboxEntry{tried("1"), waiting("2", "people")}, Outcome{DeliveredTo: []string{"machines"}},
			[]api.OutboxEntry{tried("1")},
		},
		"and leaves first": {
			[]api.OutboxEntry{tried("1", "people"), waiting("2")}, Outcome{DeliveredTo: []string{"people", "machines"}},
			[]api.OutboxEntry{tried("1", "people")},
		},
		"where all were, it goes on with the oldest": {
			[]api.OutboxEntry{tried("1", "people"), tried("2", "people")}, Outcome{DeliveredTo: []string{"machines"}},
			[]api.OutboxEntry{tried("2", "people")},
		},
		"with the one that the fewest have taken": {
			[]api.OutboxEntry{tried("1", "people"), tried("2")}, Outcome{DeliveredTo: []string{"people", "machines"}},
			[]api.OutboxEntry{tried("1", "people")},
		},
		"nobody took it, and who has is not forgotten": {
			[]api.OutboxEntry{tried("1", "people")}, Outcome{Err: refused}, []api.OutboxEntry{tried("1", "people")},
		},
		"the third of three": {
			[]api.OutboxEntry{tried("1", "people")}, Outcome{DeliveredTo: []string{"machines"}, Err: refused},
			[]api.OutboxEntry{tried("1", "people", "machines")},
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			in := kept(status(func(s *api.CertificateStatus) { s.Outbox = c.before }))
			before := text(in)
			if got := next(t, in, Notify, c.out).Status.Outbox; !reflect.DeepEqual(got, c.want) {
				t.Errorf("outbox %+v, want %+v", got, c.want)
			}
			if text(in) != before {
				t.Error("its input was changed")
			}
		})
	}
}

// tried is an entry that was refused once.
func tried(id string, channels ...string) api.OutboxEntry {
	entry := waiting(id, channels...)
	entry.Attempted = true
	return entry
}

func TestSettle_AnActionThatNobodySettlesIsABug(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("it goes unnoticed")
		}
	}()
	Settle(kept(), Plan{Action: "Guess"}, Outcome{})
}
