package stay

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"time"

	"certloop/internal/sandbox"
	"certloop/internal/sandbox/module"
	"certloop/internal/sandbox/pebble"
	"certloop/internal/sandbox/setup"
	acmfake "certloop/providers/acm/fake"
)

// Zones are the hosted zones.
var Zones = []string{"example.com", "example.net"}

// account is the account of everything, email the address that receives the notices.
const (
	account = "123456789012"
	email   = "ops@example.com"
)

// architectures maps GOARCH to Lambda's name of the architecture.
var architectures = map[string]string{"amd64": "x86_64", "arm64": "arm64"}

// Start starts a sandbox and deploys certloop in it. ctx bounds the start, and ends the sandbox.
func Start(ctx context.Context, o Options) (*Box, error) {
	b := &Box{options: o, out: &output{w: o.Out}}
	b.ctx, b.end = context.WithCancel(ctx)
	for _, part := range []struct {
		what string
		do   func(context.Context) error
	}{
		{"the folder for files", b.makeFolder},
		{"the function's archive", b.findArchive},
		{"the emulated cloud", b.startCloud},
		{"the load balancer", b.openBalancer},
		{"the deployment", b.deploy},
		{"the inbox", b.openInbox},
		{"the control endpoint", b.listen},
		{"the files", b.writeFiles},
	} {
		if err := part.do(b.ctx); err != nil {
			return nil, errors.Join(fmt.Errorf("start %s: %w", part.what, err), b.Close())
		}
	}
	b.spawn(b.reportProblems)
	return b, nil
}

func (b *Box) atEnd(f func()) { b.ends = append(b.ends, f) }

func (b *Box) makeFolder(context.Context) (err error) {
	if b.dir, err = os.MkdirTemp("", "certloop-sandbox-"); err == nil {
		b.atEnd(func() { _ = os.RemoveAll(b.dir) })
	}
	return err
}

func (b *Box) findArchive(context.Context) (err error) {
	if b.options.Zip != "" {
		return nil
	}
	root, err := setup.Root()
	if err != nil {
		return fmt.Errorf("%w: run the sandbox in a clone of the repository", err)
	}
	b.options.Zip, err = setup.Archive(root)
	return err
}

func (b *Box) startCloud(ctx context.Context) (err error) {
	// Pebble rejects good nonces now and then, as real CAs may.
	ca := pebble.Options{RejectNonces: 15, Intercept: b.ca.intercept, Ahead: b.clock.ahead}
	b.Sandbox, err = sandbox.Start(ctx, sandbox.Options{
		Zip: b.options.Zip, Bare: true, Zones: Zones, CA: ca, EABCA: ca, ACM: acmfake.Config{Now: b.clock.now},
		Intercept: b.certificateEvents, Log: b.options.Log, Poll: time.Second,
		Line: func(_, stream string, line []byte) { b.logs.Add(stream, line) },
		// A retry should not take a quarter of an hour, nor a repair a day.
		Rates: map[string]time.Duration{module.TickSchedule: 5 * time.Second, module.ResyncSchedule: 10 * time.Minute, module.ProbeSchedule: 5 * time.Second},
	})
	return err
}

func (b *Box) deploy(ctx context.Context) (err error) {
	b.Deployment, err = module.Deploy(ctx, module.Config{
		URL: b.URL, Region: sandbox.Region, Account: account, Zip: b.options.Zip, Architecture: architectures[runtime.GOARCH],
		Email: email, Environment: map[string]string{
			"CERTLOOP_RESOLVERS": b.Resolver,
			// The load balancer listens on a loopback address.
			"CERTLOOP_PROBE": "private",
			// ACM's search by tag lags here less than in AWS, every mail is shown, and a certificate may be replaced again
			// after a minute.
			"CERTLOOP_IMPORT_GRACE": "5s", "CERTLOOP_MAILS_PER_HOUR": "0", "CERTLOOP_MIN_ISSUANCE_INTERVAL": "1m",
		},
	})
	if err != nil {
		return err
	}
	b.spawn(func() {
		b.logs.Run(b.ctx, b.Deployment, 300*time.Millisecond, func(err error) { b.out.print("sandbox: %v", err) })
	})
	return b.invoke(ctx, `{"action":"resync"}`)
}

// invoke invokes the function. An error of the function is an error.
func (b *Box) invoke(ctx context.Context, event string) error {
	result, err := b.Deployed.Invoke(ctx, module.Name, []byte(event))
	if err == nil && result.FunctionError {
		err = fmt.Errorf("the function failed: %s", result.Payload)
	}
	return err
}

// reportProblems shows what somebody deployed and the sandbox cannot run.
func (b *Box) reportProblems() {
	for shown := 0; b.ctx.Err() == nil; {
		all := b.Deployed.Problems()
		for _, problem := range all[shown:] {
			b.out.print("sandbox: %s", problem)
		}
		shown = len(all)
		select {
		case <-b.ctx.Done():
		case <-time.After(2 * time.Second):
		}
	}
}
