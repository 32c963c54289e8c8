// Package stay keeps a sandbox running until somebody ends it: an emulated AWS account in which certloop is deployed as
// the Terraform module deploys it, two CAs, and DNS. Commands that the documents show for AWS work in it. Switches break
// its parts and repair them.
//
//	terminal ─▶ prompt ──┐
//	scripts ─▶ control ──┴▶ commands ─▶ switches: CA, ACM, load balancer, clock
//	SNS ─▶ inbox ─▶ terminal
//
// Everything listens on free loopback ports and ends with Run.
package stay

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"certloop/internal/sandbox"
	"certloop/internal/sandbox/module"
)

// Options configure a sandbox that stays.
type Options struct {
	// Zip is the archive of the function for this machine's architecture. If it is empty, make builds it.
	Zip string
	// EnvFile, if set, is where the export lines are written. Run removes it at the end.
	EnvFile string
	// In has commands, one on each line. Its end does not end the sandbox. Out receives everything that is shown.
	In  io.Reader
	Out io.Writer
	// Log, if set, receives what the function and the triggers write.
	Log io.Writer
}

// Box is a running sandbox. It is safe for concurrent use.
type Box struct {
	*sandbox.Sandbox
	// Deployment is what is deployed in it.
	Deployment *module.Deployment
	// Control is the URL of the control endpoint.
	Control string

	options Options
	dir     string
	logs    module.Logs
	inbox   inbox
	ca      authority
	lb      balancer
	clock   clock
	out     *output

	ctx  context.Context
	end  context.CancelFunc
	ends []func()

	mu      sync.Mutex
	running sync.WaitGroup
	closed  bool
}

// spawn runs f until the sandbox has ended. After the end it does nothing.
func (b *Box) spawn(f func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.closed {
		b.running.Go(f)
	}
}

// Run runs a sandbox until ctx ends or somebody enters quit, and then ends everything. After an end of ctx it returns
// nil.
func Run(ctx context.Context, o Options) error {
	began := time.Now()
	out := &output{w: o.Out}
	o.Out = out
	out.print("Starting an AWS emulator, two certificate authorities, a DNS server and the packaged function …")
	b, err := Start(ctx, o)
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	out.print("ready after %.1f s", time.Since(began).Seconds())
	out.print("%s", b.welcome())
	if o.In != nil {
		go b.prompt(o.In)
	}
	<-b.ctx.Done()
	out.print("ending …")
	return b.Close()
}

// Close ends everything. The function ends first: an invocation in progress may take minutes.
func (b *Box) Close() error {
	b.end()
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	var errs []error
	if b.Sandbox != nil {
		errs = append(errs, b.Sandbox.Close())
	}
	b.running.Wait()
	for i := len(b.ends) - 1; i >= 0; i-- {
		b.ends[i]()
	}
	return errors.Join(errs...)
}

// output writes whole texts, from several goroutines.
type output struct {
	mu sync.Mutex
	w  io.Writer
}

// Write never fails: a terminal that is gone must not end the sandbox.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.w != nil {
		_, _ = o.w.Write(p)
	}
	return len(p), nil
}

func (o *output) print(format string, args ...any) {
	_, _ = io.WriteString(o, fmt.Sprintf(format, args...)+"\n")
}
