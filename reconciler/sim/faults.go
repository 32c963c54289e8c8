package sim

import (
	"context"
	"fmt"
	"strings"
	"time"

	"certloop/reconciler/api"
)

// Kind is what goes wrong at a fault point.
type Kind string

// The faults. A crash ends the invocation at once, and whatever woke it is lost. An overlap is no failure of any one
// service, but two invocations at work on one record: one passes by as a whole before the call, or the function stands
// still for so long that its lease runs out and others do its work.
const (
	Err         Kind = "error"        // the call fails and has no effect
	Throttle    Kind = "throttled"    // the call is refused for its rate
	LostReply   Kind = "lost reply"   // the call has its effect and fails
	CrashBefore Kind = "crash before" // the function dies before the call
	CrashAfter  Kind = "crash after"  // the function dies after the call
	Overlap     Kind = "overlap"      // another invocation works on the record before the call
	Freeze      Kind = "freeze"       // the function stands still for ten minutes before the call
	FreezeAfter Kind = "freeze after" // the call has its effect, and the function stands still for ten minutes before it goes on
)

// Kinds are all faults.
var Kinds = []Kind{Err, Throttle, LostReply, CrashBefore, CrashAfter, Overlap, Freeze, FreezeAfter}

// freeze is longer than any lease.
const freeze = 10 * time.Minute

// Faults says which call of a run goes wrong, counted from 1, and how.
type Faults map[int]Kind

func (f Faults) String() string {
	if len(f) == 0 {
		return "no fault"
	}
	text := ""
	for n := 1; len(text) == 0 || n <= 1000; n++ {
		if k, ok := f[n]; ok {
			text += fmt.Sprintf("%s at call %d; ", k, n)
		}
	}
	return text
}

// crash is what a dying function panics with.
type crash struct{ op string }

// calls counts the calls that leave the loop and makes some of them go wrong.
type calls struct {
	faults Faults
	n      int
	// struck counts how often a fault began or ended.
	struck int
	trace  []string
	// effects counts calls that may change something, by operation.
	effects map[string]int
	quiet   bool
	// fleet, where set, has every call take its time while others go on.
	fleet *Fleet
	// meanwhile lets the rest of the world go on for that long, without faults.
	meanwhile func(time.Duration)
	// tamper is what the hostile writer does.
	tamper func(Kind)
}

// do is one fault point.
func do[T any](ctx context.Context, c *calls, op string, f func() (T, error)) (T, error) {
	var none T
	call := f
	f = func() (T, error) {
		if ctx.Err() != nil {
			return none, &api.Error{Kind: api.Transient, Message: op + ": no answer"}
		}
		return call()
	}
	if c.fleet != nil {
		return fleetDo(c.fleet, op, f)
	}
	if c.quiet {
		return f()
	}
	c.n++
	c.trace = append(c.trace, op)
	c.effects[op]++
	kind := c.faults[c.n]
	if kind != "" {
		c.struck++
		defer func() { c.struck++ }()
	}
	if kind.hostile() {
		c.tamper(kind)
		return f()
	}
	switch kind {
	case Err:
		return none, &api.Error{Kind: api.Transient, Message: op + ": no answer"}
	case Throttle:
		return none, &api.Error{Kind: api.Throttled, RetryAfter: 30 * time.Second, Message: op + ": too many requests"}
	case LostReply:
		_, _ = f()
		return none, &api.Error{Kind: api.Transient, Message: op + ": no answer"}
	case CrashBefore:
		panic(crash{op})
	case Overlap:
		c.meanwhile(0)
	case Freeze:
		c.meanwhile(freeze)
		// The deadline of the effect is over, and with it the request. A write of the table may still be on its way; its
		// condition is what has to stop it.
		if !strings.HasPrefix(op, "table.") {
			return none, &api.Error{Kind: api.Transient, Message: op + ": no answer"}
		}
	case FreezeAfter:
		v, err := f()
		c.struck++ // what comes now comes after the fault
		c.meanwhile(freeze)
		return v, err
	case CrashAfter:
		_, _ = f()
		panic(crash{op})
	}
	return f()
}

func do0(ctx context.Context, c *calls, op string, f func() error) error {
	_, err := do(ctx, c, op, func() (struct{}, error) { return struct{}{}, f() })
	return err
}
