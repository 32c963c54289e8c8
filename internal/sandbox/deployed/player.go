// Package deployed plays what was deployed to the emulator: it looks which functions, event source mappings and
// schedules are there, runs the functions as they are configured, and drives them as mappings and schedules say.
//
//	emulator ◀─ look ─┬─▶ one trigger per mapping and schedule, as long as it is there and unchanged
//	                  └─▶ Invoke: the configuration of this moment
//
// What it cannot play it says: an emulator that leaves something out would make a configuration look right that is not.
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

// Config says where things are.
type Config struct {
	// Emulator is the URL of the emulator itself, Region the region that is played.
	Emulator, Region string
	// Zip is the archive that must have been deployed, Architecture the GOARCH that it is for.
	Zip, Architecture string
	// Env are variables that the sandbox adds to those of every function.
	Env     []string
	Streams *dynamodbstreams.Client
	SQS     *sqs.Client
	// Rate replaces the rate of every schedule; 0: it is as deployed.
	Rate time.Duration
	// Log takes what functions and triggers write. Record and Message, where set, are given every record of a stream and
	// every message of a queue.
	Log     io.Writer
	Record  func(streams.Record)
	Message func(body string)
}

// Player is a running player. It is safe for concurrent use.
type Player struct {
	config   Config
	emulator emulator
	log      *slog.Logger
	cancel   context.CancelFunc
	running  sync.WaitGroup

	mu        sync.Mutex
	functions []*function
	triggers  map[string]*trigger
	problems  []string
	// roles are the policies that were read, by role.
	roles map[string]read
}

// trigger is a mapping or a schedule that is played.
type trigger struct {
	// played is what was deployed, as JSON.
	played string
	stop   func()
}

// pause is how often the emulator is looked at.
const pause = 250 * time.Millisecond

// Start starts to look; nothing need have been deployed yet.
func Start(c Config) *Player {
	if c.Log == nil {
		c.Log = io.Discard
	}
	ctx, cancel := context.WithCancel(context.Background())
	p := &Player{config: c, emulator: emulator{c.Emulator, c.Region}, log: slog.New(slog.NewTextHandler(c.Log, nil)),
		cancel: cancel, triggers: map[string]*trigger{}}
	p.running.Go(func() { p.follow(ctx) })
	return p
}

// Close ends all triggers and functions, whatever they are at.
func (p *Player) Close() {
	p.cancel()
	p.closeFunctions()
	p.running.Wait()
	p.closeFunctions() // of those that began meanwhile
}

func (p *Player) closeFunctions() {
	p.mu.Lock()
	all := p.functions
	p.functions = nil
	p.mu.Unlock()
	for _, f := range all {
		f.Close()
	}
}

// Problems are what was deployed and could not be played, each once.
func (p *Player) Problems() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.problems...)
}

func (p *Player) problem(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, known := range p.problems {
		if known == err.Error() {
			return
		}
	}
	p.problems = append(p.problems, err.Error())
	p.log.Error("cannot be played", "err", err)
}

func (p *Player) follow(ctx context.Context) {
	for {
		p.look(ctx)
		select {
		case <-ctx.Done():
			p.keep(nil)
			return
		case <-time.After(pause):
		}
	}
}

// look makes the triggers what is deployed now.
func (p *Player) look(ctx context.Context) {
	mappings, err := p.emulator.mappings(ctx)
	if err != nil {
		p.report(ctx, fmt.Errorf("list event source mappings: %w", err))
		return
	}
	schedules, err := p.emulator.schedules(ctx)
	if err != nil {
		p.report(ctx, fmt.Errorf("list schedules: %w", err))
		return
	}
	there := map[string]bool{}
	for _, m := range mappings {
		if m.State == "Enabled" {
			there["mapping "+m.UUID] = true
			p.ensure(ctx, "mapping "+m.UUID, m, func(ctx context.Context) error { return p.playMapping(ctx, m) })
		}
	}
	for _, s := range schedules {
		if s.State == "ENABLED" {
			there["schedule "+s.Name] = true
			p.ensure(ctx, "schedule "+s.Name, s, func(ctx context.Context) error { return p.playSchedule(ctx, s) })
		}
	}
	p.keep(there)
}

// ensure plays what is deployed under that name, and nothing else under it.
func (p *Player) ensure(ctx context.Context, name string, deployed any, play func(context.Context) error) {
	body, err := json.Marshal(deployed)
	if err != nil {
		p.report(ctx, err)
		return
	}
	if t := p.triggers[name]; t != nil {
		if t.played == string(body) {
			return
		}
		t.stop()
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	p.triggers[name] = &trigger{string(body), func() { cancel(); <-done }}
	go func() {
		defer close(done)
		if err := play(ctx); err != nil {
			p.report(ctx, fmt.Errorf("%s: %w", name, err))
		}
	}()
}

// keep stops what is not there any more.
func (p *Player) keep(there map[string]bool) {
	for name, t := range p.triggers {
		if !there[name] {
			t.stop()
			delete(p.triggers, name)
		}
	}
}

// report keeps a problem, unless it is the end.
func (p *Player) report(ctx context.Context, err error) {
	if ctx.Err() == nil {
		p.problem(err)
	}
}
