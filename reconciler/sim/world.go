package sim

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"log/slog"
	"sort"
	"sync"
	"time"

	"certloop/reconciler"
	"certloop/reconciler/api"
	"certloop/store/memory"
)

// TableARN is the table of the simulated world.
const TableARN = "arn:aws:dynamodb:us-east-1:123456789012:table/certloop"

// World is everything outside the loop, and the driver that wakes the loop.
type World struct {
	clock *clock
	calls calls
	Table *memory.Table
	ACM   *acm
	CA    *ca
	// Responder is asked only in scenarios that call checksRevocation.
	Responder *responder
	DNS       *dns
	Vault     *vault
	// Notices are the mails that were sent. Refusing are the channels that refuse, with their errors.
	Notices  []api.Notice
	Refusing map[string]error
	Loop     *reconciler.Reconciler

	log      bytes.Buffer
	pending  []wake
	lastTick time.Time
	ticks    int
	// Violations are the invariants that did not hold, each with the pass after which it was detected.
	Violations []string
	violated   map[string]bool
	// These are what users asked for so far: more certificates or accounts are too many.
	AllowedCertificates int
	AllowedAccounts     int
	passes              int
	ids                 int
	// current is the record of the current pass. faultyTicks adds fault points to tick and resync.
	current     api.Key
	faultyTicks bool
	// beforeRun, if set, is called whenever the scenario lets the loop work: after each of its events.
	beforeRun func(*World)
	// stored, if set, is called after each write of what the loop stores about a certificate.
	stored func(name string)
	// lenient: only the invariants that hold in spite of forgery are checked; see hostile.go. early is the status of
	// record www at the beginning of the scenario, honest the record before it was changed.
	lenient, forged         bool
	victimARN, unmanagedARN string
	early                   api.CertificateStatus
	honest                  map[string]any
	// outboxed are the notices that were in an outbox of the table, and when they first were. digested are the digests
	// that were mailed.
	outboxed map[string]posting
	digested []api.Notice
	// deliveries maps each notice and channel to calls.struck at its last delivery.
	deliveries map[string]int
	// forgeries counts the writes of a hostile writer.
	forgeries    int
	unmanaged    map[string]api.Installed
	unmanagedTXT map[string][]string
	// front is what visitors reach; nil: nothing is probed.
	front *front
	// fronts are the load balancers of further endpoints, by their hosts.
	fronts map[string]*front
	// waves are the load balancers of the waves of a rollout, in their order. AllowedReturns is how often a certificate may be
	// put back into a target.
	waves          []*front
	AllowedReturns int
	// mostPasses is how many passes a world may take; 0: 5,000.
	mostPasses int
	// forbidden are the records that no policy allows, and since when.
	forbidden map[string]time.Time
}

// wake is a message in the work queue.
type wake struct {
	at      time.Time
	request api.Request
}

var start = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// New returns a world in which the given faults will happen.
func New(f Faults) *World {
	c := &clock{now: start}
	d := newDNS(c)
	w := &World{clock: c, DNS: d, ACM: newACM(c), CA: newCA(c, d), Responder: newResponder(c), Vault: newVault(), Table: memory.New(), lastTick: start,
		AllowedAccounts: 1}
	w.calls = calls{faults: f, effects: map[string]int{}, meanwhile: w.meanwhile, tamper: w.tamper}
	w.Refusing, w.deliveries, w.outboxed = map[string]error{}, map[string]int{}, map[string]posting{}
	w.unmanaged, w.unmanagedTXT, w.forbidden = map[string]api.Installed{}, map[string][]string{}, map[string]time.Time{}
	p := worldPorts{w}
	w.Loop = reconciler.New(reconciler.Config{
		Certificates: p, Accounts: p, Policies: p, Usage: p, Ledgers: p, Index: p, Controller: p, Served: p, ACM: p, Sweeper: p, CA: p, RenewalInformer: p, Registrar: p, Directories: p, DNS: p, CAA: p, NameServers: p,
		Sealer: p, AccountKeys: p, Queue: p, Notifier: p, Clock: c,
		Log:      slog.New(slog.NewJSONHandler(&w.log, nil)),
		TableARN: TableARN, Region: "us-east-1", MailsPerHour: 10, NewKey: pooledKey, ProbesAtOnce: 1, ImportGrace: 2 * time.Minute,
		NewID: func() string { w.ids++; return fmt.Sprintf("claim-%d", w.ids) },
	})
	return w
}

// pooledKey draws from keys that are generated once, because a simulation needs thousands; no world gets one twice.
func pooledKey(t api.KeyType) (crypto.Signer, error) {
	if t == api.RSA2048 {
		return rsaKey()
	}
	if t == api.EC384 {
		return ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	}
	return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
}

var rsaKey = sync.OnceValues(func() (crypto.Signer, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// Put writes a record as users do; the stream wakes the loop.
func (w *World) Put(record map[string]any) {
	w.Table.PutRecord(record)
	w.wake(keyOf(record), 0)
}

// Remove deletes a record as users do.
func (w *World) Remove(k api.Key) {
	w.Table.DeleteRecord(k)
	w.wake(k, 0)
}

func keyOf(record map[string]any) api.Key {
	key := api.Key{Kind: api.Kind(record["kind"].(string)), Name: record["name"].(string)}
	if name, ok := api.PolicyOfPartition(key.Name); ok && key.Kind == api.KindPolicy {
		key.Name = name
	}
	return key
}

func (w *World) wake(k api.Key, after time.Duration) {
	w.pending = append(w.pending, wake{w.clock.now.Add(after), api.Request{Key: k}})
}

func (w *World) enqueue(delay time.Duration, requests []api.Request) {
	for _, r := range requests {
		w.pending = append(w.pending, wake{w.clock.now.Add(delay), r})
	}
}

// Run lets the loop work for that long. A crash loses the message: the due index or the resync brings the record back.
func (w *World) Run(d time.Duration) {
	if w.beforeRun != nil {
		w.beforeRun(w)
	}
	end := w.clock.now.Add(d)
	for w.passes < max(w.mostPasses, 5000) {
		next, ok := w.next(end)
		if !ok {
			break
		}
		w.pass(next)
	}
	w.clock.now = later(w.clock.now, end)
}

// RunUntil lets the loop work until the condition holds, for at most that long. A fault may delay what would otherwise
// happen at once.
func (w *World) RunUntil(d time.Duration, holds func() bool) bool {
	for from := w.clock.now; !holds(); {
		waited := w.clock.now.Sub(from)
		if waited >= d {
			return false
		}
		w.Run(max(time.Minute, waited/10))
	}
	return true
}

// The tick reads the due index. Every 96th comes with the daily resync, which finds a record whose message was lost
// before anything was written.
const (
	tickEvery   = 15 * time.Minute
	resyncEvery = 96
)

// next returns the earliest message; ticks run in between.
func (w *World) next(end time.Time) (api.Request, bool) {
	for {
		sort.SliceStable(w.pending, func(i, j int) bool { return w.pending[i].at.Before(w.pending[j].at) })
		tick := w.lastTick.Add(tickEvery)
		if len(w.pending) > 0 && !w.pending[0].at.After(tick) {
			if w.pending[0].at.After(end) {
				return api.Request{}, false
			}
			m := w.pending[0]
			w.pending = w.pending[1:]
			w.clock.now = later(w.clock.now, m.at)
			return m.request, true
		}
		if tick.After(end) {
			return api.Request{}, false
		}
		w.clock.now = later(w.clock.now, tick)
		w.lastTick = tick
		w.tick()
		w.probe()
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func (w *World) tick() {
	quiet := w.calls.quiet
	w.calls.quiet = quiet || !w.faultyTicks
	defer func() { w.calls.quiet = quiet }()
	w.ticks++
	w.survive(func() {
		// The function logs an error; the next tick comes anyway.
		_ = w.Loop.Tick(context.Background())
		if w.ticks%resyncEvery == 0 {
			_ = w.Loop.Resync(context.Background())
		}
	})
}

// survive runs f, and reports whether the function survived.
func (w *World) survive(f func()) (alive bool) {
	defer func() {
		if v := recover(); v != nil {
			if _, ok := v.(crash); !ok {
				panic(v)
			}
		}
	}()
	f()
	return true
}

// pass delivers one message to the loop, as Lambda does. An error brings the message back after the visibility timeout.
func (w *World) pass(r api.Request) {
	w.passes++
	before := w.current
	w.current = r.Key
	var result reconciler.Result
	var err error
	alive := w.survive(func() { result, err = w.Loop.Reconcile(context.Background(), r.Key) })
	w.current = before
	switch {
	case !alive:
	case err != nil:
		w.pending = append(w.pending, wake{w.clock.now.Add(time.Minute), r})
	case result.Carried:
	case result.After > 0 && result.After <= 15*time.Minute:
		w.pending = append(w.pending, wake{w.clock.now.Add(result.After), r})
	}
	w.check()
}

// meanwhile runs what happens during a call: another invocation works on the same record, and everything else continues
// for that long.
func (w *World) meanwhile(d time.Duration) {
	key, quiet := w.current, w.calls.quiet
	w.calls.quiet = true
	defer func() { w.calls.quiet = quiet }()
	if key.Name == "" {
		return
	}
	w.pass(api.Request{Key: key})
	if d > 0 {
		w.Run(d)
	}
}
