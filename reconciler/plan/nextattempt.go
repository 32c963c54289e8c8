package plan

import (
	"time"

	"certloop/reconciler/api"
)

// settleNextAttempt derives the one time that operators read: when what waits is tried again, whatever it waits for.
// The notices of this step get it too.
func settleNextAttempt(d *draft, p Plan) {
	if p.Action != Notify { // sending a notice says nothing about the issuance
		d.next.NextAttemptAt = nextAttempt(&d.facts, p)
	}
	if d.next.NextAttemptAt.IsZero() {
		return
	}
	for i := range d.next.Outbox {
		n := &d.next.Outbox[i]
		if n.NextAttemptAt.IsZero() && isFailure(n.Type) && !inStoredOutbox(&d.facts, n.ID) {
			n.NextAttemptAt = d.next.NextAttemptAt
		}
	}
}

func nextAttempt(f *facts, p Plan) time.Time {
	_, _, wanted := f.wanted()
	if at := f.blockedUntil(); !at.IsZero() && f.HasRecord && (wanted || f.inFlight()) {
		return at
	}
	if p.Action == Wait && !makesProgress(p.Reason) && p.At.After(f.Now) {
		return p.At
	}
	var next time.Time
	for _, t := range f.next.Targets {
		next = earliest(next, future(f.Now, t.NextAttemptAt))
		next = earliest(next, future(f.Now, t.NextTagAt))
	}
	return earliest(next, future(f.Now, f.next.NextCleanupAt))
}

// makesProgress reports whether a wait for that reason is rest, or a part of an issuance that goes as it should: nothing
// failed that would be tried again.
func makesProgress(r api.Reason) bool {
	switch r {
	case api.ReasonNotNeeded, api.ReasonSuspended, api.ReasonLeased, api.ReasonGone, api.ReasonRegistered, api.ReasonImportPending,
		api.ReasonOrdering, api.ReasonWaitingForDNS, api.ReasonValidating, api.ReasonProcessing, api.ReasonImporting, api.ReasonRetained,
		api.ReasonRollingOut:
		return true
	}
	return false
}

func inStoredOutbox(f *facts, id string) bool {
	for _, entry := range f.Stored.Outbox {
		if entry.ID == id {
			return true
		}
	}
	return false
}
