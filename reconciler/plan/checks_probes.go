package plan

import (
	"fmt"
	"time"

	"certloop/reconciler/api"
)

// CheckProbes checks that the endpoints are probed, and that they serve their certificates. There is no line if nothing is probed.
func CheckProbes(c api.ServedCensus) []Check {
	if !c.Probed {
		return nil
	}
	probes := fine(AreaProbe, "schedule", "the endpoints are probed in time")
	if c.OldestOverdue >= probeTolerance {
		probes = Check{Area: AreaProbe, Subject: "schedule", State: CheckFailed,
			Message: fmt.Sprintf("endpoints have been due for a probe for %s, so nobody knows what they serve", c.OldestOverdue.Truncate(time.Minute)),
			Remedy:  "Check that the schedule of the probes exists and is enabled, and search the function's log for probe failed."}
	}
	checks := []Check{probes}
	if c.NotCurrent > 0 {
		checks = append(checks, Check{Area: AreaProbe, Subject: "endpoints", State: CheckWarning,
			Message: fmt.Sprintf("%d endpoints serve another certificate than the one that was imported", c.NotCurrent),
			Remedy:  "Find the records whose condition Served is False, and read its message."})
	}
	if c.Unreachable > 0 {
		checks = append(checks, Check{Area: AreaProbe, Subject: "endpoints", State: CheckWarning,
			Message: fmt.Sprintf("%d endpoints that served a certificate before do not answer", c.Unreachable),
			Remedy:  "Run certloop report, find the records with unreachable endpoints, and read their ServedStatus."})
	}
	return checks
}
