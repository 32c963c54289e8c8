package metrics

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"math"
	"slices"
	"time"
)

// Limits of the format.
const (
	mostMetrics = 100 // of one directive
	mostValues  = 100 // of one metric
)

// metadata is the member _aws that makes a line of log an embedded metric.
type metadata struct {
	// Timestamp is milliseconds since 1970.
	Timestamp         int64
	CloudWatchMetrics []directive
}

// directive says which members of the line are dimensions and which are metrics.
type directive struct {
	Namespace  string
	Dimensions [][]string
	Metrics    []metricDefinition
}

type metricDefinition struct{ Name, Unit string }

// lines are those of all series, one JSON object each. A line has one value for each dimension, so series with other
// values of them are on lines of their own; so is what is more than the format lets one line have.
func lines(table string, at time.Time, seen map[series][]float64) []byte {
	var out bytes.Buffer
	for _, group := range groups(seen) {
		for len(group) > 0 {
			var now []sample
			now, group = portion(group)
			writeLine(&out, table, at, now)
		}
	}
	return out.Bytes()
}

// sample is a series with what was seen of it.
type sample struct {
	series
	values []float64
}

// groups are the series that may share a line, in an order that does not change.
func groups(seen map[series][]float64) [][]sample {
	var all [][]sample
	for _, s := range slices.SortedFunc(maps.Keys(seen), compare) {
		one := sample{s, seen[s]}
		if n := len(all); n > 0 && together(all[n-1][0].series, s) {
			all[n-1] = append(all[n-1], one)
			continue
		}
		all = append(all, []sample{one})
	}
	return all
}

func compare(a, b series) int {
	return cmp.Or(cmp.Compare(a.metric.by, b.metric.by), cmp.Compare(a.value, b.value), cmp.Compare(a.metric.name, b.metric.name))
}

func together(a, b series) bool { return a.metric.by == b.metric.by && a.value == b.value }

// portion is what the next line takes of a group, and what is left for those after it.
func portion(group []sample) (now, rest []sample) {
	for i, s := range group {
		if i >= mostMetrics {
			return now, append(rest, group[i:]...)
		}
		if len(s.values) > mostValues {
			rest = append(rest, sample{s.series, s.values[mostValues:]})
			s.values = s.values[:mostValues]
		}
		now = append(now, s)
	}
	return now, rest
}

func writeLine(out *bytes.Buffer, table string, at time.Time, samples []sample) {
	first := samples[0].series
	d := directive{Namespace: Namespace, Dimensions: [][]string{{byTable}}}
	line := map[string]any{byTable: table}
	if by := first.metric.by; by != "" {
		d.Dimensions[0] = append(d.Dimensions[0], by)
		line[by] = first.value
	}
	for _, s := range samples {
		d.Metrics = append(d.Metrics, metricDefinition{s.metric.name, s.metric.unit})
		line[s.metric.name] = written(s.values)
	}
	line["_aws"] = metadata{at.UnixMilli(), []directive{d}}
	body, _ := json.Marshal(line) // strings and finite numbers always have a JSON form
	out.Write(append(body, '\n'))
}

// written is one number or a list of them, to the thousandth: nobody needs the nanoseconds of a day.
func written(values []float64) any {
	rounded := make([]float64, len(values))
	for i, v := range values {
		rounded[i] = math.Round(v*1000) / 1000
	}
	if len(rounded) == 1 {
		return rounded[0]
	}
	return rounded
}
