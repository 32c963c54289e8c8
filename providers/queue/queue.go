// Package queue is the work queue, on a standard queue of Amazon SQS.
//
// A message is the JSON of an api.Request, which is what the function decodes. A message may come twice and out of
// order, as a standard queue may deliver it: it carries a key, never an instruction, so that neither does harm. This
// package deliberately does not receive (Lambda's event source mapping does), and does not drop repetitions.
package queue

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"golang.org/x/sync/errgroup"

	"certloop/reconciler/api"
	"certloop/reconciler/ports"
)

const (
	// batchSize is the most that SendMessageBatch takes (SQS API Reference).
	batchSize = 10
	// longestDelay is the most that a message can be held back (SQS API Reference, DelaySeconds).
	longestDelay = 15 * time.Minute
	// parallel is how many batches are under way at once: 10,000 requests take 1,000 calls, one after another half a
	// minute.
	parallel = 8
)

// Config is what a Queue is made of.
type Config struct {
	Client *sqs.Client
	// URL is that of a standard queue.
	URL string
}

var _ ports.Queue = (*Queue)(nil)

// Queue implements ports.Queue. It is safe for concurrent use.
type Queue struct {
	client *sqs.Client
	url    string
}

// New makes a Queue; it sends nothing.
func New(c Config) *Queue { return &Queue{client: c.Client, url: c.URL} }

// Enqueue implements ports.Queue. A delay is rounded up to whole seconds.
//
// On an error some of the requests may have been queued; its kind is Transient then, whatever kept the others back. A
// request that SQS refuses keeps no other back.
func (q *Queue) Enqueue(ctx context.Context, delay time.Duration, requests ...api.Request) error {
	var (
		batches = slices.Collect(slices.Chunk(requests, batchSize))
		results = make([]result, len(batches))
		stopped atomic.Bool
		senders errgroup.Group
	)
	senders.SetLimit(parallel)
	for i, batch := range batches {
		senders.Go(func() error {
			if stopped.Load() {
				return nil
			}
			if results[i] = q.send(ctx, seconds(delay), batch); results[i].failed != nil {
				stopped.Store(true)
			}
			return nil
		})
	}
	_ = senders.Wait() // each batch has its own result
	return outcome(results, len(requests))
}

// seconds is a delay as SQS takes it: never shorter, so that no pass comes before its time.
func seconds(delay time.Duration) int32 {
	delay = min(max(delay, 0), longestDelay)
	return int32((delay + time.Second - 1) / time.Second)
}

// outcome is nil where all were taken, else why not: what failed before what was refused.
func outcome(results []result, all int) error {
	taken := 0
	var failed, refused *api.Error
	for _, r := range results {
		taken += r.taken
		failed, refused = cmp.Or(failed, r.failed), cmp.Or(refused, r.refused)
	}
	first := cmp.Or(failed, refused)
	if first == nil {
		return nil
	}
	e := *first
	if taken > 0 {
		// Any other kind would promise that nothing was queued.
		e.Kind = api.Transient
	}
	e.Err = fmt.Errorf("%d of %d messages were taken: %w", taken, all, first.Err)
	return &e
}
