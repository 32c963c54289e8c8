package reconciler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"golang.org/x/sync/errgroup"

	"certloop/reconciler/api"
	"certloop/reconciler/logkey"
)

// longestDelay is SQS's limit; later requests are left to the due index.
const longestDelay = 15 * time.Minute

// Enqueue adds the keys to the work queue, once each.
func (r *Reconciler) Enqueue(ctx context.Context, keys []api.Key) error {
	seen := map[api.Key]bool{}
	var requests []api.Request
	for _, k := range keys {
		if !seen[k] {
			seen[k] = true
			requests = append(requests, api.Request{Key: k})
		}
	}
	if len(requests) == 0 {
		return nil
	}
	return r.Queue.Enqueue(ctx, 0, requests...)
}

// Work reconciles the requests, a few at a time, until the time of ctx is nearly up, and queues the rest again. It
// returns one error per request, nil if the request was served or queued.
func (r *Reconciler) Work(ctx context.Context, requests []api.Request) []error {
	ctx = withKeys(ctx)
	errs := make([]error, len(requests))
	var running errgroup.Group
	running.SetLimit(r.Concurrency)
	for i, request := range requests {
		running.Go(func() error {
			errs[i] = r.serve(ctx, request)
			return nil // one record does not end the others
		})
	}
	_ = running.Wait()
	return errs
}

// serve serves one request and schedules its next pass. A bug in one record must not fail the batch.
func (r *Reconciler) serve(ctx context.Context, request api.Request) (err error) {
	defer func() {
		if v := recover(); v != nil {
			r.Log.LogAttrs(ctx, slog.LevelError, "panic", append(record(request.Kind, request.Name), slog.String(logkey.Panic, fmt.Sprint(v)),
				slog.String(logkey.Stack, string(debug.Stack())))...)
			err = fmt.Errorf("%s: panic: %v", request.Key, v)
		}
	}()
	result, err := r.Reconcile(ctx, request.Key)
	if err != nil {
		return fmt.Errorf("%s: %w", request.Key, err)
	}
	return r.requeue(ctx, request, result)
}

// requeue queues the next pass. Beyond the queue's longest delay, and beyond our own bound on hops, the due index wakes
// the record.
func (r *Reconciler) requeue(ctx context.Context, request api.Request, result Result) error {
	if result.After <= 0 || result.After > longestDelay || result.Carried {
		return nil
	}
	if request.Hops >= r.MaxHops {
		r.Log.LogAttrs(ctx, slog.LevelInfo, "left to the due index", append(record(request.Kind, request.Name), slog.Int(logkey.Hops, request.Hops))...)
		return nil
	}
	request.Hops++
	// This uses the reserve, the rest of the invocation's time.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.Reserve/2)
	defer cancel()
	return r.Queue.Enqueue(ctx, result.After, request)
}

// Tick queues what is due, mails the digest that is due, and then counts the records; an error of one does not prevent
// the others.
func (r *Reconciler) Tick(ctx context.Context) error {
	queued := r.queueDue(ctx)
	r.logUnsent(ctx, "digest of notices not sent", r.sendDigest(ctx))
	return errors.Join(queued, r.survey(ctx))
}

func (r *Reconciler) queueDue(ctx context.Context) error {
	var keys []api.Key
	for key, err := range r.Index.Due(ctx, r.Clock.Now()) {
		if err != nil {
			return errors.Join(err, r.Enqueue(ctx, keys))
		}
		keys = append(keys, key)
	}
	if len(keys) > 0 {
		r.Log.InfoContext(ctx, "tick", slog.Int(logkey.Queued, len(keys)))
	}
	return r.Enqueue(ctx, keys)
}
