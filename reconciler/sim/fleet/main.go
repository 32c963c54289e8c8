// Command fleet runs fleets of certificates over years, in which invocations interleave at every call.
//
//	fleet [-seeds n] [-seed first] [-records n] [-years n] [-faults share] [-limits]
//
// Its exit code is 1 if an invariant was broken; it prints the violations.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"certloop/reconciler/api"
	"certloop/reconciler/sim"
)

func main() {
	seeds := flag.Int("seeds", 10, "how many fleets")
	first := flag.Uint64("seed", 1, "the seed of the first fleet; the next ones follow")
	c := sim.FleetConfig{}
	flag.IntVar(&c.Records, "records", 200, "records of a fleet")
	flag.Float64Var(&c.Years, "years", 3, "years that a fleet is watched")
	flag.Float64Var(&c.FaultRate, "faults", 0.05, "share of the calls that go wrong")
	limited := flag.Bool("limits", false, "the CA enforces the limits of Let's Encrypt")
	flag.Parse()
	if *limited {
		limits := api.PublishedLimits(api.DirectoryAliases["letsencrypt"])
		c.Limits = &limits
	}
	if *seeds == 1 {
		c.Seed = *first
		began := time.Now()
		f := sim.RunFleet(c)
		report(f, time.Since(began))
		if len(f.Violations) > 0 {
			os.Exit(1)
		}
		return
	}
	failed := runEach(c, *first, *seeds)
	fmt.Printf("%d fleets, %d with violations\n", *seeds, failed)
	if failed > 0 || *seeds < 1 {
		os.Exit(1)
	}
}

// runEach runs each fleet in a process of its own, as many at a time as there are processors, and returns how many failed. Of a
// fleet only one goroutine runs at any moment: on one processor it takes little more than half of the time that it takes on two,
// between which its goroutines would move.
func runEach(c sim.FleetConfig, first uint64, seeds int) int {
	var failed atomic.Int64
	var output sync.Mutex
	var running errgroup.Group
	running.SetLimit(runtime.GOMAXPROCS(0))
	for i := range seeds {
		running.Go(func() error {
			fleet := exec.Command(os.Args[0], "-seeds", "1", "-seed", fmt.Sprint(first+uint64(i)),
				"-records", fmt.Sprint(c.Records), "-years", fmt.Sprint(c.Years), "-faults", fmt.Sprint(c.FaultRate))
			fleet.Env = append(os.Environ(), "GOMAXPROCS=1", "GOGC=800")
			text, err := fleet.CombinedOutput()
			if err != nil {
				failed.Add(1)
			}
			output.Lock()
			defer output.Unlock()
			_, _ = os.Stdout.Write(text)
			return nil
		})
	}
	_ = running.Wait() // what went wrong is counted
	return int(failed.Load())
}

func report(f *sim.Fleet, took time.Duration) {
	ready, issued := f.Totals()
	calls := 0
	for _, n := range f.Calls {
		calls += n
	}
	fmt.Printf("seed %-4d %4d records ready, %6d certificates, %9d calls, %v, %3d violations %7.1f s\n",
		f.Seed, ready, issued, calls, f.Events, len(f.Violations), took.Seconds())
	for i, v := range f.Violations {
		if i == 20 {
			fmt.Println("  …")
			break
		}
		fmt.Println("  " + v)
	}
}
