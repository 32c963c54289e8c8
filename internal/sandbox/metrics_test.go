package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"certloop/internal/sandbox/progress"
)

// metric holds what the function wrote of one metric, over all values of its second dimension.
type metric struct {
	sum    float64
	values int
	last   float64
	by     map[string]float64
}

// emf is a log line from which CloudWatch makes metrics.
type emf struct {
	AWS *struct {
		Timestamp         int64
		CloudWatchMetrics []struct {
			Namespace  string
			Dimensions [][]string
			Metrics    []struct{ Name, Unit string }
		}
	} `json:"_aws"`
}

// metrics reads the log as CloudWatch does.
func (b *box) metrics() map[string]metric {
	b.t.Helper()
	all := map[string]metric{}
	for line := range strings.Lines(b.log.String()) {
		var e emf
		var members map[string]any
		if json.Unmarshal([]byte(line), &e) != nil || e.AWS == nil || json.Unmarshal([]byte(line), &members) != nil {
			continue
		}
		for _, d := range e.AWS.CloudWatchMetrics {
			if d.Namespace != "certloop" || e.AWS.Timestamp == 0 || len(d.Dimensions) != 1 || members["Table"] != Table {
				b.t.Fatalf("CloudWatch would not accept %s", line)
			}
			for _, m := range d.Metrics {
				all[m.Name] = all[m.Name].and(members[m.Name], dimension(b, d.Dimensions[0], members))
			}
		}
	}
	return all
}

// dimension returns the value of the second dimension. Every value makes a metric that costs money, so none may be a
// record's name.
func dimension(b *box, keys []string, members map[string]any) string {
	b.t.Helper()
	if len(keys) == 1 && keys[0] == "Table" {
		return ""
	}
	if len(keys) != 2 || keys[0] != "Table" || !slices.Contains([]string{"Result", "Reason"}, keys[1]) {
		b.t.Errorf("a metric has the dimensions %q", keys)
		return ""
	}
	return fmt.Sprint(members[keys[1]])
}

func (m metric) and(v any, by string) metric {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	for _, one := range list {
		n, _ := one.(float64)
		m.sum, m.values, m.last = m.sum+n, m.values+1, n
		if m.by == nil {
			m.by = map[string]float64{}
		}
		m.by[by] += n
	}
	return m
}

// checkMetrics checks what an operator sees of one certificate that was issued without a failure.
func (b *box) checkMetrics(name string) {
	b.t.Helper()
	b.mustInvoke(`{"action":"resync"}`)
	var m map[string]metric
	b.eventually("the resync is written, and the certificate counted as ready", func() string {
		if m = b.metrics(); m["Resyncs"].sum == 1 && m["CertificatesReady"].last == 1 && m["IssuanceDuration"].values > 0 {
			return ""
		}
		return fmt.Sprint(m)
	})
	if d := m["IssuanceDuration"]; d.values != 1 || d.sum < 0 || d.sum > progress.Default.Most.Seconds() {
		b.t.Errorf("of one issuance the durations are %+v", d)
	}
	if r := m["Reconciles"]; r.by["Converged"] < 2 || r.by["Failed"] != 0 || m["Failures"].values != 0 {
		b.t.Errorf("certificate and account converged, and it was counted %+v, failures %+v", r, m["Failures"])
	}
	if m["MinimumDaysToExpiry"].last <= 0 || m["CertificatesNotReady"].last+m["CertificatesSuspended"].last+m["LongestNotReady"].last+
		m["OldestOverdue"].last != 0 {
		b.t.Errorf("in the end it was counted %+v", m)
	}
	for line := range strings.Lines(b.log.String()) {
		if strings.Contains(line, `"_aws"`) && strings.Contains(line, `"`+name+`"`) {
			b.t.Errorf("a metric contains a record's name: %s", line)
		}
	}
}

// checkLog checks the log lines about a record: each can be found by its name and by its invocation.
func (b *box) checkLog(name string) {
	b.t.Helper()
	b.eventually("the pass is in the log", func() string {
		if log := b.log.String(); !strings.Contains(log, `"message":"reconciled","kind":"Certificate","name":"`+name+`"`) {
			return log
		}
		return ""
	})
	found := map[string]int{}
	for line := range strings.Lines(b.log.String()) {
		var l struct {
			Message, Kind, Name, Action string
			RequestID                   string `json:"request_id"`
			Took                        *float64
		}
		if json.Unmarshal([]byte(line), &l) != nil || l.Name != name {
			continue
		}
		found[l.Message]++
		if l.Kind == "" || l.RequestID == "" || (l.Message == "effect") != (l.Action != "") || (l.Message == "reconciled") != (l.Took != nil) {
			b.t.Errorf("the line misses an attribute: %s", line)
		}
	}
	if found["effect"] < 8 || found["reconciled"] == 0 {
		b.t.Errorf("of %s there are the lines %v", name, found)
	}
}
