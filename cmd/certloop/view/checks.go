package view

import (
	"certloop/cmd/certloop/doctor"
	"certloop/cmd/certloop/screen"
)

// Checks writes one line a check, and below it what to do. With all it has also what is fine.
func Checks(s *screen.Screen, checks []doctor.Check, all bool) {
	fine := 0
	for _, c := range checks {
		if c.State == doctor.Fine && !all {
			fine++
			continue
		}
		line := sign(c.State) + " " + screen.Strong.Render(string(c.Area))
		if c.Subject != "" {
			line += " " + c.Subject
		}
		s.Wrapped(line+": "+c.Message, 0)
		if c.Remedy != "" {
			s.Wrapped(c.Remedy, 2)
		}
	}
	if fine > 0 {
		s.Line(screen.Good.Render("✓") + " " + s.F("Checks without a finding: %d. Run certloop doctor --all to see them.", fine))
	}
}

func sign(state doctor.State) string {
	switch state {
	case doctor.Fine:
		return screen.Good.Render("✓")
	case doctor.Failed:
		return screen.Bad.Render("✗")
	case doctor.Warning:
		return screen.Warn.Render("!")
	case doctor.Unknown:
	}
	return screen.Warn.Render("?")
}
