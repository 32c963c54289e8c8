package plan

import (
	"testing"
	"time"

	"certloop/reconciler/api"
)

func TestCheckProbes(t *testing.T) {
	for sentence, c := range map[string]struct {
		census api.ServedCensus
		want   []string
	}{
		"nothing is probed": {api.ServedCensus{OldestOverdue: day, NotCurrent: 1}, nil},
		"all is well":       {api.ServedCensus{Probed: true, OldestOverdue: probeTolerance - time.Second}, []string{"Probe Fine the endpoints are probed in time"}},
		"a schedule that stopped": {api.ServedCensus{Probed: true, OldestOverdue: 3*time.Hour + 7*time.Second},
			[]string{"Probe Failed endpoints have been due for a probe for 3h0m0s, so nobody knows"}},
		"endpoints that serve another certificate, and some that do not answer": {api.ServedCensus{Probed: true, NotCurrent: 2, Unreachable: 3},
			[]string{"Probe Fine", "Probe Warning 2 endpoints serve another certificate", "Probe Warning 3 endpoints that served a certificate before"}},
	} {
		t.Run(sentence, func(t *testing.T) { expectChecks(t, CheckProbes(c.census), c.want) })
	}
}
