package reconciler

import (
	"testing"

	"certloop/reconciler/plan"
)

func TestExecutors_EveryActionWithAnEffectHasOne(t *testing.T) {
	for _, a := range plan.Actions() {
		if _, has := executors[a]; has == (a == plan.Wait) {
			t.Errorf("%s: has an executor: %v", a, has)
		}
	}
	if len(executors) != len(plan.Actions())-1 {
		t.Errorf("%d executors for %d actions", len(executors), len(plan.Actions())-1)
	}
}
