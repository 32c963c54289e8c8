// Command run keeps a sandbox running until Ctrl-C.
//
//	run -zip dist/certloop-lambda-<architecture>.zip [-env <file>] [-verbose]
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"certloop/internal/sandbox/stay"
)

func main() {
	o := stay.Options{In: os.Stdin, Out: os.Stdout}
	flag.StringVar(&o.Zip, "zip", "", "the packaged function for this machine's architecture; empty: build it")
	flag.StringVar(&o.EnvFile, "env", "", "write the export lines to this file, which is removed at the end")
	verbose := flag.Bool("verbose", false, "print what the function logs, on standard error")
	flag.Parse()
	if *verbose {
		o.Log = os.Stderr
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := stay.Run(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "sandbox:", err)
		os.Exit(1)
	}
}
