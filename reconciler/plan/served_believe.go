package plan

import (
	"time"

	"certloop/reconciler/api"
)

// BelieveServed returns what is believed of a stored ServedStatus: texts and lists within their bounds, no time of the past that
// lies ahead, no state or endpoint that the probe cannot have written.
func BelieveServed(stored *api.ServedStatus, now time.Time) *api.ServedStatus {
	if stored == nil {
		return nil
	}
	s := *stored
	s.Endpoints = nil
	s.ExpectedSince, s.CheckedAt = notAhead(s.ExpectedSince, now), notAhead(s.CheckedAt, now)
	for _, e := range stored.Endpoints {
		if _, known := attention[e.State]; !known || e.Host == "" || !api.IsKnownProtocol(e.Protocol) {
			continue
		}
		e.Since = notAhead(e.Since, now)
		s.Endpoints = append(s.Endpoints, e)
	}
	s.Bound()
	return &s
}

func notAhead(t, now time.Time) time.Time {
	if t.After(now) {
		return time.Time{}
	}
	return t
}
