// Package sandbox is an AWS account and certificate authorities on one machine, with the packaged function deployed in
// it. Program, SDK, ACME and the CA's DNS queries are real.
//
//	users  ─▶ gateway ─▶ cloud, or moto's server (DynamoDB, SQS, KMS, Secrets Manager, SNS, EventBridge, Route 53, STS)
//	              └────▶ the strict fake of ACM and of the tag search
//	stream, queue, schedule ─▶ triggers ─▶ lambdaruntime ─▶ bootstrap ─▶ gateway, Pebble
//	Pebble ─▶ dnsserver ─▶ the hosted zones of cloud, or its copy of moto's
//	bootstrap, visitors ─▶ fronts ─▶ what ACM holds under an ARN
//
// Everything listens on free loopback ports, and ends with Close or with the process.
package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"certloop/internal/sandbox/cloud"
	"certloop/internal/sandbox/deployed"
	"certloop/internal/sandbox/dnsserver"
	"certloop/internal/sandbox/faults"
	"certloop/internal/sandbox/fronts"
	"certloop/internal/sandbox/iam"
	"certloop/internal/sandbox/lambdaruntime"
	"certloop/internal/sandbox/pebble"
	"certloop/internal/sandbox/triggers"
	acmfake "certloop/providers/acm/fake"
	frontendsfake "certloop/providers/frontends/fake"
)

// Region is where the controller runs.
const Region = "us-east-1"

// Body is what answers for AWS.
type Body string

const (
	// Own is package cloud: strict fakes in this process.
	Own Body = "own"
	// Moto is moto's server, which needs Python. It is the second opinion on the fakes, and knows the services through
	// which Terraform deploys.
	Moto Body = "moto"
)

// Options configure a sandbox.
type Options struct {
	// Cloud is the body (default: that of the environment variable CLOUD, else Own; a bare sandbox is on Moto).
	Cloud Body
	// Zip is the archive of the function for this machine's architecture.
	Zip string
	// Bare leaves table, queue and function to whoever deploys them through the gateway, and runs what is deployed
	// there. Env, Tick and Timeout then replace deployed values only where they are set.
	Bare bool
	// Enforce allows the function only what the policies of its deployed role allow.
	Enforce bool
	// Zones are the public hosted zones to create.
	Zones []string
	// CA and EABCA are the two authorities: one accepts every account, one requires a credential, once. Start sets
	// their DNSServer, RequireEAB, SingleUseEAB and EAB.
	CA, EABCA pebble.Options
	// ACM is the fake's configuration. Env are further variables of the function.
	ACM acmfake.Config
	Env []string
	// Intercept, if set, wraps the whole AWS endpoint. Tests observe requests and inject faults there.
	Intercept func(next http.Handler) http.Handler
	// Faults disturb the requests of the function, not those of users and triggers. The sandbox sets Account and Exempt.
	Faults faults.Config
	// Tick is how often the due index is read (default 1 s; 15 minutes in the module). Probe is how often the endpoints are
	// probed that are due for it, private ones too (default never; every minute in the module, public ones only).
	Tick, Probe time.Duration
	// Concurrency is how many invocations run at a time (default 4), Timeout how long one may take (default 60 s).
	Concurrency int
	Timeout     time.Duration
	// Rates replace the rates of single schedules in a bare sandbox, by name. Poll is how often a bare sandbox reads
	// what is deployed (default 250 ms).
	Rates map[string]time.Duration
	Poll  time.Duration
	// Log receives what the function and the triggers write; nil discards it. Line, if set, receives each line that a
	// function of a bare sandbox writes. Seen, if set, receives every record of the stream and every message of the
	// queue.
	Log  io.Writer
	Line func(function, stream string, line []byte)
	Seen func(text string)
}

// Sandbox is a running sandbox. It is safe for concurrent use.
type Sandbox struct {
	// ACM is the fake behind the gateway, CA and EABCA are the authorities. Tests read what arrived there.
	ACM       *acmfake.Service
	CA, EABCA *pebble.CA
	// Frontends are the load balancers, distributions and domain names that the function may describe.
	Frontends *frontendsfake.Service
	Function  *lambdaruntime.Function
	// DNS is the server that the CAs and the function query.
	DNS *dnsserver.Server
	// Fronts are the services that use certificates of ACM. There are none until a caller opens one and lets a record of
	// Route 53 lead to it.
	Fronts *fronts.Fronts
	// Deployed runs what was deployed. It is set if Options.Bare is.
	Deployed *deployed.Runner
	// Guard records what the function asks of AWS. It is set if Options.Enforce is.
	Guard *iam.Guard
	Clients
	Resources

	// Cloud is the body of a sandbox on Own.
	Cloud *cloud.Cloud

	options Options
	// emulator is the URL behind the gateway of a sandbox on Moto.
	emulator string
	log      *slog.Logger
	ends     []func()
	cancel   context.CancelFunc
	running  sync.WaitGroup
	// accounts maps the access keys of assumed roles to their accounts.
	accounts sync.Map
}

// Start starts everything and waits until it answers. ctx bounds the start only.
func Start(ctx context.Context, o Options) (*Sandbox, error) {
	if o.Log == nil {
		o.Log = io.Discard
	}
	if o.Tick == 0 && !o.Bare {
		o.Tick = time.Second
	}
	var err error
	if o.Cloud, err = o.body(); err != nil {
		return nil, err
	}
	s := &Sandbox{options: o, log: slog.New(slog.NewTextHandler(o.Log, nil)), Fronts: &fronts.Fronts{}, Frontends: frontendsfake.New()}
	o.ACM.Imported, o.ACM.Assumed = s.imported, s.assumed
	s.ACM = acmfake.New(o.ACM)
	s.atEnd(s.Fronts.Close)
	for _, start := range []struct {
		what string
		do   func(context.Context) error
	}{
		{"the cloud and the DNS server", s.startCloud},
		{"the table and its surroundings", s.makeResources},
		{"the CAs", s.startAuthorities},
		{"the function", s.deploy},
	} {
		if err := start.do(ctx); err != nil {
			return nil, errors.Join(fmt.Errorf("start %s: %w", start.what, err), s.Close())
		}
	}
	return s, nil
}

// Close ends everything in reverse order of its start.
func (s *Sandbox) Close() error {
	if s.cancel != nil {
		s.cancel()
	}
	s.running.Wait()
	for i := len(s.ends) - 1; i >= 0; i-- {
		s.ends[i]()
	}
	s.ends = nil
	return nil
}

func (s *Sandbox) atEnd(f func()) { s.ends = append(s.ends, f) }

func (s *Sandbox) startAuthorities(context.Context) (err error) {
	s.options.CA.DNSServer, s.options.EABCA.DNSServer = s.Resolver, s.Resolver
	s.options.EABCA.RequireEAB, s.options.EABCA.SingleUseEAB = true, true
	s.options.EABCA.EAB = map[string]string{EABKeyID: EABKey}
	if s.CA, err = pebble.Start(s.options.CA); err != nil {
		return err
	}
	s.atEnd(s.CA.Close)
	if s.EABCA, err = pebble.Start(s.options.EABCA); err != nil {
		return err
	}
	s.atEnd(s.EABCA.Close)
	return nil
}

// deploy starts the function and everything that invokes it.
func (s *Sandbox) deploy(context.Context) (err error) {
	if s.options.Bare {
		s.runDeployed()
		return nil
	}
	s.Function, err = lambdaruntime.Deploy(lambdaruntime.Config{
		Zip: s.options.Zip, Env: append(s.environment(), s.options.Env...), Log: s.options.Log,
		Concurrency: s.options.Concurrency, Timeout: s.timeout(),
	})
	if err != nil {
		return err
	}
	s.atEnd(s.Function.Close)
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	stream := &triggers.Stream{Client: s.Streams, ARN: s.StreamARN, Invoke: s.invoke, Log: s.log, Seen: s.seenRecord,
		Mapping: triggers.Mapping{Filter: triggers.RecordsOnly}}
	queue := &triggers.Queue{Client: s.SQS, URL: s.QueueURL, Invoke: s.invoke, Log: s.log, Seen: s.options.Seen}
	s.goOn(ctx, "stream", stream.Run)
	// A queue's mapping works on several batches at a time.
	for range 3 {
		s.goOn(ctx, "queue", queue.Run)
	}
	s.running.Go(func() { triggers.Every(ctx, s.options.Tick, `{"action":"tick"}`, s.invoke, s.log) })
	if s.options.Probe > 0 {
		s.running.Go(func() { triggers.Every(ctx, s.options.Probe, `{"action":"probe"}`, s.invoke, s.log) })
	}
	return nil
}

func (s *Sandbox) goOn(ctx context.Context, what string, run func(context.Context) error) {
	s.running.Go(func() {
		if err := run(ctx); err != nil {
			s.log.Error("trigger ended", "trigger", what, "err", err)
		}
	})
}

func (s *Sandbox) invoke(ctx context.Context, payload []byte) ([]byte, bool, error) {
	return s.invokeNamed(ctx, Table, payload)
}
