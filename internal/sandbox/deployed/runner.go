// Package deployed runs what was deployed to the emulator. It lists functions, event source mappings and schedules,
// runs the functions as they are configured, and invokes them as the mappings and schedules require.
//
//	emulator ◀─ sync ─┬─▶ one trigger per mapping and schedule, while it exists unchanged
//	                  └─▶ Invoke: the current configuration
//
// It reports what it cannot run. If it ignored a setting, a wrong configuration would seem to work.
package deployed

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	streams "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// Config configures a Runner.
type Config struct {
	// Emulator is the URL of the emulator itself. Region is the region whose deployments run.
	Emulator, Region string
	// Zip is the archive that must have been deployed, Architecture the GOARCH that it is for.
	Zip, Architecture string
	// Env are variables that the sandbox adds to those of every function.
	Env     []string
	Streams *dynamodbstreams.Client
	SQS     *sqs.Client
	// Rate replaces the rate of every schedule; 0 keeps the deployed rate. Rates replace the rates of single schedules,
	// by name.
	Rate  time.Duration
	Rates map[string]time.Duration
	// Poll is how often the emulator is polled for what is deployed (default 250 ms).
	Poll time.Duration
	// Log receives what functions and triggers write. Line, if set, receives each line that a function writes. Record
	// and Message, if set, receive every record of a stream and every message of a queue.
	Log     io.Writer
	Line    func(function, stream string, line []byte)
	Record  func(streams.Record)
	Message func(body string)
}

// Runner runs what was deployed. It is safe for concurrent use.
type Runner struct {
	config   Config
	emulator emulator
	log      *slog.Logger
	cancel   context.CancelFunc
	running  sync.WaitGroup

	// replacing is held for reading by every invocation.
	replacing sync.RWMutex

	mu        sync.Mutex
	functions []*function
	triggers  map[string]*trigger
	problems  []string
	// program replaces the deployed program, if it is set.
	program *Replacement
	// roles caches the policies of roles.
	roles map[string]read
}

// trigger is a running mapping or schedule.
type trigger struct {
	// deployed is the configuration that runs, as JSON.
	deployed string
	stop     func()
}

// Start starts to poll the emulator. Nothing needs to have been deployed yet.
func Start(c Config) *Runner {
	if c.Log == nil {
		c.Log = io.Discard
	}
	if c.Poll == 0 {
		c.Poll = 250 * time.Millisecond
	}
	ctx, cancel := context.WithCancel(context.Background())
	r := &Runner{config: c, emulator: emulator{c.Emulator, c.Region}, log: slog.New(slog.NewTextHandler(c.Log, nil)),
		cancel: cancel, triggers: map[string]*trigger{}}
	r.running.Go(func() { r.follow(ctx) })
	return r
}

// Close ends all triggers and functions, whatever they are doing.
func (r *Runner) Close() {
	r.cancel()
	r.closeFunctions()
	r.running.Wait()
	r.closeFunctions() // of those that began meanwhile
}

func (r *Runner) closeFunctions() {
	r.mu.Lock()
	all := r.functions
	r.functions = nil
	r.mu.Unlock()
	for _, f := range all {
		f.Close()
	}
}

// Problems returns, once each, what was deployed and cannot be run.
func (r *Runner) Problems() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.problems...)
}

func (r *Runner) problem(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, known := range r.problems {
		if known == err.Error() {
			return
		}
	}
	r.problems = append(r.problems, err.Error())
	r.log.Error("cannot run what was deployed", "err", err)
}

func (r *Runner) follow(ctx context.Context) {
	for {
		r.sync(ctx)
		select {
		case <-ctx.Done():
			r.stopAllBut(nil)
			return
		case <-time.After(r.config.Poll):
		}
	}
}

// sync starts and stops triggers so that they match what is deployed now.
func (r *Runner) sync(ctx context.Context) {
	mappings, err := r.emulator.mappings(ctx)
	if err != nil {
		r.report(ctx, fmt.Errorf("list event source mappings: %w", err))
		return
	}
	schedules, err := r.emulator.schedules(ctx)
	if err != nil {
		r.report(ctx, fmt.Errorf("list schedules: %w", err))
		return
	}
	there := map[string]bool{}
	for _, m := range mappings {
		if m.State == "Enabled" {
			there["mapping "+m.UUID] = true
			r.ensure(ctx, "mapping "+m.UUID, m, func(ctx context.Context) error { return r.runMapping(ctx, m) })
		}
	}
	for _, s := range schedules {
		if s.State == "ENABLED" {
			there["schedule "+s.Name] = true
			r.ensure(ctx, "schedule "+s.Name, s, func(ctx context.Context) error { return r.runSchedule(ctx, s) })
		}
	}
	r.stopAllBut(there)
}

// ensure runs what is deployed under that name, and stops what ran under it before.
func (r *Runner) ensure(ctx context.Context, name string, deployed any, run func(context.Context) error) {
	body, err := json.Marshal(deployed)
	if err != nil {
		r.report(ctx, err)
		return
	}
	if t := r.triggers[name]; t != nil {
		if t.deployed == string(body) {
			return
		}
		t.stop()
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	r.triggers[name] = &trigger{string(body), func() { cancel(); <-done }}
	go func() {
		defer close(done)
		if err := run(ctx); err != nil {
			r.report(ctx, fmt.Errorf("%s: %w", name, err))
		}
	}()
}

// stopAllBut stops the triggers of what is no longer deployed.
func (r *Runner) stopAllBut(there map[string]bool) {
	for name, t := range r.triggers {
		if !there[name] {
			t.stop()
			delete(r.triggers, name)
		}
	}
}

// report records a problem, unless ctx has ended.
func (r *Runner) report(ctx context.Context, err error) {
	if ctx.Err() == nil {
		r.problem(err)
	}
}
