package reconciler

import (
	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

// servedCensus returns what was counted of endpoints. What was stored before probes were switched off is not counted.
func (r *Reconciler) servedCensus(s plan.ServedCount) api.ServedCensus {
	if r.Prober == nil {
		return api.ServedCensus{}
	}
	return s.Census()
}

// measureProbe counts an invocation that probed without an error.
func (r *Reconciler) measureProbe(problem error) {
	if r.ProbeMeter != nil && problem == nil {
		r.ProbeMeter.Probed()
	}
}
