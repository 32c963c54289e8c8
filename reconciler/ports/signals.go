package ports

import (
	"context"
	"time"

	"certloop/reconciler/api"
)

// Queue is the work queue (SQS).
type Queue interface {
	// Enqueue adds all requests, which become visible after delay (at most 15 minutes; a longer one is cut).
	Enqueue(ctx context.Context, delay time.Duration, requests ...api.Request) error
}

// Notifier delivers notices to users and to programs (SNS and EventBridge), each on a channel with a stable name. It
// delivers at least once: it may repeat a notice if a reply was lost, and never loses one.
type Notifier interface {
	// Notify sends n on every channel except those in delivered, each independently of the others, and returns the
	// names of the channels that accepted it now. It returns them with an error too, which is that of the channels that
	// did not accept it. Without an error n is delivered on every channel.
	Notify(ctx context.Context, n api.Notice, delivered []string) (accepted []string, err error)
}

// Meter counts what an operator monitors (CloudWatch). It never fails and never blocks: measuring does not affect the
// work. What it receives contains no name of a record.
type Meter interface {
	// Reconciled counts a pass over a record by how it ended.
	Reconciled(result api.PassResult)
	// Failed counts a failed effect or observation by its reason; without a reason, by its kind.
	Failed(reason string)
	// Issued counts a certificate that reached that stage, and the time since the order. It is called at most once for
	// each stage of an issuance; not at all if the pass that saw it could not report it.
	Issued(stage api.IssuanceStage, took time.Duration)
	// Counted receives the state of all records.
	Counted(c api.Census)
	// Resynced counts a completed resync.
	Resynced()
}

// RevocationMeter counts revocations, under the rules of Meter.
type RevocationMeter interface {
	// Revoked counts a certificate that was found to be revoked. It is called at most once for each.
	Revoked()
}

// ProbeMeter counts the invocations that probe endpoints, under the rules of Meter.
type ProbeMeter interface {
	// Probed counts an invocation that probed the endpoints that were due, or as many as there was time for.
	Probed()
}

// Clock is the time, so that a test can control it.
type Clock interface {
	// Now returns the current time.
	Now() time.Time
	// Sleep returns after d, or at once when ctx ends.
	Sleep(ctx context.Context, d time.Duration)
	// WithDeadline returns a context that ends with ctx, and at that time by this clock.
	WithDeadline(ctx context.Context, at time.Time) (context.Context, context.CancelFunc)
}
