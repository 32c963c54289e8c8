package view

import (
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"certloop/cmd/certloop/screen"
	"certloop/reconciler/api"
)

// stageNames returns the short name of each step.
func stageNames(s *screen.Screen) [stages]string {
	return [stages]string{s.T("order"), s.T("DNS"), s.T("validation"), s.T("finalize"), s.T("import")}
}

// mark returns the sign before a step or target. The signs differ without colours too.
func mark(standing Standing) string {
	switch standing {
	case Done:
		return screen.Good.Render("✓")
	case Current:
		return screen.Warn.Render("▸")
	case Waits:
		return screen.Warn.Render("…")
	case Failed:
		return screen.Bad.Render("✗")
	case Ahead:
	}
	return screen.Faint.Render("·")
}

// stepLine returns all steps in one line, such as "✓ order  ▸ DNS 12s  · validation  · finalize  · import".
func stepLine(s *screen.Screen, i Issuance) string {
	names, steps := stageNames(s), i.Steps()
	parts := make([]string, len(steps))
	for stage, standing := range steps {
		parts[stage] = mark(standing) + " " + names[stage]
		if Stage(stage) == i.Stage && !i.Since.IsZero() && standing == Current {
			parts[stage] += " " + s.Span(max(0, s.Now().Sub(i.Since)))
		}
	}
	return strings.Join(parts, "  ")
}

// because returns what a step or target waits for or why it failed, and until when; empty: there is nothing to say.
func because(s *screen.Screen, p Point, at moment) string {
	var text string
	switch {
	case p.Standing == Done || p.Standing == Ahead:
		return ""
	case p.Standing != Current:
		text = explained(p)
	case isFailure(p.Reason):
		text = s.F("the last attempt failed: %s", explained(p))
	default:
		text = p.Message
	}
	if !p.Until.IsZero() {
		text = joined(text, s.F("next attempt at %s", at(p.Until)))
	}
	return text
}

// moment shows a time: with the time from now where lines are drawn again, without it elsewhere.
type moment func(time.Time) string

// isFailure reports whether the reason is that of a failure, and not of a step.
func isFailure(r api.Reason) bool {
	_, ofStep := stageOfReason[r]
	return !ofStep && r != api.ReasonValidating && reasonFails(r)
}

// explained returns the reason with its message.
func explained(p Point) string {
	if p.Message == "" || p.Reason == "" {
		return string(p.Reason) + p.Message
	}
	return string(p.Reason) + ": " + p.Message
}

func joined(text, more string) string {
	if text == "" {
		return more
	}
	return text + "; " + more
}

// tree returns the lines of an issuance on a terminal: the steps with what the present one waits for, and the targets. What does
// not fit beside the name has a line of its own.
func tree(s *screen.Screen, i Issuance, name, lead string) []string {
	var lines []string
	line, text := lead+stepLine(s, i), because(s, i.Point, s.Both)
	if !fits(s, line) {
		lines, line = []string{name}, "  "+stepLine(s, i)
	}
	if beside := line + "  " + screen.Faint.Render(text); text != "" && fits(s, beside) {
		line, text = beside, ""
	}
	lines = append(lines, line)
	if text != "" {
		lines = append(lines, s.Lines(text, 4)...)
	}
	return append(lines, branches(s, i)...)
}

// fits reports whether the terminal has room for the line.
func fits(s *screen.Screen, line string) bool {
	return s.Width == 0 || ansi.StringWidth(line) <= s.Width
}

// branches returns the lines about each target.
func branches(s *screen.Screen, i Issuance) (lines []string) {
	width := 0
	for _, t := range i.Targets {
		width = max(width, ansi.StringWidth(t.Key))
	}
	for _, t := range i.Targets {
		text := s.Lines(importText(s, t.Point, s.Both), 8+width)
		text[0] = "    " + mark(t.Standing) + " " + padded(t.Key, width) + "  " + strings.TrimLeft(text[0], " ")
		lines = append(lines, text...)
	}
	return lines
}

// importText returns where the import into a target stands.
func importText(s *screen.Screen, p Point, at moment) string {
	switch p.Standing {
	case Done:
		if p.Since.IsZero() {
			return s.T("imported")
		}
		return s.F("imported at %s", s.Seconds(p.Since))
	case Current:
		return s.F("importing since %s", s.Seconds(p.Since))
	case Failed:
		if !p.Until.IsZero() {
			return s.F("backing off until %s: %s", at(p.Until), explained(p))
		}
		return explained(p)
	case Waits:
		if text := because(s, p, at); text != "" && p.Reason != api.ReasonReady {
			return s.F("waiting: %s", text)
		}
		return s.T("waiting for its turn")
	case Ahead:
	}
	return s.T("waiting for the certificate")
}
