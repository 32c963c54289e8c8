package sim

import (
	"flag"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

var everyPair = flag.Bool("pairs", false, "try every pair of faults in the first issuance, not a sample")

func TestWithoutFaults(t *testing.T) {
	for _, s := range All {
		t.Run(s.Name, func(t *testing.T) {
			w := s.Run(nil)
			report(t, "no fault", w)
			if w.Points() == 0 {
				t.Error("the scenario passes no fault point")
			}
		})
	}
}

// TestEverySingleFault puts each fault at each fault point of each scenario.
func TestEverySingleFault(t *testing.T) {
	for _, s := range All {
		t.Run(s.Name, func(t *testing.T) {
			points := s.Run(nil).Points()
			var plans []Faults
			for n := 1; n <= points; n++ {
				for _, k := range Kinds {
					plans = append(plans, Faults{n: k})
				}
			}
			runAll(t, s, plans)
		})
	}
}

// runAll runs the scenario once for each set of faults, on all processors.
func runAll(t *testing.T, s Scenario, plans []Faults) {
	var next atomic.Int64
	var mu sync.Mutex
	var wg sync.WaitGroup
	failed := 0
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(plans) {
					return
				}
				w := s.Run(plans[i])
				if len(w.Violations) == 0 {
					continue
				}
				mu.Lock()
				if failed++; failed <= 3 {
					report(t, fmt.Sprint(plans[i]), w)
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if failed > 0 {
		t.Errorf("%d of %d runs broke an invariant", failed, len(plans))
	}
	t.Logf("%d runs", len(plans))
}

func report(t *testing.T, faults string, w *World) {
	for _, v := range w.Violations {
		t.Errorf("%s: %s", faults, v)
	}
	if len(w.Violations) > 0 {
		t.Logf("trace: %v\nlog: %s", w.calls.trace, w.log.String())
	}
}
