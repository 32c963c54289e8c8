// Command simulate runs the loop in its simulated world: every single fault at every fault point of every scenario,
// every pair of faults in a first issuance, and random ones.
//
//	simulate [-pairs n] [-random n] [-seed n] [-scenario name]
//
// Its exit code is 1 if an invariant was broken; it prints the failing runs.
package main

import (
	"flag"
	"fmt"
	"iter"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"certloop/reconciler/sim"
)

func main() {
	pairs := flag.Int("pairs", 1, "take every nth pair of faults in a first issuance; 0: none")
	random := flag.Int("random", 200, "random sets of faults per scenario")
	seed := flag.Uint64("seed", uint64(time.Now().Unix()), "seed of the random faults")
	only := flag.String("scenario", "", "run only scenarios whose name contains this")
	flag.Parse()
	debug.SetGCPercent(400) // a world is small and short-lived
	t := total{out: os.Stdout}
	for _, s := range sim.All {
		if !strings.Contains(s.Name, *only) {
			continue
		}
		points := t.scenario(s, *seed, *random)
		if s.Name == sim.First().Name && *pairs > 0 {
			t.run("pairs", s, points, sim.Sample(sim.Pairs(points), *pairs))
		}
	}
	fmt.Printf("%d fault points, %d runs, %d violations (seed %d)\n", t.points, t.runs, t.failed, *seed)
	if t.failed > 0 || t.runs == 0 {
		os.Exit(1)
	}
}

type total struct {
	out                  *os.File
	points, runs, failed int
}

// scenario runs it without a fault, with every single one, and with random ones. It returns its fault points.
func (t *total) scenario(s sim.Scenario, seed uint64, random int) int {
	points := s.Run(nil).Points()
	t.points += points
	t.run("single", s, points, s.Singles(points))
	if random > 0 {
		t.run("random", s, points, s.Random(seed, points, random))
	}
	return points
}

func (t *total) run(faults string, s sim.Scenario, points int, plans iter.Seq[sim.Faults]) {
	start := time.Now()
	runs, failed, first := sim.Explore(s, plans)
	t.runs += runs
	t.failed += failed
	_, _ = fmt.Fprintf(t.out, "%-42s %-7s %4d points %7d runs %3d violations %6.1f s\n", s.Name, faults, points, runs, failed,
		time.Since(start).Seconds())
	for _, f := range first {
		_, _ = fmt.Fprintf(t.out, "  %s\n    %s\n    calls: %s\n    log: %s\n", f.Faults, strings.Join(f.Violations, "\n    "),
			strings.Join(f.Trace, " "), f.Log)
	}
}
