package plan

import (
	"slices"
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
	s.Endpoints, s.Frontends = nil, nil
	s.ExpectedSince, s.CheckedAt, s.FrontendsAt = notAhead(s.ExpectedSince, now), notAhead(s.CheckedAt, now), notAhead(s.FrontendsAt, now)
	for _, e := range stored.Endpoints {
		if _, known := attention[e.State]; !known || e.Host == "" || !api.IsKnownProtocol(e.Protocol) {
			continue
		}
		e.Since, e.CheckedAt = notAhead(e.Since, now), notAhead(e.CheckedAt, now)
		if _, known := attention[e.KnownState]; !known {
			e.KnownState = ""
		}
		e.KnownSince = notAhead(e.KnownSince, now)
		s.Endpoints = append(s.Endpoints, e)
	}
	for _, f := range stored.Frontends {
		f.Ports = slices.DeleteFunc(slices.Clone(f.Ports), func(port int) bool { return port < 1 || port > 65535 })
		if f.ARN != "" && f.Host != "" && len(f.Ports) <= api.MaxFrontendPorts && len(s.Frontends) < api.MaxFrontends {
			s.Frontends = append(s.Frontends, f)
		}
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
