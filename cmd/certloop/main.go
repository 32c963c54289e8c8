// Command certloop is the command line: it shows what certloop does with the records of a table, and changes records.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"certloop/cmd/certloop/command"
)

// version is set when the program is linked: -X main.version=<version>.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the process whatever it does.
	context.AfterFunc(ctx, stop)
	code := command.Run(ctx, command.Config{
		Args: os.Args[1:], In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Environ: os.Environ(), Version: version,
	})
	stop()
	os.Exit(code)
}
