// Command chaos issues certificates while the function is killed at random moments, and frozen past its leases. Half of
// them have two targets. The CA rejects 15 of 100 good nonces and validates late.
//
//	chaos -zip dist/certloop-lambda-<architecture>.zip [-certificates 50] [-kills 200] [-seed 1]
//
// The environment variable CLOUD chooses what answers for AWS: own (the default) or moto. Its exit code is 0 if all
// certificates are Ready in the end, the CA issued exactly one for each, ACM has exactly one for each target, and no TXT
// record and no key is left.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"syscall"
	"time"

	"certloop/internal/sandbox"
	"certloop/internal/sandbox/many"
	"certloop/internal/sandbox/pebble"
)

// effect is how long an effect of the function may take on a body. With the skew of clocks it is the length of a lease: a
// process that is frozen for longer has lost it.
var effect = map[sandbox.Body]time.Duration{sandbox.Own: 3 * time.Second, sandbox.Moto: 10 * time.Second}

const skew = time.Second

type options struct {
	zip                 string
	certificates, kills int
	seed                uint64
	log                 io.Writer
}

func main() {
	var o options
	flag.StringVar(&o.zip, "zip", "", "the packaged function for this machine's architecture")
	flag.IntVar(&o.certificates, "certificates", 50, "how many certificates to issue")
	flag.IntVar(&o.kills, "kills", 200, "how many processes to kill, at least, while they work")
	flag.Uint64Var(&o.seed, "seed", uint64(time.Now().UnixNano()), "the seed of the moments")
	verbose := flag.Bool("verbose", false, "print what the function logs, on standard error")
	flag.Parse()
	if *verbose {
		o.log = os.Stderr
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "chaos:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	body := cmp.Or(sandbox.Body(os.Getenv("CLOUD")), sandbox.Own)
	lease := effect[body] + skew
	box, err := sandbox.Start(ctx, sandbox.Options{Cloud: body, Zip: o.zip, Zones: []string{many.Zone}, Log: o.log,
		// Longer than a frozen process stays: Lambda must not end it.
		Timeout: 20*time.Second + lease, Concurrency: 6,
		CA:  pebble.Options{RejectNonces: 15, SlowValidation: true},
		Env: []string{"CERTLOOP_EFFECT_TIMEOUT=" + effect[body].String(), "CERTLOOP_CLOCK_SKEW=" + skew.String(), "CERTLOOP_IMPORT_GRACE=5s"}})
	if err != nil {
		return err
	}
	defer func() { _ = box.Close() }()
	fleet, err := many.New(ctx, box)
	if err != nil {
		return err
	}
	fmt.Printf("seed %d: %d certificates, at least %d kills\n", o.seed, o.certificates, o.kills)
	began := time.Now()
	s := &storm{options: o, lease: lease, fleet: fleet, random: rand.New(rand.NewPCG(o.seed, 0))}
	if err := s.blow(ctx); err != nil {
		return err
	}
	fmt.Printf("%d kills and %d freezes in %.0f s; now the function is left alone\n", s.killed, s.frozen, time.Since(began).Seconds())
	if err := fleet.Wait(ctx, idle, time.Hour, nil); err != nil {
		return err
	}
	if err := fleet.Settle(ctx, time.Minute); err != nil {
		return err
	}
	fmt.Printf("all %d certificates are Ready after %.0f s: one issued for each, one in ACM for each target, no TXT record and no key left\n",
		o.certificates, time.Since(began).Seconds())
	return nil
}

// idle is longer than the first back-off of a failed issuance.
const idle = 6 * time.Minute

// storm is what happens to the function.
type storm struct {
	options
	lease  time.Duration
	fleet  *many.Fleet
	random *rand.Rand

	made, killed, frozen int
}

// freezeEvery is how many moments there are for one at which a process is frozen instead of killed.
const freezeEvery = 10

// blow creates the records in step with the kills, so that there is work in progress at every one of them.
func (s *storm) blow(ctx context.Context) error {
	for s.killed < s.kills || s.made < s.certificates {
		if s.made < s.certificates && s.made*s.kills <= s.killed*s.certificates+3*s.kills {
			if err := s.put(ctx); err != nil {
				return err
			}
		}
		// Below a millisecond apart, and up to what a whole issuance takes without kills.
		pause := time.Duration(s.random.ExpFloat64() * float64(200*time.Millisecond))
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
		switch {
		case s.random.IntN(freezeEvery) == 0 && s.fleet.Function.Freeze(s.random.IntN, s.lease+2*time.Second):
			s.frozen++
		case s.fleet.Function.KillOne(s.random.IntN):
			s.killed++
		case s.made == s.certificates:
			// Nothing is in progress any more. A pass over converged records can be killed too.
			go func() { _, _ = s.fleet.Invoke(ctx, `{"action":"resync"}`) }()
		}
	}
	return nil
}

// drive invokes the function for a record, as a user does who waits and begins again after every crash.
func (s *storm) drive(ctx context.Context, name string) {
	for ctx.Err() == nil {
		event := fmt.Sprintf(`{"action":"reconcile","names":[%q],"wait":"15s","require":"Ready"}`, name)
		if _, err := s.fleet.Invoke(ctx, event); err == nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func (s *storm) put(ctx context.Context) error {
	regions := []string{sandbox.Region}
	if s.made%2 == 1 {
		regions = append(regions, "eu-west-1")
	}
	name := fmt.Sprintf("c%d.%s", s.made, many.Zone)
	s.made++
	if err := s.fleet.Put(ctx, "record-"+name, []string{name}, regions); err != nil {
		return err
	}
	go s.drive(ctx, "record-"+name)
	return nil
}
