package view

import (
	"slices"
	"strings"

	"certloop/cmd/certloop/manifest"
	"certloop/cmd/certloop/screen"
	"certloop/reconciler/api"
)

// Change writes what a change makes of a record, attribute by attribute. read is nil if the change creates the record.
func Change(s *screen.Screen, label string, read map[string]any, c manifest.Change, kind api.Kind) {
	switch {
	case read == nil:
		s.Line(s.F("%s would be created", label))
	case c.IsEmpty():
		s.Line(s.F("%s would be unchanged", label))
		return
	default:
		s.Line(s.F("%s would be configured", label))
	}
	for _, name := range c.Names(kind) {
		if name == "name" || name == "kind" {
			continue
		}
		s.Wrapped(name+": "+difference(s, read[name], c.Set[name]), 2)
	}
}

// difference returns how a value changes; nil is absent.
func difference(s *screen.Screen, before, after any) string {
	old, isList := texts(before)
	added, alsoList := texts(after)
	switch {
	case before == nil:
		return screen.Good.Render(brief(after))
	case after == nil:
		return screen.Bad.Render(brief(before)) + " → " + s.T("removed")
	case isList && alsoList:
		if lines := listDifference(old, added); lines != "" {
			return lines
		}
	}
	return screen.Bad.Render(brief(before)) + " → " + screen.Good.Render(brief(after))
}

// listDifference returns the entries that come and go; empty: only their order or number changes.
func listDifference(before, after []string) string {
	var parts []string
	for _, entry := range after {
		if !slices.Contains(before, entry) {
			parts = append(parts, screen.Good.Render("+"+brief(entry)))
		}
	}
	for _, entry := range before {
		if !slices.Contains(after, entry) {
			parts = append(parts, screen.Bad.Render("-"+brief(entry)))
		}
	}
	return strings.Join(parts, ", ")
}

// texts returns a list or set of texts.
func texts(v any) ([]string, bool) {
	switch v := v.(type) {
	case []string:
		return v, true
	case []any:
		out := make([]string, len(v))
		for i, e := range v {
			out[i] = shown(e)
		}
		return out, true
	}
	return nil, false
}

// maxBrief is how many characters of a value are shown: a PEM certificate has thousands.
const maxBrief = 300

// brief returns a value on one line, shortened.
func brief(v any) string {
	// A value may have anything in it, also the escape sequences of a terminal.
	text := api.Message(shown(v))
	if runes := []rune(text); len(runes) > maxBrief {
		return string(runes[:maxBrief]) + "…"
	}
	if text == "" {
		return `""`
	}
	return text
}
