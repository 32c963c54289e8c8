// Command demo shows what certloop does, on this machine, in about a minute. It creates records; certificates are
// issued by an ACME CA and imported into ACM. It forces renewals, shows what visitors of a distribution get meanwhile,
// deletes a certificate in ACM so that it is replaced, and deletes a record.
//
//	demo -zip dist/certloop-lambda-<architecture>.zip [-verbose] [-latency 20ms] [-rates aws] [-faults 5%]
//
// The environment variable CLOUD chooses what answers for AWS: own (the default) or moto, which needs Python.
//
// It checks the outcome through the APIs of AWS and in what the CA issued, never in the controller's status alone. Its
// exit code is 0 if every step succeeded, else 1, and it lists the steps that did not.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"certloop/internal/sandbox"
	"certloop/internal/sandbox/faults"
	"certloop/internal/sandbox/pebble"
)

func main() {
	zip := flag.String("zip", "", "the packaged function for this machine's architecture")
	verbose := flag.Bool("verbose", false, "print what the function logs, on standard error")
	latency := flag.String("latency", "", "how much longer each request of the function to AWS takes, such as 20ms")
	rates := flag.String("rates", "", "aws: the request rates that AWS publishes")
	share := flag.String("faults", "", "the share of the function's requests to AWS that go wrong, such as 5%")
	flag.Parse()
	disturbed, err := faults.Parse(*latency, *rates, *share)
	if err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, *zip, *verbose, disturbed)
	stop()
	os.Exit(code)
}

// limit bounds a demo that hangs. A step ends before, if nothing new is seen.
const limit = 15 * time.Minute

func run(ctx context.Context, zip string, verbose bool, disturbed faults.Config) int {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	began := time.Now()
	fmt.Println("Starting an emulated AWS account, two certificate authorities, a DNS server and the packaged function …")
	var log io.Writer
	var seen func(string)
	if verbose {
		log = os.Stderr
		seen = func(text string) { fmt.Fprintln(os.Stderr, "trigger:", text) }
	}
	box, err := sandbox.Start(ctx, sandbox.Options{
		Zip: zip, Faults: disturbed, Zones: zones, Probe: time.Second, Log: log, Seen: seen,
		// Pebble rejects good nonces, and never reuses a validation.
		CA: pebble.Options{RejectNonces: 15}, EABCA: pebble.Options{RejectNonces: 15},
		// ACM's search by tag lags here too, but less.
		Env: []string{"CERTLOOP_IMPORT_GRACE=5s", "CERTLOOP_LOG_LEVEL=debug"},
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		return 1
	}
	defer func() { _ = box.Close() }()
	fmt.Printf("ready after %.1f s; AWS is at %s\n", time.Since(began).Seconds(), box.URL)
	d := &demo{Sandbox: box, board: newBoard(os.Stdout, os.Environ()), began: began}
	d.run(ctx)
	return d.verdict(ctx)
}
