package plan

import (
	"time"

	"certloop/reconciler/api"
)

// No effect is repeated without a pause, whatever came of it: success, refusal, or an answer after which nothing has
// changed. Intend counts each attempt before it is made, and Decide asks pace before each effect. This is the only
// place that knows the pauses, so that no action can be forgotten.
//
// The pause after the nth attempt in a row is that of forRepetition (backoff.go): 10 s, doubling up to 30 min. An hour without an attempt
// begins a new row. So within any hour one action is tried on one thing at most nine times (docs/design/architecture.md,
// "Bounds", has the figures; a property holds them).

// freshAfter is how long an action must rest before it counts from the beginning.
const freshAfter = time.Hour

// burst returns how many attempts of an action need no pause between them. Up to outboxKept notices may wait at once; new ones
// and refused ones have a pace each (attemptKey), so both together are at most twice 28 within an hour.
func burst(a Action) int {
	if a == Notify {
		return outboxKept
	}
	return 1
}

// thing returns what the action of p is about: each target and each zone has a pace of its own, so that none holds another
// up.
func (p Plan) thing() string {
	switch p.Action {
	case Publish, CleanDNS:
		return p.Zone
	}
	return p.Target
}

// attemptKey names what is paced. Notices that were refused have a pace of their own, so that new ones do not wait.
func paceKey(f *facts, a Action, thing string) string {
	if a == Notify {
		thing = deliveryKey(f.next.Outbox)
	}
	return attemptKey(a, thing)
}

func attemptKey(a Action, thing string) string {
	if thing == "" {
		return string(a)
	}
	return string(a) + " " + thing
}

// pace returns until when the action must not be tried on the thing; zero: it may be tried now.
func (f *facts) pace(a Action, thing string) time.Time {
	return paceOf(f.next.Attempts[paceKey(f, a, thing)], burst(a), f.Now, f.Config)
}

// paceOf returns until when what was tried must not be tried again; zero: it may be now. An attempt that lies ahead of now
// by more than clocks differ is not believed.
func paceOf(tried api.Attempt, burst int, now time.Time, c Config) time.Time {
	age := now.Sub(tried.Last)
	if tried.Count < burst || age >= freshAfter || age < -c.Lease {
		return time.Time{}
	}
	if at := tried.Last.Add(forRepetition.delay(nil, tried.Count-burst+1)); now.Before(at) {
		return at
	}
	return time.Time{}
}

const repeatedLater = "certloop repeats the same request only after a pause"

// pauses reports whether the action must wait, where the rest of the record's work need not: the pass then comes back
// for it in time.
func (d *decision) pauses(a Action, thing string) bool {
	at := d.pace(a, thing)
	d.paused = earliest(d.paused, at)
	return !at.IsZero()
}

// keepPace turns an effect whose pause is not over into a wait, and a wait into one that ends with the first pause.
func keepPace(d *decision, p Plan) Plan {
	if !p.Passive() {
		at := d.pace(p.Action, p.thing())
		if at.IsZero() {
			return p
		}
		p = *wait(at, p.Reason, repeatedLater)
	}
	if p.Reason != api.ReasonLeased {
		p.At = earliest(p.At, d.paused)
	}
	return p
}

// countAttempt notes an attempt that is about to be made.
func (d *draft) countAttempt(p Plan) {
	d.next.Attempts = withAttempt(d.next.Attempts, paceKey(&d.facts, p.Action, p.thing()), d.Now, d.Config)
}

// withAttempt returns the attempts with another one, without those that no longer matter.
func withAttempt(attempts map[string]api.Attempt, key string, now time.Time, c Config) map[string]api.Attempt {
	kept := map[string]api.Attempt{}
	for key, tried := range attempts {
		if age := now.Sub(tried.Last); age < freshAfter && age >= -c.Lease {
			kept[key] = tried
		}
	}
	kept[key] = api.Attempt{Count: kept[key].Count + 1, Last: now}
	return kept
}
