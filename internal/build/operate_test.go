package build

import (
	"regexp"
	"slices"
	"testing"
)

// TestEveryAlarmAndEventIsExplained: whoever is woken finds the alarm's name, or the event's type, in docs/guides/operate.md.
func TestEveryAlarmAndEventIsExplained(t *testing.T) {
	document := read(t, "../../docs/guides/operate.md")
	alarms := matches(`(?m)^    ([a-z-]+) = \{$`, read(t, "../../terraform/alarms.tf"))
	alarms = append(alarms, "silence")
	events := matches("(?m)^\\| `(Certificate[A-Za-z]+)` \\|", read(t, "../../docs/reference/notices.md"))
	if len(alarms) < 8 || len(events) < 7 {
		t.Fatalf("found only the alarms %v and the events %v", alarms, events)
	}
	same(t, "alarms", matches(`(?m)^### ([a-z-]+)$`, document), alarms)
	same(t, "events", matches("(?m)^\\| `(Certificate[A-Za-z]+)` \\| (?:a|the|every|not) ", document), events)
}

func matches(pattern, text string) (all []string) {
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		all = append(all, m[1])
	}
	return all
}

func same(t *testing.T, what string, explained, there []string) {
	t.Helper()
	slices.Sort(explained)
	slices.Sort(there)
	if !slices.Equal(explained, there) {
		t.Errorf("docs/guides/operate.md explains the %s %v, there are %v", what, explained, there)
	}
}
