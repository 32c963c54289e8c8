package metrics_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"certloop/providers/metrics"
	"certloop/reconciler/api"
)

var now = time.Date(2026, 11, 24, 9, 30, 0, 123456789, time.UTC)

// record returns what a meter writes after tell.
func record(t *testing.T, tell func(*metrics.Meter)) string {
	t.Helper()
	var out bytes.Buffer
	m := metrics.New(metrics.Config{Table: "certloop", Out: &out, Now: func() time.Time { return now }})
	tell(m)
	if out.Len() > 0 {
		t.Errorf("written before the end: %s", out.String())
	}
	if err := m.Flush(); err != nil {
		t.Fatal(err)
	}
	written := out.String()
	if err := m.Flush(); err != nil || out.String() != written {
		t.Errorf("written a second time: %s, %v", strings.TrimPrefix(out.String(), written), err)
	}
	return written
}

// golden is a line with these dimensions, metrics and members.
func golden(dimensions, definitions, members string) string {
	return fmt.Sprintf(`{%s"_aws":{"Timestamp":1795512600123,"CloudWatchMetrics":[{"Namespace":"certloop","Dimensions":[[%s]],"Metrics":[%s]}]}}`,
		members, dimensions, definitions)
}

func TestWhatIsWritten(t *testing.T) {
	for sentence, c := range map[string]struct {
		tell func(*metrics.Meter)
		want []string
	}{
		"nothing, where nothing happened": {func(*metrics.Meter) {}, nil},
		"passes, each result apart": {func(m *metrics.Meter) {
			for _, r := range []api.PassResult{api.PassRequeued, api.PassConverged, api.PassRequeued} {
				m.Reconciled(r)
			}
		}, []string{
			golden(`"Table","Result"`, `{"Name":"Reconciles","Unit":"Count"}`, `"Reconciles":1,"Result":"Converged","Table":"certloop",`),
			golden(`"Table","Result"`, `{"Name":"Reconciles","Unit":"Count"}`, `"Reconciles":2,"Result":"Requeued","Table":"certloop",`),
		}},
		"failures, each reason apart": {func(m *metrics.Meter) { m.Failed("ValidationFailed"); m.Failed("DNSFailed"); m.Failed("DNSFailed") },
			[]string{
				golden(`"Table","Reason"`, `{"Name":"Failures","Unit":"Count"}`, `"Failures":2,"Reason":"DNSFailed","Table":"certloop",`),
				golden(`"Table","Reason"`, `{"Name":"Failures","Unit":"Count"}`, `"Failures":1,"Reason":"ValidationFailed","Table":"certloop",`),
			}},
		"one duration": {func(m *metrics.Meter) { m.Issued(api.StageInstalled, 1500*time.Millisecond) }, []string{
			golden(`"Table"`, `{"Name":"IssuanceDuration","Unit":"Seconds"}`, `"IssuanceDuration":1.5,"Table":"certloop",`)}},
		"several durations, each a value": {func(m *metrics.Meter) {
			m.Issued(api.StageInstalled, time.Second)
			m.Issued(api.StageInstalled, time.Minute)
			m.Issued(api.StageInstalled, time.Second)
		}, []string{
			golden(`"Table"`, `{"Name":"IssuanceDuration","Unit":"Seconds"}`, `"IssuanceDuration":[1,60,1],"Table":"certloop",`)}},
		"certificates that were obtained, counted": {func(m *metrics.Meter) {
			m.Issued(api.StageObtained, time.Second)
			m.Issued(api.StageObtained, time.Minute)
		}, []string{golden(`"Table"`, `{"Name":"CertificatesIssued","Unit":"Count"}`, `"CertificatesIssued":2,"Table":"certloop",`)}},
		"a clock that was put back": {func(m *metrics.Meter) { m.Issued(api.StageInstalled, -time.Second) }, []string{
			golden(`"Table"`, `{"Name":"IssuanceDuration","Unit":"Seconds"}`, `"IssuanceDuration":0,"Table":"certloop",`)}},
		"a census and a resync, on one line": {func(m *metrics.Meter) {
			m.Counted(api.Census{Ready: 9})
			m.Counted(api.Census{Ready: 1, NotReady: 2, Suspended: 3, Installed: true, LeastLife: 36 * time.Hour, LongestNotReady: time.Hour,
				OldestOverdue: time.Minute, UnknownKinds: 4})
			m.Resynced()
		}, []string{golden(`"Table"`, `{"Name":"CertificatesNotReady","Unit":"Count"},{"Name":"CertificatesReady","Unit":"Count"},`+
			`{"Name":"CertificatesSuspended","Unit":"Count"},{"Name":"LongestNotReady","Unit":"Seconds"},{"Name":"MinimumDaysToExpiry","Unit":"None"},`+
			`{"Name":"OldestOverdue","Unit":"Seconds"},{"Name":"Resyncs","Unit":"Count"},{"Name":"UnknownKinds","Unit":"Count"}`,
			`"CertificatesNotReady":2,"CertificatesReady":1,"CertificatesSuspended":3,"LongestNotReady":3600,"MinimumDaysToExpiry":1.5,`+
				`"OldestOverdue":60,"Resyncs":1,"Table":"certloop","UnknownKinds":4,`)}},
		"a census of nothing, as zeros and without an end": {func(m *metrics.Meter) { m.Counted(api.Census{}) },
			[]string{golden(`"Table"`, `{"Name":"CertificatesNotReady","Unit":"Count"},{"Name":"CertificatesReady","Unit":"Count"},`+
				`{"Name":"CertificatesSuspended","Unit":"Count"},{"Name":"LongestNotReady","Unit":"Seconds"},{"Name":"OldestOverdue","Unit":"Seconds"},{"Name":"UnknownKinds","Unit":"Count"}`,
				`"CertificatesNotReady":0,"CertificatesReady":0,"CertificatesSuspended":0,"LongestNotReady":0,"OldestOverdue":0,"Table":"certloop","UnknownKinds":0,`)}},
		"a certificate that has expired": {func(m *metrics.Meter) { m.Counted(api.Census{Ready: 1, Installed: true, LeastLife: -6 * time.Hour}) },
			[]string{golden(`"Table"`, `{"Name":"CertificatesNotReady","Unit":"Count"},{"Name":"CertificatesReady","Unit":"Count"},`+
				`{"Name":"CertificatesSuspended","Unit":"Count"},{"Name":"LongestNotReady","Unit":"Seconds"},{"Name":"MinimumDaysToExpiry","Unit":"None"},`+
				`{"Name":"OldestOverdue","Unit":"Seconds"},{"Name":"UnknownKinds","Unit":"Count"}`, `"CertificatesNotReady":0,"CertificatesReady":1,"CertificatesSuspended":0,"LongestNotReady":0,`+
				`"MinimumDaysToExpiry":-0.25,"OldestOverdue":0,"Table":"certloop","UnknownKinds":0,`)}},
		"a census of what is served": {func(m *metrics.Meter) {
			m.Counted(api.Census{Served: api.ServedCensus{Probed: true, Answered: true, LeastLife: 36 * time.Hour, NotCurrent: 2, Unreachable: 3, OldestOverdue: time.Minute}})
		}, []string{golden(`"Table"`, `{"Name":"CertificatesNotReady","Unit":"Count"},{"Name":"CertificatesReady","Unit":"Count"},`+
			`{"Name":"CertificatesSuspended","Unit":"Count"},{"Name":"EndpointsNotCurrent","Unit":"Count"},{"Name":"EndpointsUnreachable","Unit":"Count"},`+
			`{"Name":"LongestNotReady","Unit":"Seconds"},{"Name":"MinimumDaysToExpiryServed","Unit":"None"},{"Name":"OldestOverdue","Unit":"Seconds"},`+
			`{"Name":"OldestOverdueProbe","Unit":"Seconds"},{"Name":"Probes","Unit":"Count"},{"Name":"UnknownKinds","Unit":"Count"}`,
			`"CertificatesNotReady":0,"CertificatesReady":0,"CertificatesSuspended":0,"EndpointsNotCurrent":2,"EndpointsUnreachable":3,"LongestNotReady":0,`+
				`"MinimumDaysToExpiryServed":1.5,"OldestOverdue":0,"OldestOverdueProbe":60,"Probes":0,"Table":"certloop","UnknownKinds":0,`)}},
		"probes of which none answered, as zeros and without an end": {func(m *metrics.Meter) { m.Counted(api.Census{Served: api.ServedCensus{Probed: true}}) },
			[]string{golden(`"Table"`, `{"Name":"CertificatesNotReady","Unit":"Count"},{"Name":"CertificatesReady","Unit":"Count"},`+
				`{"Name":"CertificatesSuspended","Unit":"Count"},{"Name":"EndpointsNotCurrent","Unit":"Count"},{"Name":"EndpointsUnreachable","Unit":"Count"},`+
				`{"Name":"LongestNotReady","Unit":"Seconds"},{"Name":"OldestOverdue","Unit":"Seconds"},`+
				`{"Name":"OldestOverdueProbe","Unit":"Seconds"},{"Name":"Probes","Unit":"Count"},{"Name":"UnknownKinds","Unit":"Count"}`,
				`"CertificatesNotReady":0,"CertificatesReady":0,"CertificatesSuspended":0,"EndpointsNotCurrent":0,"EndpointsUnreachable":0,"LongestNotReady":0,`+
					`"OldestOverdue":0,"OldestOverdueProbe":0,"Probes":0,"Table":"certloop","UnknownKinds":0,`)}},
		"an invocation that probed": {func(m *metrics.Meter) { m.Probed() }, []string{
			golden(`"Table"`, `{"Name":"Probes","Unit":"Count"}`, `"Probes":1,"Table":"certloop",`)}},
	} {
		t.Run(sentence, func(t *testing.T) {
			written := record(t, c.tell)
			conforms(t, written)
			got := strings.Split(strings.TrimSuffix(written, "\n"), "\n")
			if written == "" {
				got = nil
			}
			if len(got) != len(c.want) {
				t.Fatalf("%d lines, want %d: %s", len(got), len(c.want), written)
			}
			for i := range c.want {
				if !sameJSON(t, got[i], c.want[i]) {
					t.Errorf("line %d is\n%s\nwant\n%s", i+1, got[i], c.want[i])
				}
			}
		})
	}
}

func sameJSON(t *testing.T, a, b string) bool {
	t.Helper()
	var x, y any
	if err := errors.Join(json.Unmarshal([]byte(a), &x), json.Unmarshal([]byte(b), &y)); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(x) == fmt.Sprint(y)
}

func TestMoreValuesThanALineMayHaveAreOnSeveral(t *testing.T) {
	written := record(t, func(m *metrics.Meter) {
		for i := range 250 {
			m.Issued(api.StageInstalled, time.Duration(i)*time.Second)
		}
		m.Resynced()
	})
	conforms(t, written)
	sum, n := 0.0, 0
	for _, l := range decode(t, written) {
		values, _ := l["IssuanceDuration"].([]any)
		for _, v := range values {
			sum, n = sum+v.(float64), n+1
		}
	}
	if lines := strings.Count(written, "\n"); n != 250 || sum != 250*249/2 || lines != 3 || strings.Count(written, `"Resyncs":1`) != 1 {
		t.Errorf("%d values with the sum %v on %d lines: %s", n, sum, lines, written)
	}
}

func TestSeveralAtATime(t *testing.T) {
	const each, all = 50, 8
	written := record(t, func(m *metrics.Meter) {
		var running sync.WaitGroup
		for range all {
			running.Go(func() {
				for range each {
					m.Reconciled(api.PassConverged)
					m.Failed("DNSFailed")
					m.Issued(api.StageInstalled, time.Second)
					m.Counted(api.Census{Ready: 7})
					m.Resynced()
				}
			})
		}
		running.Wait()
	})
	conforms(t, written)
	for _, want := range []string{`"Reconciles":400`, `"Failures":400`, `"Resyncs":400`, `"CertificatesReady":7`} {
		if !strings.Contains(written, want) {
			t.Errorf("%s is not in %s", want, written)
		}
	}
}

func TestWhatCannotBeWrittenIsAnErrorAndNotWrittenLater(t *testing.T) {
	out := &broken{err: errors.New("broken pipe")}
	m := metrics.New(metrics.Config{Table: "certloop", Out: out})
	m.Resynced()
	if err := m.Flush(); !errors.Is(err, out.err) {
		t.Errorf("error %v", err)
	}
	out.err = nil
	if err := m.Flush(); err != nil || out.written > 0 {
		t.Errorf("%d bytes were written later, %v", out.written, err)
	}
}

type broken struct {
	err     error
	written int
}

func (b *broken) Write(p []byte) (int, error) {
	if b.err == nil {
		b.written += len(p)
	}
	return len(p), b.err
}
