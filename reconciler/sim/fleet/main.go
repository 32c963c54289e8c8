// Command fleet runs fleets of certificates over years, in which invocations interleave at every call.
//
//	fleet [-seeds n] [-seed first] [-records n] [-years n] [-faults share]
//
// Its exit code is 1 if an invariant was broken; it prints the violations.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"certloop/reconciler/sim"
)

func main() {
	seeds := flag.Int("seeds", 10, "how many fleets")
	first := flag.Uint64("seed", 1, "the seed of the first fleet; the next ones follow")
	c := sim.FleetConfig{}
	flag.IntVar(&c.Records, "records", 200, "records of a fleet")
	flag.Float64Var(&c.Years, "years", 3, "years that a fleet is watched")
	flag.Float64Var(&c.FaultRate, "faults", 0.05, "share of the calls that go wrong")
	flag.Parse()
	var failed int
	var mu sync.Mutex
	var running errgroup.Group
	running.SetLimit(runtime.GOMAXPROCS(0))
	for i := range *seeds {
		running.Go(func() error {
			c := c
			c.Seed = *first + uint64(i)
			began := time.Now()
			f := sim.RunFleet(c)
			mu.Lock()
			defer mu.Unlock()
			report(f, time.Since(began))
			failed += len(f.Violations)
			return nil
		})
	}
	_ = running.Wait() // what went wrong is counted
	fmt.Printf("%d fleets, %d violations\n", *seeds, failed)
	if failed > 0 || *seeds == 0 {
		os.Exit(1)
	}
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
