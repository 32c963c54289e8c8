package sim

import (
	"context"
	"strings"
	"time"

	"certloop/reconciler/api"
)

// fleetPorts is the world as a fleet's loop sees it: the queue delivers by itself, and imports are compared with what
// they replace.
type fleetPorts struct {
	worldPorts
	f *Fleet
}

func (p fleetPorts) Enqueue(ctx context.Context, delay time.Duration, requests ...api.Request) error {
	return do0(ctx, &p.w.calls, "queue.Enqueue", func() error {
		for _, r := range requests {
			p.f.after(min(delay, 15*time.Minute), func() { p.f.deliver(r, 1) })
		}
		return nil
	})
}

// Import detects an older certificate that replaces a newer one.
func (p fleetPorts) Import(ctx context.Context, at api.Location, r api.ImportRequest) (string, error) {
	return do(ctx, &p.w.calls, "acm.Import", func() (string, error) {
		before, had := p.w.ACM.certs[r.ARN]
		var was time.Time
		if had {
			was = before.NotBefore
		}
		arn, err := p.w.ACM.importCertificate(at, r)
		if err == nil && had && notBefore(r.Leaf).Before(was) {
			p.w.violate("an older certificate was imported over a newer one at %s", r.ARN)
		}
		return arn, err
	})
}

func notBefore(leaf string) time.Time {
	certificates, err := api.ParseChain([]byte(leaf))
	must(err)
	return certificates[0].NotBefore
}

// fleetKinds are the faults of a fleet's calls.
var fleetKinds = []Kind{Err, Throttle, LostReply, CrashBefore, CrashAfter, Freeze, FreezeAfter, slow}

// slow is a call that takes most of the time of an effect.
const slow Kind = "slow"

// fleetDo makes a call of a fleet. It takes time, others continue meanwhile, and it may fail.
func fleetDo[T any](f *Fleet, op string, effect func() (T, error)) (T, error) {
	var none T
	f.count(op)
	f.pause(f.latency(op))
	if strings.HasPrefix(op, "ca.") && f.World.clock.now.Before(f.outage) {
		f.calls.struck++
		return none, noAnswer(op)
	}
	switch f.fault() {
	case Err:
		return none, noAnswer(op)
	case Throttle:
		return none, &api.Error{Kind: api.Throttled, RetryAfter: 30 * time.Second, Message: op + ": too many requests"}
	case LostReply:
		_, _ = effect()
		f.pause(f.latency(op))
		return none, noAnswer(op)
	case CrashBefore:
		f.crash()
	case CrashAfter:
		_, _ = effect()
		f.crash()
	case Freeze:
		f.pause(freeze)
		// The deadline of the call has passed, and its request is cancelled. A write to the table may still arrive;
		// only its condition can stop it.
		if !strings.HasPrefix(op, "table.") {
			return none, noAnswer(op)
		}
	case FreezeAfter:
		out, err := effect()
		f.pause(freeze)
		return out, err
	case slow:
		f.pause(50 * time.Second)
	}
	out, err := effect()
	f.pause(f.latency(op))
	return out, err
}

func noAnswer(op string) error {
	return &api.Error{Kind: api.Transient, Message: op + ": no answer"}
}

func (f *Fleet) fault() Kind {
	if f.calm || f.rand.Float64() >= f.FaultRate {
		return ""
	}
	f.calls.struck++
	return fleetKinds[f.rand.IntN(len(fleetKinds))]
}

// latency returns half of the time of a call.
func (f *Fleet) latency(op string) time.Duration {
	most := 20
	switch {
	case strings.HasPrefix(op, "ca."):
		most = 400
	case strings.HasPrefix(op, "acm."), strings.HasPrefix(op, "dns."):
		most = 100
	}
	return time.Duration(1+f.rand.IntN(most)) * time.Millisecond
}
