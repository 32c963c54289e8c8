package plan

import (
	"time"

	"certloop/reconciler/api"
)

// settleNextAttempt derives the one time that operators read: when what waits is tried again, whatever it waits for.
// The notices of this step get it too.
func (s *state) settleNextAttempt(p Plan) {
	if p.Action != Notify { // sending a notice says nothing about the issuance
		s.status.NextAttemptAt = s.nextAttempt(p)
	}
	if s.status.NextAttemptAt.IsZero() {
		return
	}
	for i := range s.status.Outbox {
		n := &s.status.Outbox[i]
		if n.NextAttemptAt.IsZero() && isFailure(n.Type) && !s.inStoredOutbox(n.ID) {
			n.NextAttemptAt = s.status.NextAttemptAt
		}
	}
}

func (s *state) nextAttempt(p Plan) time.Time {
	_, _, wanted := s.wanted()
	if at := s.blockedUntil(); !at.IsZero() && s.HasRecord && (wanted || s.inFlight()) {
		return at
	}
	if p.Action == Wait && !makesProgress(p.Reason) && p.At.After(s.Now) {
		return p.At
	}
	var next time.Time
	for _, t := range s.status.Targets {
		next = earliest(next, future(s.Now, t.NextAttemptAt))
		next = earliest(next, future(s.Now, t.NextTagAt))
	}
	return earliest(next, future(s.Now, s.status.NextCleanupAt))
}

// future returns at where it is after now, else zero.
func future(now, at time.Time) time.Time {
	if at.After(now) {
		return at
	}
	return time.Time{}
}

// makesProgress reports whether a wait for that reason is rest, or a part of an issuance that goes as it should: nothing
// failed that would be tried again.
func makesProgress(r api.Reason) bool {
	switch r {
	case api.ReasonNotNeeded, api.ReasonSuspended, api.ReasonLeased, api.ReasonGone, api.ReasonRegistered, api.ReasonImportPending,
		api.ReasonOrdering, api.ReasonWaitingForDNS, api.ReasonValidating, api.ReasonProcessing, api.ReasonImporting, api.ReasonRetained:
		return true
	}
	return false
}

func (s *state) inStoredOutbox(id string) bool {
	for _, entry := range s.Status.Outbox {
		if entry.ID == id {
			return true
		}
	}
	return false
}
