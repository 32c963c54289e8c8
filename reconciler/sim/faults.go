package sim

import (
	"context"
	"fmt"
	"strings"
	"time"

	"certloop/reconciler/api"
)

// Kind is the kind of a fault.
type Kind string

// These are the faults. A crash ends the invocation at once, and its message is lost. An overlap is not a failure of a
// service. Two invocations work on one record: one runs completely before the call, or the function stops for so long
// that its lease ends and others do its work.
const (
	Err         Kind = "error"        // the call fails and has no effect
	Throttle    Kind = "throttled"    // the call is refused for its rate
	LostReply   Kind = "lost reply"   // the call has its effect and fails
	CrashBefore Kind = "crash before" // the function crashes before the call
	CrashAfter  Kind = "crash after"  // the function crashes after the call
	Overlap     Kind = "overlap"      // another invocation works on the record before the call
	Freeze      Kind = "freeze"       // the function stops for ten minutes before the call
	FreezeAfter Kind = "freeze after" // the call has its effect, and the function stops for ten minutes before it continues
)

// Kinds lists all faults.
var Kinds = []Kind{Err, Throttle, LostReply, CrashBefore, CrashAfter, Overlap, Freeze, FreezeAfter}

// freeze is longer than any lease.
const freeze = 10 * time.Minute

// Faults maps the number of a call, counted from 1, to its fault.
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

// crash is the panic of a crashing function.
type crash struct{ op string }

// calls counts the calls that leave the loop and injects faults.
type calls struct {
	faults Faults
	n      int
	// struck counts how often a fault began or ended.
	struck int
	trace  []string
	// effects counts the calls that may change something, by operation.
	effects map[string]int
	quiet   bool
	// fleet, if set, makes every call take time while others continue.
	fleet *Fleet
	// meanwhile lets the rest of the world run for that long, without faults.
	meanwhile func(time.Duration)
	// done, if set, is called after each call that succeeds, also while there are no faults.
	done func(op string)
	// tamper is the hostile writer's action.
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
		v, err := call()
		if err == nil && c.done != nil {
			c.done(op)
		}
		return v, err
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
		// The deadline of the effect has passed, and its request is cancelled. A write to the table may still arrive;
		// only its condition can stop it.
		if !strings.HasPrefix(op, "table.") {
			return none, &api.Error{Kind: api.Transient, Message: op + ": no answer"}
		}
	case FreezeAfter:
		v, err := f()
		c.struck++ // everything from here on is after the fault
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
