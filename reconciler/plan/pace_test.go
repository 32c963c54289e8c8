package plan

import (
	"strings"
	"testing"
	"time"

	"certloop/reconciler/api"
	"pgregory.net/rapid"
)

// triedBefore is a record on which an action was tried so often in a row, the last time a while ago.
func triedBefore(key string, count int, ago time.Duration) option {
	return status(func(s *api.CertificateStatus) {
		s.Attempts = map[string]api.Attempt{key: {Count: count, Last: now.Add(-ago)}}
	})
}

func TestPace_NothingIsRepeatedWithoutAPause(t *testing.T) {
	ready := []option{issuing(ordered), order(api.OrderReady)}
	for sentence, c := range map[string]struct {
		in   Input
		want time.Duration
	}{
		"the first time":                    {fresh(ready...), 0},
		"the second time":                   {fresh(append(ready, triedBefore("Finalize", 1, 3*time.Second))...), 7 * time.Second},
		"the pause is over":                 {fresh(append(ready, triedBefore("Finalize", 1, 10*time.Second))...), 0},
		"the fifth time":                    {fresh(append(ready, triedBefore("Finalize", 4, 0))...), 80 * time.Second},
		"any number of times":               {fresh(append(ready, triedBefore("Finalize", 1_000_000, 0))...), 30 * time.Minute},
		"after an hour of rest":             {fresh(append(ready, triedBefore("Finalize", 1_000_000, time.Hour))...), 0},
		"of another action":                 {fresh(append(ready, triedBefore("Accept", 9, 0))...), 0},
		"a time that lies ahead":            {fresh(append(ready, triedBefore("Finalize", 9, -day))...), 0},
		"but for what clocks differ":        {fresh(append(ready, triedBefore("Finalize", 1, -time.Minute))...), 70 * time.Second},
		"an import into another target":     {fresh(issuing(held(successor)), triedBefore("Import "+tokyo, 9, 0)), 0},
		"an import into the same":           {fresh(issuing(held(successor)), triedBefore("Import "+place, 1, 0)), 10 * time.Second},
		"a publication in another zone":     {fresh(issuing(ordered), order(api.OrderPending), triedBefore("Publish ZORG", 9, 0)), 0},
		"a publication in the same":         {fresh(issuing(ordered), order(api.OrderPending), triedBefore("Publish ZCOM", 1, 0)), 10 * time.Second},
		"tags that do not stay hold nobody": {fresh(target(both(holds(leaf("a1", began, ends)), missing)), triedBefore("Tag "+place, 9, 0)), 0},
	} {
		t.Run(sentence, func(t *testing.T) {
			p := Decide(c.in)
			var wait time.Duration
			if p.Passive() {
				wait = p.At.Sub(now)
			}
			if wait != c.want {
				t.Errorf("%+v, want it after %s", p, c.want)
			}
		})
	}
}

func TestPace_NoticesThatWaitGoTogether(t *testing.T) {
	waiting := func(count int) Input {
		return kept(triedBefore("Notify", count, 0), status(func(s *api.CertificateStatus) {
			s.Outbox = []api.OutboxEntry{{Notice: api.Notice{ID: "1"}}}
		}))
	}
	if p := Decide(waiting(outboxKept - 1)); p.Action != Notify {
		t.Errorf("%+v", p)
	}
	if p := Decide(waiting(outboxKept)); p.Action != Wait || !p.At.Equal(now.Add(10*time.Second)) {
		t.Errorf("%+v", p)
	}
}

// TestPace_AnHourHasAtMostNineAttempts, whatever the pauses between them: the bound of docs/design/architecture.md.
func TestPace_AnHourHasAtMostNineAttempts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := fresh(issuing(ordered), order(api.OrderReady))
		var at []time.Time
		for range 60 {
			p := Decide(in)
			for p.Passive() {
				in.Now = p.At
				in.Issuance.CreatedAt = in.Now // the order never comes to its end
				p = Decide(in)
			}
			if p.Action != Finalize {
				t.Fatalf("decided %+v", p)
			}
			at = append(at, in.Now)
			in = stored(in, Intend(in, p, in.Now))
			in.Stored.ClaimID = ""
			in.Now = in.Now.Add(time.Duration(rapid.IntRange(0, 4000).Draw(t, "idle")) * time.Second)
			in.Issuance.CreatedAt = in.Now
		}
		for i := range at {
			if j := i + 9; j < len(at) && at[j].Sub(at[i]) < time.Hour {
				t.Fatalf("ten attempts within %s: %v", at[j].Sub(at[i]), at[i:j+1])
			}
		}
	})
}

func TestPace_AttemptsThatNoLongerMatterAreForgotten(t *testing.T) {
	in := fresh(issuing(ordered), order(api.OrderReady), status(func(s *api.CertificateStatus) {
		s.Attempts = map[string]api.Attempt{
			"Publish ZOLD": {Count: 3, Last: now.Add(-time.Hour)}, "Publish ZCOM": {Count: 3, Last: now.Add(-time.Minute)},
			"Finalize": {Count: 2, Last: now.Add(-time.Minute)}, "Accept": {Count: 1, Last: now.Add(day)},
		}
	}))
	got := Intend(in, Decide(in), in.Now).Status.Attempts
	if len(got) != 2 || got["Finalize"] != (api.Attempt{Count: 3, Last: now}) || got["Publish ZCOM"].Count != 3 {
		t.Errorf("%v", got)
	}
}

func TestPace_APauseIsSaid(t *testing.T) {
	p := Decide(fresh(issuing(ordered), order(api.OrderReady), triedBefore("Finalize", 1, 0)))
	if p.Reason != api.ReasonFinalizing || !strings.Contains(p.Message, "after a pause") {
		t.Errorf("%+v", p)
	}
}

func TestPace_AnAccountRepeatsNothingWithoutAPause(t *testing.T) {
	tried := func(action Action, count int, ago time.Duration) AccountInput {
		in := newAccount()
		in.Stored.Attempts = map[string]api.Attempt{string(action): {Count: count, Last: now.Add(-ago)}}
		in.HasStatus = true
		return in
	}
	for sentence, c := range map[string]struct {
		in   AccountInput
		want time.Duration
	}{
		"the first time":      {newAccount(), 0},
		"the second time":     {tried(CreateKey, 1, 3*time.Second), 7 * time.Second},
		"any number of times": {tried(CreateKey, 1_000_000, 0), 30 * time.Minute},
		"of another action":   {tried(Register, 9, 0), 0},
		"after an hour":       {tried(CreateKey, 9, time.Hour), 0},
	} {
		p := DecideAccount(c.in)
		var wait time.Duration
		if p.Passive() {
			wait = p.At.Sub(now)
		}
		if wait != c.want {
			t.Errorf("%s: %+v, want it after %s", sentence, p, c.want)
		}
	}
	in := newAccount()
	for n := 1; n <= 3; n++ {
		in.Stored = IntendAccount(in, Plan{Action: CreateKey}, now)
		if got := in.Stored.Attempts["CreateKey"]; got != (api.Attempt{Count: n, Last: now}) {
			t.Errorf("after %d attempts: %+v", n, got)
		}
	}
}
