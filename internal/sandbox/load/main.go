// Command load issues many certificates, and one with many names, in a sandbox on its own cloud, with Pebble and the
// packaged function. It prints how long that takes and what it costs.
//
//	load -zip dist/certloop-lambda-<architecture>.zip [-certificates 1000] [-names 100]
//
// Its exit code is 0 if every certificate is Ready, the CA issued and ACM has exactly one for each, and nothing is left.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"certloop/internal/sandbox"
	"certloop/internal/sandbox/many"
	"certloop/internal/sandbox/pebble"
)

func main() {
	zip := flag.String("zip", "", "the packaged function for this machine's architecture")
	certificates := flag.Int("certificates", 1000, "how many certificates with one name to issue at once")
	names := flag.Int("names", 100, "how many names the last certificate has")
	at := flag.Int("concurrency", 4, "how many invocations run at a time")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *zip, *certificates, *names, *at)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, zip string, certificates, names, concurrency int) error {
	began := time.Now()
	box, err := sandbox.Start(ctx, sandbox.Options{Cloud: sandbox.Own, Zip: zip, Zones: []string{many.Zone}, Concurrency: concurrency,
		CA: pebble.Options{RejectNonces: 5}, Env: []string{"CERTLOOP_IMPORT_GRACE=5s"}})
	if err != nil {
		return err
	}
	defer func() { _ = box.Close() }()
	fmt.Printf("the sandbox is ready after %d ms\n", time.Since(began).Milliseconds())
	fleet, err := many.New(ctx, box)
	if err != nil {
		return err
	}
	var single [][]string
	for i := range certificates {
		single = append(single, []string{fmt.Sprintf("c%d.%s", i, many.Zone)})
	}
	if err := issue(ctx, fleet, fmt.Sprintf("%d certificates", certificates), single); err != nil {
		return err
	}
	var together []string
	for i := range names {
		together = append(together, fmt.Sprintf("n%d.%s", i, many.Zone))
	}
	return issue(ctx, fleet, fmt.Sprintf("one certificate with %d names", names), [][]string{together})
}

// issue creates a record for each list of names, and waits until everything is done.
func issue(ctx context.Context, fleet *many.Fleet, what string, all [][]string) error {
	if len(all) == 0 {
		return nil
	}
	began, before := time.Now(), used()
	for _, names := range all {
		if err := fleet.Put(ctx, "record-"+names[0], names, []string{sandbox.Region}); err != nil {
			return err
		}
	}
	shown := time.Now()
	err := fleet.Wait(ctx, 3*time.Minute, time.Hour, func(ready, all int) {
		if time.Since(shown) > 10*time.Second {
			shown = time.Now()
			fmt.Printf("  %d of %d are Ready after %.0f s\n", ready, all, time.Since(began).Seconds())
		}
	})
	if err != nil {
		return err
	}
	took := time.Since(began)
	if err := fleet.Settle(ctx, time.Minute); err != nil {
		return err
	}
	cpu := used() - before
	fmt.Printf("%s: Ready after %.1f s, %.2f a second; CPU of sandbox and CA %.2f s each\n",
		what, took.Seconds(), float64(len(all))/took.Seconds(), cpu.Seconds()/float64(len(all)))
	return nil
}

// used returns the CPU time of this process. That of the function's processes is not in it until they end.
func used() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
