package screen

import (
	"strconv"
	"time"
)

// Absolute returns the time to the minute with its zone, such as 2026-12-25 10:00 UTC; empty for the zero time.
func (s *Screen) Absolute(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(s.Location).Format("2006-01-02 15:04 MST")
}

// Relative returns the time as seen from now, such as "in 58d" or "3h ago"; empty for the zero time.
func (s *Screen) Relative(t time.Time) string {
	switch d := t.Sub(s.Now()); {
	case t.IsZero():
		return ""
	case d >= 0:
		return s.F("in %s", s.Span(d))
	default:
		return s.F("%s ago", s.Span(-d))
	}
}

// Both returns the absolute time with the relative one, such as "2026-12-25 10:00 UTC (in 28d)".
func (s *Screen) Both(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return s.Absolute(t) + " (" + s.Relative(t) + ")"
}

// units are the units of a span. A unit is used from twice its length on, so that 36 hours are not "1d".
var units = []struct {
	length time.Duration
	say    func(s *Screen, n string) string
}{
	{24 * time.Hour, func(s *Screen, n string) string { return s.F("%sd", n) }},
	{time.Hour, func(s *Screen, n string) string { return s.F("%sh", n) }},
	{time.Minute, func(s *Screen, n string) string { return s.F("%sm", n) }},
}

// Span returns a duration in its largest suitable unit, such as 58d, 5h, 12m or 42s, rounded down.
func (s *Screen) Span(d time.Duration) string {
	for _, unit := range units {
		if d >= 2*unit.length {
			return unit.say(s, strconv.FormatInt(int64(d/unit.length), 10))
		}
	}
	return s.F("%ss", strconv.FormatInt(int64(d/time.Second), 10))
}

// Seconds returns the time to the second, in the form of RFC 3339.
func (s *Screen) Seconds(t time.Time) string { return t.In(s.Location).Format(time.RFC3339) }
