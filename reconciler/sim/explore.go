package sim

import (
	"iter"
	"math/rand/v2"
	"runtime"
	"sync"

	"golang.org/x/sync/errgroup"
)

// Failure is a run that broke an invariant.
type Failure struct {
	Scenario   string
	Faults     Faults
	Violations []string
	// Trace lists the calls that left the loop, in order. Log is the loop's log.
	Trace []string
	Log   string
}

// Explore runs the scenario once for each set of faults, on all processors. It returns the number of runs, how many
// broke an invariant, and the first few of those.
func Explore(s Scenario, plans iter.Seq[Faults]) (runs, failed int, first []Failure) {
	var mu sync.Mutex
	var running errgroup.Group
	running.SetLimit(runtime.GOMAXPROCS(0))
	for f := range plans {
		running.Go(func() error {
			w := s.Run(f)
			mu.Lock()
			defer mu.Unlock()
			runs++
			if len(w.Violations) > 0 {
				if failed++; len(first) < 3 {
					first = append(first, w.failure(s, f))
				}
			}
			return nil
		})
	}
	_ = running.Wait() // what went wrong is counted
	return runs, failed, first
}

func (w *World) failure(s Scenario, f Faults) Failure {
	return Failure{Scenario: s.Name, Faults: f, Violations: w.Violations, Trace: w.calls.trace, Log: w.log.String()}
}

func singles(points int, kinds []Kind) iter.Seq[Faults] {
	return func(yield func(Faults) bool) {
		for n := 1; n <= points; n++ {
			for _, k := range kinds {
				if !yield(Faults{n: k}) {
					return
				}
			}
		}
	}
}

// pairKinds omits kinds that differ little in pairs: a refusal is like an error, and a freeze like a crash and an
// overlap.
var pairKinds = []Kind{Err, LostReply, CrashBefore, CrashAfter, Overlap}

// Pairs returns any two faults at any two of the points. The second may hit a call that the run makes only because of
// the first, so points extend a little beyond those of a run without faults.
func Pairs(points int) iter.Seq[Faults] {
	return func(yield func(Faults) bool) {
		for a := 1; a <= points; a++ {
			for b := a + 1; b <= points+10; b++ {
				for _, x := range pairKinds {
					for _, y := range pairKinds {
						if !yield(Faults{a: x, b: y}) {
							return
						}
					}
				}
			}
		}
	}
}

func random(seed uint64, points, n int, kinds []Kind) iter.Seq[Faults] {
	return func(yield func(Faults) bool) {
		r := rand.New(rand.NewPCG(seed, 1))
		for range n {
			f := Faults{}
			for range 1 + r.IntN(6) {
				f[1+r.IntN(points+20)] = kinds[r.IntN(len(kinds))]
			}
			if !yield(f) {
				return
			}
		}
	}
}

// Sample returns every nth of the plans.
func Sample(plans iter.Seq[Faults], n int) iter.Seq[Faults] {
	return func(yield func(Faults) bool) {
		i := 0
		for f := range plans {
			if i++; i%n == 0 && !yield(f) {
				return
			}
		}
	}
}
