package plan

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"certloop/reconciler/api"
)

func paused(until time.Time) option {
	return status(func(s *api.CertificateStatus) { withNotice(s); s.Outbox[0].Attempted, s.NextDeliveryAt = true, until })
}

// TestNotices_NoticesGoBeforeARest: what waits in the outbox is sent as soon as nothing else is to be done.
func TestNotices_NoticesGoBeforeARest(t *testing.T) {
	notify := Plan{Action: Notify, Reason: api.ReasonNotifying}
	for sentence, c := range map[string]struct {
		in   Input
		want Plan
	}{
		"before a rest":                      {kept(status(withNotice)), notify},
		"before a record is forgotten":       {kept(status(withNotice), recordGone(api.Retain)), notify},
		"before it is given up":              {kept(status(withNotice), deletingSince(now.Add(-7*day)), recordGone(api.Delete)), notify},
		"while it is suspended":              {kept(status(withNotice), spec(suspend)), notify},
		"not before an effect":               {kept(status(withNotice), at(renewAt)), makesKey},
		"a pause ends the rest":              {kept(paused(now.Add(time.Minute))), settledUntil(now.Add(time.Minute))},
		"a pause after the rest does not":    {kept(paused(renewAt.Add(time.Hour))), settledUntil(renewAt)},
		"a pause ends a rest without an end": {fresh(invalid, paused(now.Add(time.Minute))), Plan{Action: Wait, Reason: api.ReasonInvalidSpec, At: now.Add(time.Minute)}},
		"a pause keeps a record":             {kept(target(reportedRetained), paused(now.Add(time.Minute)), recordGone(api.Retain)), Plan{Action: Wait, Reason: api.ReasonNotifying, At: now.Add(time.Minute)}},
		"but not for longer than seven days": {kept(paused(now.Add(time.Minute)), deletingSince(now.Add(-7*day)), recordGone(api.Retain)), Plan{Action: Forget, Reason: api.ReasonGaveUp, Message: "seven days"}},
		"what is new is reported in a pause too": {kept(status(func(s *api.CertificateStatus) {
			s.Outbox, s.NextDeliveryAt = []api.OutboxEntry{tried("1"), waiting("2")}, now.Add(time.Minute)
		})), notify},
		"a pause that is over is none": {kept(paused(now)), notify},
	} {
		t.Run(sentence, func(t *testing.T) { comparePlans(t, Decide(c.in), c.want) })
	}
}

func TestNotices_ANoticeSaysWhatHappened(t *testing.T) {
	in := kept(target(missing), failed(func(s *api.CertificateStatus) { s.FailureBackoffUntil = now.Add(time.Hour) }))
	got := Settle(in, Decide(in), Outcome{}).Status.Outbox
	want := api.OutboxEntry{Notice: api.Notice{
		Type: api.NoticeNotReady, Time: now, Name: "www", Domains: []string{"www.example.com"}, ARN: ownARN, Reason: api.ReasonMissing,
		Message: "the certificate was deleted from ACM in us-east-1", NotAfter: ends, NextAttemptAt: now.Add(time.Hour),
	}}
	if len(got) != 1 || got[0].ID == "" {
		t.Fatalf("sent %+v", got)
	}
	got[0].ID = ""
	if !reflect.DeepEqual(got[0], want) {
		t.Errorf("sent %+v, want %+v", got[0], want)
	}
}

// TestNotices_AFailureSaysWhenItIsTriedAgain: the wait that follows from the failure, not the one of before.
func TestNotices_AFailureSaysWhenItIsTriedAgain(t *testing.T) {
	passing := &api.Error{Kind: api.Transient, Message: "no answer"}
	throttled := &api.Error{Kind: api.Throttled, Message: "too many requests"}
	refused := &api.Error{Kind: api.Terminal, Message: "refused"}
	nearly := status(func(s *api.CertificateStatus) { s.TransientErrors = reportAfterErrors - 1 })
	for sentence, c := range map[string]struct {
		in   Input
		err  error
		wait time.Duration
	}{
		"of an issuance that fails":            {fresh(issuing(), zones), refused, 5 * time.Minute},
		"of one that keeps failing in passing": {fresh(issuing(), zones, nearly), passing, brief(reportAfterErrors)},
		"of one that keeps being throttled":    {fresh(issuing(), zones, nearly), throttled, brief(reportAfterErrors)},
		"of an import that is refused":         {kept(wasReady(api.ConditionFalse), target(missing), issuing(held(successor))), refused, 5 * time.Minute},
	} {
		t.Run(sentence, func(t *testing.T) {
			p := Decide(c.in)
			outbox := Settle(c.in, p, Outcome{Err: c.err}).Status.Outbox
			if len(outbox) != 1 || !outbox[0].NextAttemptAt.Equal(now.Add(c.wait)) {
				t.Errorf("after %s: sent %+v, want the next attempt at %s", p.Action, outbox, now.Add(c.wait))
			}
		})
	}
}

// TestNotices_TransientErrorsAreReportedOnceTheyLast, even if the tenth was for another reason.
func TestNotices_TransientErrorsAreReportedOnceTheyLast(t *testing.T) {
	for sentence, c := range map[string]struct {
		before   int
		reported []string
		sent     int
	}{
		"nothing of the ninth": {8, nil, 0},
		"the tenth":            {9, nil, 1},
		"not the eleventh":     {10, []string{string(api.ReasonKeyUnavailable)}, 0},
		"but where the tenth was for another reason": {10, []string{string(api.ReasonCAUnavailable)}, 1},
		"and nothing from then on":                   {11, []string{string(api.ReasonCAUnavailable), string(api.ReasonKeyUnavailable)}, 0},
	} {
		t.Run(sentence, func(t *testing.T) {
			in := fresh(issuing(), zones, status(func(s *api.CertificateStatus) { s.TransientErrors = c.before }), reported(c.reported...))
			got := Settle(in, Decide(in), Outcome{Err: failing(api.Transient, api.ReasonKeyUnavailable, "disabled")}).Status
			if len(got.Outbox) != c.sent || got.TransientErrors != c.before+1 {
				t.Errorf("%d retries, sent %+v", got.TransientErrors, got.Outbox)
			}
		})
	}
}

// TestNotices_TheSameNoticeHasTheSameID: a write that is tried again must not notify operators twice; another event is another.
func TestNotices_TheSameNoticeHasTheSameID(t *testing.T) {
	id := func(options ...option) string {
		in := kept(append([]option{target(missing)}, options...)...)
		return Settle(in, waitInstead(Decide(in)), Outcome{}).Status.Outbox[0].ID
	}
	if first, again := id(), id(); first != again {
		t.Errorf("the same event has the IDs %s and %s", first, again)
	}
	seen := map[string]string{id(): "the event"}
	for name, o := range map[string]option{
		"a later one":      at(now.Add(time.Second)),
		"a later version":  status(func(s *api.CertificateStatus) { s.Version++ }),
		"another record's": func(in *Input) { in.Name = "api" },
		"another type":     invalid,
		"another reason":   target(blind),
	} {
		other := id(o)
		if seen[other] != "" {
			t.Errorf("%s has the ID of %s", name, seen[other])
		}
		seen[other] = name
	}
}

// reported are causes that a notice was sent of, for the record as it is.
func reported(causes ...string) option {
	return func(in *Input) {
		in.Stored.ReportedCauses, in.Stored.SpecDigest, in.HasStatus = causes, in.SpecDigest, true
	}
}

func TestNotices_TheLastTwentyAreKept(t *testing.T) {
	s := newDraft(kept())
	for i := range 25 {
		s.record(api.ReasonIssued, fmt.Sprint(i))
		s.notify(api.NoticeIssued, api.ReasonIssued, fmt.Sprint(i))
		s.Now = s.Now.Add(time.Second)
	}
	h, o := s.next.History, s.next.Outbox
	if len(h) != 20 || h[0].Message != "5" || h[19].Message != "24" {
		t.Errorf("history of %d, from %q to %q", len(h), h[0].Message, h[len(h)-1].Message)
	}
	if len(o) != 20 || o[0].Message != "5" || o[19].Message != "24" {
		t.Errorf("outbox of %d, from %q to %q", len(o), o[0].Message, o[len(o)-1].Message)
	}
	if !h[0].Time.Equal(now.Add(5 * time.Second)) {
		t.Errorf("at %s", h[0].Time)
	}
}
