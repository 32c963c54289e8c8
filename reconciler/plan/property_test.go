package plan

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"certloop/reconciler/api"
	"pgregory.net/rapid"
)

// TestDecide_IsAFunctionOfWhatIsObserved, and leaves it as it is.
func TestDecide_IsAFunctionOfWhatIsObserved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyWorld.Draw(t, "world").Input
		before := text(in)
		p := Decide(in)
		if again := Decide(in); !reflect.DeepEqual(p, again) {
			t.Fatalf("%+v, and then %+v", p, again)
		}
		if text(in) != before {
			t.Fatalf("Decide changed\n%s to\n%s", before, text(in))
		}
	})
}

// TestSettle_SettlingLeavesItsInputAlone: neither Intend nor Settle writes into what it was given, nor remembers it.
func TestSettle_SettlingLeavesItsInputAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyWorld.Draw(t, "world").Input
		p := Decide(in)
		o := someOutcome(t, p)
		before := text(in)
		if a, b := settledText(Intend(in, p, in.Now)), settledText(Intend(in, p, in.Now)); a != b {
			t.Fatalf("intended\n%s and then\n%s", a, b)
		}
		if text(in) != before {
			t.Fatalf("Intend changed\n%s to\n%s", before, text(in))
		}
		on := claimed(in, p)
		before = text(on)
		if a, b := settledText(Settle(on, p, o)), settledText(Settle(on, p, o)); a != b {
			t.Fatalf("settled\n%s and then\n%s", a, b)
		}
		if text(on) != before {
			t.Fatalf("Settle changed\n%s to\n%s", before, text(on))
		}
	})
}

func TestSettle_ATransitionTimeMovesOnlyWhenTheStatusFlips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyWorld.Draw(t, "world").Input
		p := Decide(in)
		got := take(in, p, someOutcome(t, p)).Status
		for _, c := range got.Conditions {
			old, had := api.GetCondition(in.Stored.Conditions, c.Type)
			moved := !c.LastTransitionTime.Equal(old.LastTransitionTime)
			if flipped := !had || old.Status != c.Status; moved != flipped {
				t.Fatalf("%s: %s since %s, and now %s since %s", c.Type, old.Status, old.LastTransitionTime, c.Status, c.LastTransitionTime)
			}
			if in.HasRecord && c.ObservedGeneration != got.Generation {
				t.Fatalf("%s speaks of generation %d, and %d was seen", c.Type, c.ObservedGeneration, got.Generation)
			}
		}
	})
}

// TestSettle_AMessageDoesNotTellTheTimeOfDay: a second later the same state has the same message.
func TestSettle_AMessageDoesNotTellTheTimeOfDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyWorld.Draw(t, "world").Input
		p := Decide(in)
		if !p.Passive() {
			t.Skip("an effect")
		}
		later := in
		later.Now = now.Add(time.Second)
		first, second := Settle(in, p, Outcome{}).Status, Settle(later, p, Outcome{}).Status
		for _, c := range first.Conditions {
			other, _ := api.GetCondition(second.Conditions, c.Type)
			if c.Status == other.Status && c.Reason == other.Reason && c.Message != other.Message {
				t.Fatalf("%s: %q, and a second later %q", c.Type, c.Message, other.Message)
			}
		}
	})
}

// TestSettle_EveryTimeOnRecordIsAWholeSecond, in UTC: it comes back from the table as it was written.
func TestSettle_EveryTimeOnRecordIsAWholeSecond(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyWorld.Draw(t, "world").Input
		p := Decide(in)
		got := take(in, p, someOutcome(t, p))
		everyTime(reflect.ValueOf(got), "", func(path string, at time.Time) {
			if at.Nanosecond() != 0 || at.Location() != time.UTC {
				t.Fatalf("%s is %s", path, at)
			}
		})
	})
}

func everyTime(v reflect.Value, path string, visit func(string, time.Time)) {
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		visit(path, v.Interface().(time.Time))
	case v.Kind() == reflect.Pointer && !v.IsNil():
		everyTime(v.Elem(), path, visit)
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			everyTime(v.Field(i), path+"."+v.Type().Field(i).Name, visit)
		}
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			everyTime(v.Index(i), path, visit)
		}
	case v.Kind() == reflect.Map:
		for iter := v.MapRange(); iter.Next(); {
			everyTime(iter.Value(), path, visit)
		}
	}
}

// seenAgain returns the world as the next pass sees it, if nobody else did anything.
func seenAgain(in Input, s Settled) Input {
	in = stored(in, s)
	targets := slices.Clone(in.Targets)
	for i := range targets {
		for _, ts := range in.Stored.Targets {
			if ts.Key == targets[i].Stored.Key {
				targets[i].Stored = ts
			}
		}
	}
	in.Targets = targets
	in.Zones, in.ZoneErr, in.Renewal, in.RenewalErr = nil, nil, nil, nil
	if in.Spec == nil {
		return in
	}
	if NeedsZones(in) {
		in.Zones = []api.ChallengeZone{wwwZone}
	}
	if !NeedsOrder(in) {
		in.Order, in.OrderErr = nil, nil
	}
	return in
}

// TestSettle_ASecondLookWritesNothing: a rest that was written down is written down. With a notice that it put into the
// outbox while that pauses, the rest is shorter; so the first look does not count.
func TestSettle_ASecondLookWritesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyWorld.Draw(t, "world").Input
		if NoticeWaits(in.Stored, in.Now) {
			in.Stored.Outbox = nil // to tell them is an effect, and no rest
		}
		for range 2 {
			p := Decide(in)
			if !p.Passive() || p.Reason == api.ReasonLeased {
				t.Skip("an effect, or another's lease")
			}
			in = seenAgain(in, Settle(in, p, Outcome{}))
			in.Stored.Outbox = nil // likewise
		}
		p := Decide(in)
		if !p.Passive() {
			t.Skip("it goes on")
		}
		got := Settle(in, p, Outcome{})
		if d := differences(in.Stored, got.Status); len(d) > 0 {
			t.Fatalf("%+v writes %v", p, d)
		}
		if got.Issuance != nil && in.Issuance != nil {
			if d := differences(*in.Issuance, *got.Issuance); len(d) > 0 {
				t.Fatalf("%+v writes %v", p, d)
			}
		}
	})
}

// differences returns the attributes in which two records differ, as they are written.
func differences(a, b any) (all []string) {
	var was, is map[string]any
	for v, into := range map[any]*map[string]any{&a: &was, &b: &is} {
		text, err := json.Marshal(v)
		if err == nil {
			err = json.Unmarshal(text, into)
		}
		if err != nil {
			panic(err)
		}
	}
	for key := range was {
		if _, kept := is[key]; !kept {
			is[key] = nil
		}
	}
	for key := range is {
		if !reflect.DeepEqual(was[key], is[key]) {
			all = append(all, fmt.Sprintf("%s: %v, was %v", key, is[key], was[key]))
		}
	}
	return all
}

// TestSettle_WhatFailedIsNotTriedAgainAtOnce: every effect that failed has its pause, but for one where somebody else wrote.
func TestSettle_WhatFailedIsNotTriedAgainAtOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyWorld.Draw(t, "world").Input
		p := Decide(in)
		o := someOutcome(t, p)
		if o.Err == nil || api.KindOf(o.Err) == api.Conflict {
			t.Skip("it does not fail")
		}
		if api.KindOf(o.Err) == api.NotFound && slices.Contains([]Action{Tag, DeleteCertificate, CleanDNS}, p.Action) {
			t.Skip("what is not there is done")
		}
		after := take(in, p, o)
		if p.Action == Notify && NoticeWaits(after.Status, in.Now) && !after.Status.Outbox[NextNotice(after.Status.Outbox)].Attempted {
			t.Skip("another notice is new")
		}
		again := Decide(seenAgain(in, after))
		if again.Action == p.Action && again.Target == p.Target && again.ARN == p.ARN {
			t.Fatalf("%s fails with %v, and is decided again: %+v", p.Action, o.Err, again)
		}
	})
}

// TestSettle_TheDueIndexKnowsWhatIsToCome: whatever a pass waits for, the index brings the record back in time.
func TestSettle_TheDueIndexKnowsWhatIsToCome(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyWorld.Draw(t, "world").Input
		p := Decide(in)
		got := take(in, p, someOutcome(t, p))
		if got.Forget {
			return
		}
		due := time.Unix(got.Status.DueAt, 0)
		switch {
		case got.At.IsZero() != (got.Status.DueAt == 0):
			t.Fatalf("again at %s, due at %s", got.At, due)
		case !got.At.IsZero() && (due.Before(now) || due.After(later(got.At, now.Add(17*time.Minute)))):
			t.Fatalf("again at %s, due at %s", got.At, due)
		}
	})
}

// TestSettle_EveryNoticeHasItsOwnID: a receiver drops a repetition by it.
func TestSettle_EveryNoticeHasItsOwnID(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyWorld.Draw(t, "world").Input
		p := Decide(in)
		ids := map[string]api.OutboxEntry{}
		for _, n := range take(in, p, someOutcome(t, p)).Status.Outbox {
			if other, twice := ids[n.ID]; twice {
				t.Fatalf("%+v and %+v have one ID", n, other)
			}
			ids[n.ID] = n
		}
	})
}

// TestSettle_AnObservationCountsOnce: what was observed before an effect is in both writes around it, and counts in one of them.
func TestSettle_AnObservationCountsOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyWorld.Draw(t, "world").Input
		p := Decide(in)
		observed, got := newDraft(in).next, Settle(claimed(in, p), p, someOutcome(t, p)).Status
		if observed.ARI != nil && got.ARI != nil && got.ARI.Failures > observed.ARI.Failures {
			t.Fatalf("%s: the renewal information failed %d times, and is counted %d times", p.Action, observed.ARI.Failures, got.ARI.Failures)
		}
		for _, r := range got.Revocations {
			if was := revocationOf(observed.Revocations, r.FingerprintSHA256); was != nil && r.Failures > was.Failures {
				t.Fatalf("%s: the check of revocation failed %d times, and is counted %d times", p.Action, was.Failures, r.Failures)
			}
		}
	})
}
