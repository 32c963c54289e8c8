package view

import (
	"fmt"

	"certloop/cmd/certloop/screen"
	"certloop/reconciler/api"
)

// Seen is what the endpoints of a certificate serve, as the last probe stored it.
type Seen struct {
	// Served is nil if they were never probed.
	Served *api.ServedStatus
	// Problem is why nothing is known, or "".
	Problem string
}

// endpoints writes what each endpoint serves.
func endpoints(s *screen.Screen, seen Seen) {
	if seen.Problem == "" && (seen.Served == nil || len(seen.Served.Endpoints) == 0 && seen.Served.FrontendsMessage == "") {
		return
	}
	section(s, s.T("Endpoints"))
	if seen.Problem != "" {
		s.Wrapped(seen.Problem, 2)
		return
	}
	var rows [][]string
	for _, e := range seen.Served.Endpoints {
		rows = append(rows, []string{address(e), string(e.Family), servedStyle(e.State), s.Relative(e.Since), what(s, e)})
	}
	s.Table([]screen.Column{
		{Title: s.T("ENDPOINT"), Shrinks: true}, {Title: s.T("FAMILY")}, {Title: s.T("SERVES")}, {Title: s.T("SINCE")}, {Title: s.T("CERTIFICATE"), Shrinks: true},
	}, rows)
	s.Line(s.F("Probed %s", s.Both(seen.Served.CheckedAt)))
	if why := seen.Served.FrontendsMessage; why != "" {
		s.Wrapped(why, 2)
	}
}

func address(e api.ServedEndpoint) string {
	at := fmt.Sprintf("%s:%d", e.Host, e.Port)
	if e.SNI != "" && e.SNI != e.Host {
		at += " (" + e.SNI + ")"
	}
	return at
}

func servedStyle(state api.ServedState) string {
	switch state {
	case api.ServedCurrent:
		return screen.Good.Render(string(state))
	case api.ServedOther:
		return screen.Bad.Render(string(state))
	case api.ServedPrevious, api.ServedUnreachable:
		return screen.Warn.Render(string(state))
	case api.ServedUnknown:
	}
	return screen.Faint.Render(string(state))
}

// what returns what was seen at an endpoint, and at which of its addresses if that needs attention: one edge may lag behind.
func what(s *screen.Screen, e api.ServedEndpoint) string {
	text := seenAt(s, e)
	if e.State == api.ServedCurrent || e.Address == "" || text == "" {
		return text
	}
	return e.Address + ": " + text
}

// seenAt returns the message of an endpoint, else the certificate.
func seenAt(s *screen.Screen, e api.ServedEndpoint) string {
	switch {
	case e.Message != "" && e.State != api.ServedCurrent:
		return e.Message
	case e.Serial == "":
		return ""
	}
	return s.F("serial %s, expires %s", e.Serial, s.Relative(e.NotAfter))
}

// servedReason returns the reason of the condition Served, in red if an endpoint serves another certificate; empty if no endpoint
// was probed.
func servedReason(c Certificate) string {
	served, _ := api.GetCondition(c.status().Conditions, api.ConditionServed)
	if isWronglyServed(served) {
		return screen.Bad.Render(string(served.Reason))
	}
	return string(served.Reason)
}

func isWronglyServed(served api.Condition) bool {
	return served.Status == api.ConditionFalse && served.Reason != api.ReasonPropagating
}
