package build

import (
	"regexp"
	"slices"
	"strconv"
	"testing"
)

// TestAlarms_EachIsExplained checks that an operator finds each alarm's threshold in the reference and what to do in
// the guide.
func TestAlarms_EachIsExplained(t *testing.T) {
	alarms := append(matches(`(?m)^    ([a-z-]+) = \{$`, read(t, "../../terraform/alarms.tf")), "silence")
	if len(alarms) < 8 {
		t.Fatalf("found only the alarms %v", alarms)
	}
	const guide, reference = "docs/guides/operate.md", "docs/reference/metrics-and-alarms.md"
	same(t, guide, matches(`(?m)^### ([a-z-]+)$`, read(t, "../../"+guide)), alarms)
	same(t, reference, matches("(?m)^\\| `([a-z-]+)` \\| ", read(t, "../../"+reference)), alarms)
	const cost = "docs/guides/cost.md"
	if billed := matches(`(?m)^\| CloudWatch alarm \| (\d+) \|`, read(t, "../../"+cost)); !slices.Equal(billed, []string{strconv.Itoa(len(alarms))}) {
		t.Errorf("%s computes with %v alarms, there are %d", cost, billed, len(alarms))
	}
}

func matches(pattern, text string) (all []string) {
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		all = append(all, m[1])
	}
	return all
}

func same(t *testing.T, document string, explained, alarms []string) {
	t.Helper()
	slices.Sort(explained)
	slices.Sort(alarms)
	if !slices.Equal(explained, alarms) {
		t.Errorf("%s explains the alarms %v, there are %v", document, explained, alarms)
	}
}
