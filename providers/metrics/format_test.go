package metrics_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// decode are the lines as objects.
func decode(t *testing.T, written string) (all []map[string]any) {
	t.Helper()
	for line := range strings.Lines(written) {
		var l map[string]any
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		all = append(all, l)
	}
	return all
}

// head is the member _aws, as the specification has it.
type head struct {
	AWS struct {
		Timestamp         int64
		CloudWatchMetrics []struct {
			Namespace  string
			Dimensions [][]string
			Metrics    []struct{ Name, Unit string }
		}
	} `json:"_aws"`
}

// dimensions are all that any metric may have: each value of each is a metric that is paid for.
var dimensions = []string{"Table", "Result", "Reason"}

// conforms checks each line against the specification, and that no metric has a dimension besides those above.
func conforms(t *testing.T, written string) {
	t.Helper()
	for line := range strings.Lines(written) {
		var h head
		if err := json.Unmarshal([]byte(line), &h); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if !strings.HasSuffix(line, "\n") || len(line) > 256<<10 {
			t.Errorf("a line has %d bytes: %.100s", len(line), line)
		}
		if h.AWS.Timestamp != now.UnixMilli() || len(h.AWS.CloudWatchMetrics) != 1 {
			t.Errorf("timestamp %d, %d directives: %s", h.AWS.Timestamp, len(h.AWS.CloudWatchMetrics), line)
		}
		members := decode(t, line)[0]
		for _, d := range h.AWS.CloudWatchMetrics {
			if d.Namespace != "certloop" || len(d.Dimensions) != 1 || len(d.Metrics) < 1 || len(d.Metrics) > 100 {
				t.Errorf("namespace %s, %d sets of dimensions, %d metrics: %s", d.Namespace, len(d.Dimensions), len(d.Metrics), line)
			}
			for _, key := range d.Dimensions[0] {
				if value, _ := members[key].(string); value == "" || len(value) > 1024 || !slices.Contains(dimensions, key) {
					t.Errorf("dimension %s is %v: %s", key, members[key], line)
				}
			}
			for _, m := range d.Metrics {
				if !numbers(members[m.Name]) || !slices.Contains([]string{"None", "Count", "Seconds"}, m.Unit) {
					t.Errorf("metric %s is %v, in %s: %s", m.Name, members[m.Name], m.Unit, line)
				}
			}
			if len(members) != 1+len(d.Dimensions[0])+len(d.Metrics) {
				t.Errorf("a member is neither dimension nor metric: %s", line)
			}
		}
	}
}

// numbers reports whether it is a number, or 1 to 100 of them.
func numbers(v any) bool {
	if _, ok := v.(float64); ok {
		return true
	}
	list, ok := v.([]any)
	return ok && len(list) > 0 && len(list) <= 100 && !slices.ContainsFunc(list, func(v any) bool { _, ok := v.(float64); return !ok })
}
