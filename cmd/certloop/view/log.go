package view

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"certloop/cmd/certloop/screen"
	"certloop/reconciler/api"
	"certloop/reconciler/logkey"
)

// Event is one line of a record's past: a line of the function's log, or an entry of the status's history.
type Event struct {
	Time time.Time
	// Level is empty for an entry of the history.
	Level string
	// Title is the line's message or the entry's reason.
	Title  string
	Detail string
}

// HistoryEvents returns the entries of a status's history.
func HistoryEvents(entries []api.HistoryEntry) []Event {
	events := make([]Event, len(entries))
	for i, e := range entries {
		events[i] = Event{Time: e.Time, Title: string(e.Reason), Detail: e.Message}
	}
	return events
}

// hidden are the keys of a log line that every line has, or that nobody needs to follow one record.
var hidden = []string{"timestamp", "level", "message", logkey.Kind, logkey.Name, logkey.Generation, logkey.RequestID}

// first are the keys that a line begins with, if it has them.
var first = []string{logkey.Action, logkey.Reason, logkey.Target, logkey.Error}

// LogEvent returns a line of the function's log (docs/reference/logs.md).
func LogEvent(at time.Time, fields map[string]any) Event {
	var details []string
	keys := slices.Clone(first)
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		if !slices.Contains(hidden, key) && !slices.Contains(first, key) {
			keys = append(keys, key)
		}
	}
	for _, key := range keys {
		if value, ok := fields[key]; ok {
			details = append(details, key+"="+quoted(value))
		}
	}
	return Event{Time: at, Level: fmt.Sprint(fields["level"]), Title: fmt.Sprint(fields["message"]), Detail: strings.Join(details, " ")}
}

// quoted returns a value as logfmt has it.
func quoted(value any) string {
	text, ok := value.(string)
	if !ok {
		body, err := json.Marshal(value)
		if err != nil {
			return fmt.Sprint(value)
		}
		return string(body)
	}
	if strings.ContainsAny(text, " \"=\n") {
		return fmt.Sprintf("%q", text)
	}
	return text
}

// Sorted returns events by time, oldest first.
func Sorted(events []Event) []Event {
	out := slices.Clone(events)
	slices.SortStableFunc(out, func(x, y Event) int { return x.Time.Compare(y.Time) })
	return out
}

// Events writes events as lines.
func Events(s *screen.Screen, events []Event) {
	for _, e := range events {
		s.Line(strings.TrimRight(screen.Faint.Render(s.Seconds(e.Time))+"  "+level(e.Level)+"  "+screen.Strong.Render(e.Title)+"  "+e.Detail, " "))
	}
}

// level returns the level in five cells; an entry of the history has a sign of its own.
func level(name string) string {
	switch name {
	case "":
		return screen.Good.Render("•    ")
	case "ERROR":
		return screen.Bad.Render("ERROR")
	case "WARN":
		return screen.Warn.Render("WARN ")
	}
	return padded(name, 5)
}
