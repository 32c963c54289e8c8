package sim

import (
	"context"
	"math/rand/v2"
	"time"

	"certloop/reconciler"
	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

// FleetConfig is the size of a fleet and how long it runs.
type FleetConfig struct {
	Seed    uint64
	Records int
	Years   float64
	// FaultRate is the share of calls that fail.
	FaultRate float64
	// Limits are enforced by the CA, and stand in the account; nil: there are none.
	Limits *api.CALimits
	// Decide replaces plan.Decide; nil stands for plan.Decide.
	Decide func(plan.Input) plan.Plan
}

// Fleet is a world with many records over years, in which invocations interleave at every call. Its events are those of
// a real fleet: faults, outages of the CA, slow signing, renewal windows that move, revocations, certificates that
// somebody deletes.
type Fleet struct {
	*World
	schedule
	FleetConfig
	// Calls counts the calls that left the loop, by operation.
	Calls map[string]int
	// Events counts the events of the world, by name.
	Events map[string]int

	rand    *rand.Rand
	members []*member
	bySlot  map[string]*member
	end     time.Time
	outage  time.Time
	// calm is true once there are no more faults and events, so that the fleet can settle.
	calm bool
}

// RunFleet runs a fleet to its end, lets it settle, and returns it with its Violations.
func RunFleet(c FleetConfig) *Fleet {
	f := newFleet(c)
	f.populate()
	f.everyTick(start.Add(tickEvery))
	f.weather()
	f.everyDay(start.Add(day))
	f.runUntil(f.end)
	f.calm = true
	f.runUntil(f.end.Add(12 * day))
	f.checkFleetSettled()
	return f
}

func newFleet(c FleetConfig) *Fleet {
	w := New(nil)
	f := &Fleet{
		World: w, schedule: schedule{clock: w.clock}, FleetConfig: c, Calls: map[string]int{}, Events: map[string]int{},
		rand: rand.New(rand.NewPCG(c.Seed, 2)), bySlot: map[string]*member{},
		end: start.Add(time.Duration(c.Years * 365 * float64(day))),
	}
	w.calls.fleet = f
	w.CA.Life = 47 * day
	w.CA.ARI = f.renewalInfo
	w.CA.Signing = f.signing
	if c.Limits != nil {
		w.CA.Limits = newCALimits(*c.Limits)
	}
	p := fleetPorts{worldPorts{w}, f}
	loop := w.Loop.Config
	loop.ACM, loop.Queue, loop.Clock = p, p, fleetClock{f}
	loop.Log, loop.ImportGrace = nil, 5*time.Minute
	if c.Decide != nil {
		loop.Decide = c.Decide
	}
	w.Loop = reconciler.New(loop)
	return f
}

// fleetClock pauses only the invocation that sleeps.
type fleetClock struct{ f *Fleet }

func (c fleetClock) Now() time.Time { return c.f.World.clock.now }

func (c fleetClock) WithDeadline(ctx context.Context, at time.Time) (context.Context, context.CancelFunc) {
	return c.f.World.clock.WithDeadline(ctx, at)
}

func (c fleetClock) Sleep(_ context.Context, d time.Duration) { c.f.pause(d) }

// deliver delivers a message to the loop as the queue does. A message that fails or whose function crashed comes back
// after the visibility timeout, at most five times.
func (f *Fleet) deliver(r api.Request, received int) {
	var err error
	f.start(func() { err = f.Loop.Work(context.Background(), []api.Request{r})[0] }, func(crashed bool) {
		if (crashed || err != nil) && received < 5 {
			f.after(6*time.Minute, func() { f.deliver(r, received+1) })
		}
	})
}

// everyTick runs the tick schedule, and the resync once a day.
func (f *Fleet) everyTick(at time.Time) {
	if at.After(f.end.Add(11 * day)) {
		return
	}
	f.at(at, func() {
		f.ticks++
		f.start(func() { _ = f.Loop.Tick(context.Background()) }, func(bool) {})
		if f.ticks%resyncEvery == 0 {
			f.start(func() { _ = f.Loop.Resync(context.Background()) }, func(bool) {})
		}
		f.everyTick(at.Add(tickEvery))
	})
}
