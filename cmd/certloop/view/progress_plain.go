package view

import (
	"strings"

	"certloop/cmd/certloop/screen"
)

// changes returns the lines of an issuance where lines cannot be drawn again: each has the name, and changes only if what it says
// does.
func changes(s *screen.Screen, name string, i Issuance) []string {
	text := stageNames(s)[i.Stage]
	if !i.Since.IsZero() {
		text += " " + s.F("since %s", s.Seconds(i.Since))
	}
	if why := because(s, i.Point, s.Seconds); why != "" {
		text += ": " + why
	}
	lines := []string{mark(i.Standing) + " " + screen.Strong.Render(name) + "  " + text}
	for _, t := range i.Targets {
		if t.Standing != Ahead {
			lines = append(lines, plainTarget(s, name, t))
		}
	}
	return lines
}

func plainTarget(s *screen.Screen, name string, t TargetPoint) string {
	return strings.TrimRight(mark(t.Standing)+" "+screen.Strong.Render(name)+"  "+t.Key+"  "+importText(s, t.Point, s.Seconds), " ")
}
